package dev.corpusmill.core.dedup

import munit.FunSuite

import scala.util.Random

class ScoredPairsSuite extends FunSuite {
  private def scored(pairs: Seq[Edge]): ScoredPairs = {
    val buffer = new EdgeBuffer(pairs.size)
    pairs.sorted.foreach(pair => buffer.add(pair.greater, pair.lesser))
    ScoredPairs.of(buffer)(similarityOf)
  }

  private def similarityOf(pair: Edge): Double = (pair.greater + pair.lesser) % 10 / 10.0

  test("finds the similarity of each of its pairs, and of no other") {
    val random = new Random(1)
    val (own, others) =
      Seq.fill(400)(Edge(random.nextInt(30).toLong, random.nextInt(30).toLong)).distinct.splitAt(150)
    (0 to own.size).map(own.take).foreach { pairs =>
      val found = scored(pairs)
      assertEquals(pairs.map(found.find), pairs.map(pair => Option(similarityOf(pair))))
      assertEquals(others.flatMap(found.find), Seq.empty)
    }
  }

  test("gives the pairs at or above a similarity in the order of their edges") {
    val pairs = Seq(Edge(9L, 3L), Edge(4L, 1L), Edge(4L, 0L), Edge(9L, 8L))
    assertEquals(
      scored(pairs).atOrAbove(0.5).toSeq,
      Seq(ScoredPair(Edge(4L, 1L), 0.5), ScoredPair(Edge(9L, 8L), 0.7))
    )
  }
}
