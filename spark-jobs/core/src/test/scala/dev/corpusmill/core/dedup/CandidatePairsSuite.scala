package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import munit.FunSuite

import scala.util.Random

class CandidatePairsSuite extends FunSuite with SparkFixture {
  private def pairs(documents: Seq[Banded], partitions: Int, hotBucketEntries: Long): Set[Edge] = {
    val found = CandidatePairs(Shuffles(partitions), hotBucketEntries)
      .of(spark.sparkContext.parallelize(documents, 3), documents.size.toLong)
      .collect()
    assertEquals(found.distinct.length, found.length)
    found.toSet
  }

  /** The definition: each document of a bucket with its best-ranked one and the one before. */
  private def reference(documents: Seq[Banded]): Set[Edge] = {
    val buckets = documents.flatMap(document => document.keys.map(_ -> document.rank)).groupMap(_._1)(_._2)
    buckets.values.flatMap { ranks =>
      val ordered = ranks.distinct.sorted
      ordered.zipWithIndex.drop(1).flatMap { case (rank, index) =>
        Seq(Edge(rank, ordered.head), Edge(rank, ordered(index - 1)))
      }
    }.toSet
  }

  private def random(seed: Int, count: Int): Seq[Banded] = {
    val numbers = new Random(seed)
    (0 until count).map { rank =>
      val hot = if (numbers.nextInt(3) == 0) Seq(77L, 78L) else Seq(77L)
      Banded(rank.toLong, (hot ++ Seq.fill(4)(100L + numbers.nextInt(count))).toArray)
    }
  }

  test("pairs each document of a bucket with the best and the one before") {
    val documents = random(1, 300)
    assertEquals(pairs(documents, 3, Long.MaxValue), reference(documents))
  }

  test("gives the same pairs where hot buckets are split over all tasks, for any number of them") {
    val documents = random(2, 2000)
    val expected = reference(documents)
    Seq(1, 2, 5, 16).foreach(partitions =>
      assertEquals(pairs(documents, partitions, 200L), expected, s"$partitions partitions")
    )
  }

  test("finds every key that is counted more often than asked, however many there are") {
    val hitters = new HeavyHitters(10)
    val numbers = new Random(4)
    (1 to 100000).foreach(_ => hitters.add(if (numbers.nextInt(4) == 0) 7L else numbers.nextLong()))
    assertEquals(hitters.above(24000L), Set(7L))
  }
}
