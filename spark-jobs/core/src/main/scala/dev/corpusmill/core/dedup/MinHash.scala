package dev.corpusmill.core.dedup

import java.util.SplittableRandom

/**
 * MinHash signatures (Broder 1997) in bands for locality-sensitive hashing (Leskovec, Rajaraman, Ullman: Mining of
 * Massive Datasets, chapter 3). Permutations are x -> a x + b modulo 2^32 with odd a (Dietzfelbinger et al. 1997),
 * seeded, on the upper half of each 64-bit shingle hash.
 */
final case class MinHash(bands: Int, rows: Int, seed: Long) {
  private lazy val multipliers = coefficients(0).map(_ | 1)
  private lazy val summands = coefficients(1)

  /** One bucket key per band; keys of different bands differ. The shingles must not be empty. */
  def bandKeys(shingles: Array[Long]): Array[Long] = {
    val minima = signature(shingles)
    Array.tabulate(bands) { band =>
      var key = Hashing.mix(band.toLong + 1)
      (band * rows until (band + 1) * rows).foreach(row =>
        key = Hashing.mix(key ^ (minima(row) & 0xffffffffL))
      )
      key
    }
  }

  /** The minimum of each permutation over the shingles. */
  def signature(shingles: Array[Long]): Array[Int] = {
    val minima = Array.fill(bands * rows)(Int.MaxValue)
    val (a, b) = (multipliers, summands)
    var index = 0
    while (index < shingles.length) {
      val shingle = (shingles(index) >>> 32).toInt
      var row = 0
      // A plain loop over arrays: the JIT compiler makes vector instructions of it.
      while (row < minima.length) {
        minima(row) = math.min(minima(row), a(row) * shingle + b(row))
        row += 1
      }
      index += 1
    }
    minima
  }

  /** Chance that two documents of a similarity share at least one bucket: 1 - (1 - s^rows)^bands. */
  def candidateProbability(similarity: Double): Double =
    1 - math.pow(1 - math.pow(similarity, rows.toDouble), bands.toDouble)

  private def coefficients(stream: Int): Array[Int] = {
    val random = new SplittableRandom(Hashing.mix(seed * 2 + stream))
    Array.fill(bands * rows)(random.nextInt())
  }
}
