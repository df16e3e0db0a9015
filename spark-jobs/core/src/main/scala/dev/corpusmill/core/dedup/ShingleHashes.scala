package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.{LetterCase, WordSplitter}

import java.nio.{ByteBuffer, ByteOrder}
import java.util.Arrays

/**
 * The shingles of a text: n-grams of its lower-cased UAX #29 words without punctuation, each as a 64-bit hash. A text
 * with fewer words than n has one shingle of all its words; one without words has none.
 */
object ShingleHashes {
  private val WORD_BASE = 0x9e3779b97f4a7c15L
  private val SHINGLE_BASE = 0xc2b2ae3d27d4eb4fL

  /** Distinct hashes in ascending order. */
  def of(text: String, shingleWords: Int): Array[Long] = {
    val words = wordHashes(text)
    if (words.isEmpty) words
    else {
      val size = math.min(shingleWords, words.length)
      val hashes = new Array[Long](words.length - size + 1)
      var index = 0
      while (index < hashes.length) {
        hashes(index) = shingleHash(words, index, size)
        index += 1
      }
      sortedDistinct(hashes)
    }
  }

  /** The hashes as bytes, which rows carry without an object for each. */
  def encode(hashes: Array[Long]): Array[Byte] = {
    val bytes = ByteBuffer.allocate(hashes.length * java.lang.Long.BYTES).order(ByteOrder.LITTLE_ENDIAN)
    bytes.asLongBuffer().put(hashes)
    bytes.array()
  }

  private def shingleHash(words: Array[Long], start: Int, size: Int): Long = {
    var hash = 0L
    var index = start
    while (index < start + size) {
      hash = hash * SHINGLE_BASE + words(index)
      index += 1
    }
    Hashing.mix(hash)
  }

  private def wordHashes(text: String): Array[Long] = {
    val chars = text.toCharArray
    val words = WordSplitter.get().split(chars)
    val hashes = new Array[Long](words.size)
    var size = 0
    var index = 0
    while (index < words.size) {
      if (LetterCase.hasLetterOrDigit(chars, words.start(index), words.end(index))) {
        hashes(size) = wordHash(chars, words.start(index), words.end(index))
        size += 1
      }
      index += 1
    }
    Arrays.copyOf(hashes, size)
  }

  private def wordHash(chars: Array[Char], start: Int, end: Int): Long = {
    var hash = end - start.toLong
    var index = start
    while (index < end) {
      hash = (hash ^ LetterCase.lower(chars(index)).toLong) * WORD_BASE
      hash ^= hash >>> 32
      index += 1
    }
    Hashing.mix(hash)
  }

  private def sortedDistinct(hashes: Array[Long]): Array[Long] = {
    Arrays.sort(hashes)
    var size = 1
    var index = 1
    while (index < hashes.length) {
      if (hashes(index) != hashes(size - 1)) {
        hashes(size) = hashes(index)
        size += 1
      }
      index += 1
    }
    if (size == hashes.length) hashes else Arrays.copyOf(hashes, size)
  }
}
