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
    HashSort.sort(hashes, size)
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

/** Sorts numbers that are spread over the whole range, as hashes are, by their upper bits and then each few of them. */
private[dedup] object HashSort {

  /** Fewer are sorted as they are. */
  private val SMALL = 64

  /** More in one bucket are no chance of hashes, but repeated ones or made on purpose. */
  private val CROWDED = 24
  private val MAX_BUCKET_BITS = 14

  /** Sorts the first `size` numbers. */
  def sort(numbers: Array[Long], size: Int): Unit =
    if (size < SMALL) Arrays.sort(numbers, 0, size)
    else {
      val bits = math.min(MAX_BUCKET_BITS, 30 - Integer.numberOfLeadingZeros(size))
      val ends = scatter(numbers, size, bits)
      var start = 0
      var bucket = 0
      while (bucket < ends.length) {
        val end = ends(bucket)
        if (end - start > CROWDED) Arrays.sort(numbers, start, end) else insert(numbers, start, end)
        start = end
        bucket += 1
      }
    }

  /** Moves numbers to their buckets, of 2^`bits`; the buckets' ends. */
  private def scatter(numbers: Array[Long], size: Int, bits: Int): Array[Int] = {
    val shift = java.lang.Long.SIZE - bits
    val places = new Array[Int](1 << bits)
    var index = 0
    while (index < size) {
      places(bucketOf(numbers(index), shift)) += 1
      index += 1
    }
    var before = 0
    index = 0
    while (index < places.length) {
      val count = places(index)
      places(index) = before
      before += count
      index += 1
    }
    val unsorted = Arrays.copyOf(numbers, size)
    index = 0
    while (index < size) {
      val bucket = bucketOf(unsorted(index), shift)
      numbers(places(bucket)) = unsorted(index)
      places(bucket) += 1
      index += 1
    }
    places
  }

  /** The sign is turned, so that buckets are in the order of signed numbers. */
  private def bucketOf(number: Long, shift: Int): Int = ((number ^ Long.MinValue) >>> shift).toInt

  private def insert(numbers: Array[Long], start: Int, end: Int): Unit = {
    var index = start + 1
    while (index < end) {
      val number = numbers(index)
      var place = index
      while (place > start && numbers(place - 1) > number) {
        numbers(place) = numbers(place - 1)
        place -= 1
      }
      numbers(place) = number
      index += 1
    }
  }
}
