package dev.corpusmill.core.dedup

import munit.FunSuite

import scala.util.Random

class MinHashSuite extends FunSuite {
  private val EXTREMES = Seq(Int.MinValue, Int.MinValue + 1, -1, 0, 1, Int.MaxValue - 1, Int.MaxValue)

  test("keeps the least of a x + b modulo 2^32 as signed numbers, also where differences overflow") {
    val random = new Random(1)
    (1 to 200).foreach { _ =>
      val multipliers = Array.fill(37)(random.nextInt() | 1)
      val summands = Array.fill(37)(EXTREMES(random.nextInt(EXTREMES.size)))
      val values = Seq.fill(random.nextInt(6))(
        if (random.nextBoolean()) EXTREMES(random.nextInt(EXTREMES.size)) else random.nextInt()
      )
      val signature = new MinHashSignature(multipliers, summands)
      values.foreach(value => signature.add(value.toLong << 32 | random.nextInt().toLong & 0xffffffffL))
      val least = multipliers.indices.map { row =>
        values.map(value => multipliers(row) * value + summands(row)).minOption.getOrElse(Int.MaxValue)
      }
      assertEquals(signature.minima.toSeq, least)
    }
  }

  test("takes shingles together as it takes them one by one") {
    val random = new Random(2)
    val (multipliers, summands) = (Array.fill(37)(random.nextInt() | 1), Array.fill(37)(random.nextInt()))
    (0 to 40).foreach { count =>
      val shingles = Array.fill(count + 2)(random.nextLong())
      val together = new MinHashSignature(multipliers, summands)
      val single = new MinHashSignature(multipliers, summands)
      together.addAll(shingles, count)
      shingles.take(count).foreach(single.add)
      assertEquals(together.minima.toSeq, single.minima.toSeq)
    }
  }

  test("bands of equal sets are equal in any order, and as often as shingles are repeated") {
    val minHash = MinHash(bands = 14, rows = 8, seed = 3)
    val shingles = Seq.tabulate(50)(number => Hashing.mix(number.toLong))
    def keys(of: Seq[Long]): Seq[Long] = {
      val signature = minHash.newSignature
      of.foreach(signature.add)
      minHash.bandKeys(signature).toSeq
    }
    assertEquals(keys(shingles.reverse ++ shingles), keys(shingles))
    assertEquals((keys(shingles) ++ keys(shingles.take(10))).toSet.size, 28)
  }
}
