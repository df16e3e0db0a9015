package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.{LongSink, WordHashes}

/**
 * The shingles of a text: n-grams of its lower-cased UAX #29 words without punctuation, each as a 64-bit hash. A text
 * with fewer words than n has one shingle of all its words; one without words has none.
 */
object ShingleHashes {
  private[dedup] val BASE = 0xc2b2ae3d27d4eb4fL

  /** Hashes the shingles of UTF-8 text into `sink`, in order and as often as they occur; the number of them. */
  def of(text: Array[Byte], shingleWords: Int, sink: LongSink): Long = {
    val shingler = new Shingler(shingleWords, sink)
    WordHashes.of(text, shingler)
    shingler.end()
  }

  /** The set of a text's shingles, of which `limit` are kept at most. */
  def setOf(text: Array[Byte], shingleWords: Int, limit: Int): ShingleSet = {
    val set = new ShingleSetBuilder(limit)
    val _ = of(text, shingleWords, set)
    set.build()
  }
}

/** Makes shingles of words as they come; holds `size` words. */
private final class Shingler(size: Int, sink: LongSink) extends LongSink {
  private val words = new Array[Long](size)
  private var next = 0
  private var seen = 0L

  override def add(word: Long): Unit = {
    words(next) = word
    next = if (next + 1 == size) 0 else next + 1
    seen += 1
    if (seen >= size) sink.add(hash(next, size))
  }

  /** The number of shingles. */
  def end(): Long = {
    if (seen > 0 && seen < size) sink.add(hash(0, seen.toInt))
    if (seen == 0) 0L else math.max(1L, seen - size + 1)
  }

  private def hash(oldest: Int, count: Int): Long = {
    var value = 0L
    var index = oldest
    var left = count
    while (left > 0) {
      value = value * ShingleHashes.BASE + words(index)
      index = if (index + 1 == size) 0 else index + 1
      left -= 1
    }
    Hashing.mix(value)
  }
}
