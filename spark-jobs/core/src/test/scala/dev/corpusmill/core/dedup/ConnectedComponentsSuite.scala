package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import munit.FunSuite

import scala.util.Random

class ConnectedComponentsSuite extends FunSuite with SparkFixture {
  private def componentsOf(edges: Seq[Edge], smallGraphEdges: Long): (Map[Long, Long], Int) = {
    val found = ConnectedComponents(3, smallGraphEdges).find(spark.sparkContext.parallelize(edges, 3))
    val memberships = found.memberships.collect()
    assertEquals(memberships.map(_.node).distinct.length, memberships.length)
    (memberships.map(membership => membership.node -> membership.component).toMap, found.rounds)
  }

  /** The slow way: spread the least label along edges until nothing changes. */
  private def reference(edges: Seq[Edge]): Map[Long, Long] = {
    val start = edges.flatMap(edge => Seq(edge.greater, edge.lesser)).map(node => node -> node).toMap
    Iterator
      .iterate(start) { labels =>
        edges.foldLeft(labels) { (current, edge) =>
          val least = math.min(current(edge.greater), current(edge.lesser))
          current.updated(edge.greater, least).updated(edge.lesser, least)
        }
      }
      .sliding(2)
      .collectFirst { case Seq(before, after) if before == after => after }
      .get
  }

  private def edge(one: Long, other: Long): Edge = Edge(math.max(one, other), math.min(one, other))

  test("no edges have no components") {
    assertEquals(componentsOf(Seq.empty, 0L)._1, Map.empty[Long, Long])
    assertEquals(componentsOf(Seq.empty, 10L)._1, Map.empty[Long, Long])
  }

  test("equals the reference on random graphs, by rounds and in one task") {
    val random = new Random(7)
    (1 to 6).foreach { _ =>
      val nodes = 5 + random.nextInt(60)
      val edges = Seq
        .fill(random.nextInt(nodes + 20))(edge(random.nextInt(nodes).toLong, random.nextInt(nodes).toLong))
        .filter(pair => pair.greater != pair.lesser)
      assertEquals(componentsOf(edges, 0L)._1, reference(edges))
      assertEquals(componentsOf(edges, 1000L)._1, reference(edges))
    }
  }

  test("a path of 1,000 nodes takes a number of rounds that grows with its logarithm") {
    val random = new Random(1)
    val order = random.shuffle((0L until 1000L).toVector)
    val edges = order.sliding(2).map(pair => edge(pair(0), pair(1))).toSeq
    val (memberships, rounds) = componentsOf(edges, 0L)
    assertEquals(memberships.values.toSet, Set(0L))
    assert(rounds <= 14, s"$rounds rounds")
  }

  test("a star whose centre has the greatest number is one component") {
    val edges = (0L until 500L).map(edge(_, 1000L))
    assertEquals(componentsOf(edges, 0L)._1.values.toSet, Set(0L))
  }
}
