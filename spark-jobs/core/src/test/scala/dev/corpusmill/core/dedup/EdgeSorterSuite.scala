package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import munit.FunSuite

import java.nio.ByteBuffer
import scala.util.Random

class EdgeSorterSuite extends FunSuite with SparkFixture {
  import EdgeSorterSuite.encode

  private def random(seed: Int, count: Int, bound: Int): Seq[Edge] = {
    val numbers = new Random(seed)
    Seq.fill(count)(Edge(numbers.nextInt(bound).toLong - bound / 2, numbers.nextLong()))
  }

  test("sorts no edges, one, and many with equal nodes, in memory") {
    Seq(Seq.empty, Seq(Edge(1L, 2L)), random(1, 5000, 40), random(2, 3000, 1 << 30)).foreach { edges =>
      assertEquals(EdgeSorter.sortedEdges(encode(edges), 10000).toSeq, edges.sorted)
    }
  }

  test("sorts edges that are in order, in reverse, or all equal") {
    val ordered = (0L until 3000L).map(Edge(_, 1L))
    Seq(ordered, ordered.reverse, Seq.fill(3000)(Edge(5L, 5L))).foreach { edges =>
      assertEquals(EdgeSorter.sortedEdges(encode(edges), 10000).toSeq, edges.sorted)
    }
  }

  test("sorts more edges than are held in memory, by runs on disk") {
    val edges = random(4, 20000, 300)
    val sorted = spark.sparkContext
      .parallelize(edges, 2)
      .coalesce(1)
      .mapPartitions(rows => EdgeSorter.sortedEdges(encode(rows.toSeq), 512))
      .collect()
    assertEquals(sorted.toSeq, edges.sorted)
  }

  test("every edge goes to the partition that is asked for, in order") {
    val edges = random(5, 4000, 100)
    val parts = Shuffles(5)
      .sortedEdges(spark.sparkContext.parallelize(edges, 3), edge => edge.greater.toInt)
      .glom()
      .collect()
    assertEquals(parts.flatten.toSeq.sorted, edges.sorted)
    parts.zipWithIndex.foreach { case (part, index) =>
      assertEquals(part.toSeq, part.toSeq.sorted)
      assert(part.forall(edge => java.lang.Math.floorMod(edge.greater.toInt, 5) == index))
    }
  }
}

private object EdgeSorterSuite {
  def encode(edges: Seq[Edge]): Iterator[Array[Byte]] = edges.grouped(7).map { group =>
    val buffer = ByteBuffer.allocate(group.size * Edge.BYTES)
    group.foreach(edge => buffer.putLong(edge.greater).putLong(edge.lesser))
    buffer.array()
  }
}
