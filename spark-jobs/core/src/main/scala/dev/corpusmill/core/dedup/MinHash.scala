package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.LongSink

import java.util.Arrays

/**
 * MinHash signatures (Broder 1997) in bands for locality-sensitive hashing (Leskovec, Rajaraman, Ullman: Mining of
 * Massive Datasets, chapter 3), by one permutation of the shingles (Li, Owen and Zhang 2012): every shingle falls into
 * one of `bands` x `rows` bins, and a bin's row is the least of its shingles. A bin without shingles takes the row of
 * another one (optimal densification, Shrivastava 2017), so that two texts agree in a row with the chance of their
 * Jaccard similarity, however short they are.
 */
final case class MinHash(bands: Int, rows: Int, seed: Long) {
  private lazy val probes = Probes(bands * rows, seed)

  /** A signature to which shingles can be added. */
  def newSignature: MinHashSignature = new MinHashSignature(probes)

  /** One bucket key per band; keys of different bands differ. The signature must not be of no shingles. */
  def bandKeys(signature: MinHashSignature): Array[Long] = {
    val minima = signature.rows
    val keys = new Array[Long](bands)
    var band = 0
    while (band < bands) {
      var key = Hashing.mix(band.toLong + 1)
      var row = band * rows
      while (row < (band + 1) * rows) {
        key = Hashing.mix(key ^ minima(row))
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
}

object MinHash {

  /** Counts ways in which bucket keys were made; keys of different ones say nothing of each other. */
  val VERSION = 2
}

/**
 * Where shingles fall, and where bins without shingles look for a row: `order` has PER_BIN bins for each.
 *
 * @param flip with `multiplier`, a permutation of 64-bit numbers
 */
private[dedup] final case class Probes(bins: Int, flip: Long, multiplier: Long, order: Array[Int])

private[dedup] object Probes {

  /**
   * With so many, a bin finds none in one of 35 cases where a fifth of the bins have shingles, and in fewer where more
   * have.
   */
  val PER_BIN = 16

  def apply(bins: Int, seed: Long): Probes = {
    val key = Hashing.mix(seed + 1)
    val order = Array.tabulate(bins * PER_BIN)(number => binOf(Hashing.mix(key + number), bins))
    new Probes(bins, key, Hashing.mix(key) | 1, order)
  }

  /** By the upper half of a number (Lemire 2019). */
  def binOf(number: Long, bins: Int): Int = ((number >>> 32) * bins >>> 32).toInt
}

/** The least shingle of each bin that were added; repeated ones change nothing. */
final class MinHashSignature private[dedup] (probes: Probes) extends LongSink {
  import MinHashSignature._

  private val minima = new Array[Long](probes.bins)
  private val dense = new Array[Long](probes.bins)
  clear()

  /** As if no shingle had been added. */
  def clear(): Unit = Arrays.fill(minima, EMPTY)

  override def add(shingle: Long): Unit = {
    val number = (shingle ^ probes.flip) * probes.multiplier
    val bin = Probes.binOf(number, minima.length)
    val value = number & VALUE_BITS
    if (value < minima(bin)) minima(bin) = value
  }

  override def addAll(shingles: Array[Long], count: Int): Unit = {
    var index = 0
    while (index < count) {
      add(shingles(index))
      index += 1
    }
  }

  /** The row of every bin. */
  private[dedup] def rows: Array[Long] = {
    var bin = 0
    while (bin < dense.length) {
      dense(bin) = if (minima(bin) == EMPTY) probed(bin) else minima(bin)
      bin += 1
    }
    dense
  }

  private def probed(bin: Int): Long = {
    val end = (bin + 1) * Probes.PER_BIN
    var probe = bin * Probes.PER_BIN
    while (probe < end && minima(probes.order(probe)) == EMPTY) probe += 1
    if (probe < end) minima(probes.order(probe)) else drawn(bin)
  }

  /**
   * The row that comes first in an order of the bin's own: MinHash over rows, of which there are few here, nearly one a
   * shingle.
   */
  private def drawn(bin: Int): Long = {
    val salt = Hashing.mix(probes.multiplier + bin)
    var least = Long.MaxValue
    var row = EMPTY
    minima.foreach { value =>
      val place = Hashing.mix(value ^ salt)
      if (value != EMPTY && place <= least) {
        least = place
        row = value
      }
    }
    row
  }
}

private object MinHashSignature {

  /** Of a bin without shingles. */
  private val EMPTY = Long.MaxValue

  /** A row is the lower half of a permuted shingle: what chooses the bin says nothing of it. */
  private val VALUE_BITS = 0xffffffffL
}
