package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/**
 * A Bloom filter (Bloom 1970) of 64-bit hashes with two probes, of bounded size: where more keys are added than it is
 * made for, it lets more through that were not added, and never holds one back that was.
 */
private[dedup] final class KeyFilter(bits: Array[Long]) extends Serializable {
  private val mask = bits.length.toLong * 64 - 1

  def add(key: Long): Unit = {
    set(key & mask)
    set(Hashing.mix(key) & mask)
  }

  /** False only for keys that were not added. */
  def mayContain(key: Long): Boolean = isSet(key & mask) && isSet(Hashing.mix(key) & mask)

  def merge(other: KeyFilter): KeyFilter = {
    other.or(bits)
    this
  }

  private def or(into: Array[Long]): Unit = bits.indices.foreach(index => into(index) |= bits(index))

  private def set(bit: Long): Unit = bits((bit >>> 6).toInt) |= 1L << (bit & 63)

  private def isSet(bit: Long): Boolean = (bits((bit >>> 6).toInt) >>> (bit & 63) & 1L) != 0
}

private[dedup] object KeyFilter {
  private val BITS_PER_KEY = 12L
  private val LEAST_WORDS = 1 << 10

  /** 32 MiB. */
  private val MOST_WORDS = 1 << 22

  /** A filter of the keys of all rows; `keys` is about how many there are. */
  def of[A](rows: RDD[A], keys: Long)(keysOf: A => Iterator[Long]): KeyFilter = {
    val wanted = java.lang.Long.highestOneBit(math.max(1L, keys * BITS_PER_KEY / 64)) * 2
    val words = math.max(LEAST_WORDS.toLong, math.min(wanted, MOST_WORDS.toLong)).toInt
    rows
      .mapPartitions { partitionRows =>
        val filter = new KeyFilter(new Array[Long](words))
        partitionRows.foreach(keysOf(_).foreach(filter.add))
        Iterator.single(filter)
      }
      .treeReduce(_ merge _)
  }

  /** A key of a hexadecimal id. */
  def keyOf(id: String): Long = {
    var hash = 0L
    var index = 0
    while (index < id.length) {
      hash = Hashing.mix(hash ^ id.charAt(index).toLong)
      index += 1
    }
    hash
  }
}
