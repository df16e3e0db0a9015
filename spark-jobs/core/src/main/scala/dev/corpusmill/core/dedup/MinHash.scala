package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.LongSink

import java.util.{Arrays, SplittableRandom}

/**
 * MinHash signatures (Broder 1997) in bands for locality-sensitive hashing (Leskovec, Rajaraman, Ullman: Mining of
 * Massive Datasets, chapter 3). Permutations are x -> a x + b modulo 2^32 with odd a (Dietzfelbinger et al. 1997),
 * seeded, on the upper half of each 64-bit shingle hash.
 */
final case class MinHash(bands: Int, rows: Int, seed: Long) {
  private lazy val multipliers = coefficients(0).map(_ | 1)
  private lazy val summands = coefficients(1)

  /** A signature to which shingles can be added. */
  def newSignature: MinHashSignature = new MinHashSignature(multipliers, summands)

  /** One bucket key per band; keys of different bands differ. The signature must not be of no shingles. */
  def bandKeys(signature: MinHashSignature): Array[Long] = {
    val minima = signature.minima
    val keys = new Array[Long](bands)
    var band = 0
    while (band < bands) {
      var key = Hashing.mix(band.toLong + 1)
      var row = band * rows
      while (row < (band + 1) * rows) {
        key = Hashing.mix(key ^ (minima(row) & 0xffffffffL))
        row += 1
      }
      keys(band) = key
      band += 1
    }
    keys
  }

  /** Chance that two documents of a similarity share at least one bucket: 1 - (1 - s^rows)^bands. */
  def candidateProbability(similarity: Double): Double =
    1 - math.pow(1 - math.pow(similarity, rows.toDouble), bands.toDouble)

  private def coefficients(stream: Int): Array[Int] = {
    val random = new SplittableRandom(Hashing.mix(seed * 2 + stream))
    Array.fill(bands * rows)(random.nextInt())
  }
}

/** The minimum of each permutation over the shingles that were added; repeated ones change nothing. */
final class MinHashSignature(multipliers: Array[Int], summands: Array[Int]) extends LongSink {
  private[dedup] val minima = new Array[Int](multipliers.length)
  clear()

  /** As if no shingle had been added. */
  def clear(): Unit = Arrays.fill(minima, Int.MaxValue)

  override def add(shingle: Long): Unit = {
    val a = multipliers
    val b = summands
    val least = minima
    val value = (shingle >>> 32).toInt
    var row = 0
    while (row < least.length) {
      least(row) = MinHashSignature.lesser(a(row) * value + b(row), least(row))
      row += 1
    }
  }

  /** Four at a time, so that coefficients and minima are loaded and stored once for them. */
  override def addAll(shingles: Array[Long], count: Int): Unit = {
    var index = 0
    while (index + 4 <= count) {
      addFour(
        (shingles(index) >>> 32).toInt,
        (shingles(index + 1) >>> 32).toInt,
        (shingles(index + 2) >>> 32).toInt,
        (shingles(index + 3) >>> 32).toInt
      )
      index += 4
    }
    while (index < count) {
      add(shingles(index))
      index += 1
    }
  }

  private def addFour(first: Int, second: Int, third: Int, fourth: Int): Unit = {
    val a = multipliers
    val b = summands
    val least = minima
    var row = 0
    while (row < least.length) {
      val (multiplier, summand) = (a(row), b(row))
      var known = least(row)
      known = MinHashSignature.lesser(multiplier * first + summand, known)
      known = MinHashSignature.lesser(multiplier * second + summand, known)
      known = MinHashSignature.lesser(multiplier * third + summand, known)
      least(row) = MinHashSignature.lesser(multiplier * fourth + summand, known)
      row += 1
    }
  }
}

private object MinHashSignature {

  /**
   * The lesser of two numbers. The JIT compiler makes vector instructions of loops with it, and none of those with
   * `math.min` (2.5 times the time).
   */
  private def lesser(hash: Int, known: Int): Int = {
    val difference = hash - known
    val differing = hash ^ known
    // All bits set where hash < known, also where the difference overflows (Warren: Hacker's Delight, chapter 2-12).
    val isLess = (difference ^ (differing & (difference ^ hash))) >> 31
    known ^ (differing & isLess)
  }
}
