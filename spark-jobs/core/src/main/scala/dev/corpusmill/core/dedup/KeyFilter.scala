package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/**
 * A Bloom filter (Bloom 1970) of 64-bit hashes with four probes (double hashing: Kirsch and Mitzenmacher 2006), of
 * bounded size: where more keys are added than it is made for, it lets more through that were not added, and never
 * holds one back that was. Within its size it lets through less than one in 400 of them, so that of documents with 16
 * keys each about one in 25 is looked at for nothing.
 */
private[dedup] final class KeyFilter(bits: Array[Long]) extends Serializable {
  import KeyFilter.PROBES
  private val mask = bits.length.toLong * 64 - 1

  def add(key: Long): Unit = {
    val step = Hashing.mix(key) | 1L
    var probe = 0
    while (probe < PROBES) {
      set((key + probe * step) & mask)
      probe += 1
    }
  }

  /** False only for keys that were not added. */
  def mayContain(key: Long): Boolean = {
    val step = Hashing.mix(key) | 1L
    var probe = 0
    while (probe < PROBES && isSet((key + probe * step) & mask)) probe += 1
    probe == PROBES
  }

  def merge(other: KeyFilter): KeyFilter = {
    other.or(bits)
    this
  }

  private def or(into: Array[Long]): Unit = bits.indices.foreach(index => into(index) |= bits(index))

  private def set(bit: Long): Unit = bits((bit >>> 6).toInt) |= 1L << (bit & 63)

  private def isSet(bit: Long): Boolean = (bits((bit >>> 6).toInt) >>> (bit & 63) & 1L) != 0
}

private[dedup] object KeyFilter {
  private val PROBES = 4
  private val BITS_PER_KEY = 16L
  private val LEAST_WORDS = 1 << 10

  /** 32 MiB. */
  private val MOST_WORDS = 1 << 22

  /** A step of Spark's tree that is made for so many joins less than twice as many. */
  private val JOINED = 4

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
      .treeReduce(_ merge _, depthFor(rows.getNumPartitions))
  }

  /**
   * How deep a tree must be so that no step joins more than 7 filters of so many partitions, the driver included: at
   * 32 MiB each, 224 MiB of the 1 GiB of results that Spark lets a driver take. Its own depth of 2 gives the driver as
   * many as the square root of all.
   */
  def depthFor(partitions: Int): Int =
    Iterator.iterate(JOINED.toLong)(_ * JOINED).indexWhere(_ >= partitions) + 1

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
