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

/**
 * Makes shingles of words as they come. A shingle's hash is a polynomial of its words' hashes modulo 2^64 (Karp and Rabin
 * 1987), so that the next one is made of the last with two multiplications; holds `size` words.
 */
private final class Shingler(size: Int, sink: LongSink) extends LongSink {
  private val words = new Array[Long](size)
  private val outgoing = power(size)
  private val shingles = new Array[Long](Shingler.BLOCK)
  private var next = 0
  private var seen = 0L
  private var rolling = 0L

  override def add(word: Long): Unit = {
    roll(word)
    if (seen >= size) sink.add(Hashing.mix(rolling))
  }

  override def addAll(values: Array[Long], count: Int): Unit = {
    var made = 0
    var index = 0
    while (index < count) {
      roll(values(index))
      if (seen >= size) {
        shingles(made) = Hashing.mix(rolling)
        made += 1
        if (made == Shingler.BLOCK) {
          sink.addAll(shingles, made)
          made = 0
        }
      }
      index += 1
    }
    sink.addAll(shingles, made)
  }

  /** The number of shingles. */
  def end(): Long = {
    if (seen > 0 && seen < size) sink.add(Hashing.mix(rolling))
    if (seen == 0) 0L else math.max(1L, seen - size + 1)
  }

  private def power(exponent: Int): Long = {
    var value = 1L
    var left = exponent
    while (left > 0) {
      value *= ShingleHashes.BASE
      left -= 1
    }
    value
  }

  private def roll(word: Long): Unit = {
    rolling = rolling * ShingleHashes.BASE + word - words(next) * outgoing
    words(next) = word
    next = if (next + 1 == size) 0 else next + 1
    seen += 1
  }
}

private object Shingler {

  /** Shingles that go on together. */
  private val BLOCK = 256
}
