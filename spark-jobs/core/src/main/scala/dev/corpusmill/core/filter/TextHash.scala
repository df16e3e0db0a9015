package dev.corpusmill.core.filter

import dev.corpusmill.core.text.FourChars

/** A 64-bit hash of characters, four at a time. Equal characters have equal hashes wherever they stand. */
private[filter] object TextHash {
  private val FACTOR = 0x9e3779b97f4a7c15L
  private val LAST_FACTOR = 0xbf58476d1ce4e5b9L

  /** The hash of `chars[start, end)`. */
  def of(chars: Array[Char], start: Int, end: Int): Long = {
    var hash = end.toLong - start
    var index = start
    while (index + 4 <= end) {
      hash = step(hash, FourChars.at(chars, index))
      index += 4
    }
    if (index == end) finish(hash)
    else {
      var rest = 0L
      var last = end - 1
      while (last >= index) {
        rest = (rest << 16) | chars(last)
        last -= 1
      }
      finish(step(hash, rest))
    }
  }

  /** A hash with four more characters, or with the last ones and zeros after them; it begins with their number. */
  def step(hash: Long, word: Long): Long = {
    val product = (hash ^ word) * FACTOR
    product ^ (product >>> 32)
  }

  /** The hash after the last step: its high bits are those that tables use. */
  def finish(hash: Long): Long = hash * LAST_FACTOR
}
