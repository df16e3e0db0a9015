package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.LongSink

import java.nio.{ByteBuffer, ByteOrder}
import java.util.Arrays

/**
 * A set of shingle hashes in ascending order. A set that is `isCapped` holds only the least hashes of a larger one: a
 * sample that is the same for all texts (bottom-k sketch, Cohen and Kaplan 2007).
 */
final case class ShingleSet(hashes: Array[Long], isCapped: Boolean) {

  /** As bytes, which rows carry without an object for each hash: a flag, then the hashes, little-endian. */
  def encode: Array[Byte] = {
    val bytes =
      ByteBuffer.allocate((hashes.length + 1) * java.lang.Long.BYTES).order(ByteOrder.LITTLE_ENDIAN)
    bytes.putLong(if (isCapped) 1L else 0L)
    bytes.asLongBuffer().put(hashes)
    bytes.array()
  }
}

/** Collects the `limit` least distinct hashes in at most 2 `limit` numbers. */
final class ShingleSetBuilder(limit: Int) extends LongSink {
  private var hashes = new Array[Long](math.min(1024, 2 * limit))
  private var size = 0
  private var highest = Long.MaxValue
  private var isCapped = false

  override def add(hash: Long): Unit =
    if (hash <= highest) {
      if (size == hashes.length) makeRoom()
      hashes(size) = hash
      size += 1
    }

  /** The set so far. */
  def build(): ShingleSet = {
    compact()
    ShingleSet(Arrays.copyOf(hashes, size), isCapped)
  }

  private def makeRoom(): Unit = {
    compact()
    if (size > hashes.length / 2) hashes = Arrays.copyOf(hashes, math.min(hashes.length * 2, 2 * limit))
  }

  private def compact(): Unit = {
    Arrays.sort(hashes, 0, size)
    var distinct = math.min(1, size)
    var index = 1
    while (index < size) {
      if (hashes(index) != hashes(distinct - 1)) {
        hashes(distinct) = hashes(index)
        distinct += 1
      }
      index += 1
    }
    isCapped |= distinct > limit
    size = math.min(distinct, limit)
    if (isCapped) highest = hashes(size - 1)
  }
}
