package dev.corpusmill.core.filter

import dev.corpusmill.core.dedup.Hashing.mix
import dev.corpusmill.core.text.AnalyzedText

import java.util.Arrays

/**
 * Word n-gram measures of one text, exact: hashes only find candidates, and what they find is compared.
 *
 * The words stand one after another in `compact`; an n-gram joined with the empty string is a part of it. Its hash is
 * that part's polynomial sum(c_k B^k) modulo 2^64 (Karp and Rabin 1987), taken from prefix sums at the word starts
 * and moved to the exponent 0 by the inverse of B, which is odd.
 */
private[filter] final class Ngrams(text: AnalyzedText) {
  import Ngrams._

  private val words = text.words
  private val offsets = new Array[Int](words.size + 1)
  private val lengths = new Array[Long](words.size + 1)
  private val compact = concatenate()
  private val sums = new Array[Long](words.size + 1)
  private val inverses = new Array[Long](words.size + 1)
  hashPrefixes()

  private lazy val table = new SlotTable(math.max(1, words.size))
  // n-gram numbers by position, extended from size 1 upwards
  private var numbers = Array.emptyIntArray
  private var numbersSize = 0
  private lazy val wordNumbers: Array[Int] = numberWords()

  /**
   * Code points of the most frequent n-gram, its words joined with a space, times its count; the first seen of equal
   * counts. A count of 1 counts. 0 where there is no n-gram. Sizes must be asked for in ascending order.
   */
  def topLength(size: Int): Long = {
    while (numbersSize < size) extendNumbers()
    val count = words.size - size + 1
    if (count <= 0) 0L
    else {
      val counts = new Array[Int](count)
      val first = new Array[Int](count)
      countNumbers(count, counts, first)
      val top = indexOfMax(counts)
      (ngramLength(first(top), size) + size - 1) * counts(top)
    }
  }

  /**
   * Code points in repeated n-grams, their words joined with nothing: from left to right, a repeat adds its length and
   * jumps over its words, anything else moves on by one.
   */
  def duplicateLength(size: Int): Long = {
    table.clear()
    var length = 0L
    var index = 0
    while (index + size <= words.size)
      if (table.findOrAdd(hash(index, size), index, other => isSame(index, other, size)) >= 0) {
        length += ngramLength(index, size)
        index += size
      } else index += 1
    length
  }

  private def ngramLength(start: Int, size: Int): Long = lengths(start + size) - lengths(start)

  private def hash(start: Int, size: Int): Long = mix((sums(start + size) - sums(start)) * inverses(start))

  private def isSame(left: Int, right: Int, size: Int): Boolean =
    Arrays.equals(
      compact,
      offsets(left),
      offsets(left + size),
      compact,
      offsets(right),
      offsets(right + size)
    )

  private def concatenate(): Array[Char] = {
    var index = 0
    while (index < words.size) {
      offsets(index + 1) = offsets(index) + words.end(index) - words.start(index)
      lengths(index + 1) = lengths(index) + text.length(words.start(index), words.end(index))
      index += 1
    }
    val chars = new Array[Char](offsets(words.size))
    (0 until words.size).foreach { word =>
      System.arraycopy(text.chars, words.start(word), chars, offsets(word), offsets(word + 1) - offsets(word))
    }
    chars
  }

  private def hashPrefixes(): Unit = {
    var power = 1L
    var inverse = 1L
    var sum = 0L
    inverses(0) = 1L
    var word = 0
    while (word < words.size) {
      var index = offsets(word)
      while (index < offsets(word + 1)) {
        sum += (compact(index) + 1L) * power
        power *= BASE
        inverse *= BASE_INVERSE
        index += 1
      }
      word += 1
      sums(word) = sum
      inverses(word) = inverse
    }
  }

  /** Gives equal words one number, in order of first sight. */
  private def numberWords(): Array[Int] = {
    table.clear()
    val result = new Array[Int](words.size)
    var next = 0
    var index = 0
    while (index < words.size) {
      val found = table.findOrAdd(hash(index, 1), index, other => isSame(index, other, 1))
      if (found >= 0) result(index) = result(found)
      else {
        result(index) = next
        next += 1
      }
      index += 1
    }
    result
  }

  /** From numbers of (n-1)-grams to numbers of n-grams: equal pairs of (number of the first n-1 words, last word). */
  private def extendNumbers(): Unit = {
    if (numbersSize == 0) numbers = wordNumbers.clone()
    else {
      val size = numbersSize + 1
      table.clear()
      var next = 0
      var index = 0
      val previous = numbers.clone()
      while (index + size <= words.size) {
        val key = pair(previous, index, size)
        val found = table.findOrAdd(mix(key), index, other => pair(previous, other, size) == key)
        if (found >= 0) numbers(index) = numbers(found)
        else {
          numbers(index) = next
          next += 1
        }
        index += 1
      }
    }
    numbersSize += 1
  }

  private def pair(previous: Array[Int], index: Int, size: Int): Long =
    (previous(index).toLong << 32) | wordNumbers(index + size - 1)

  private def countNumbers(count: Int, counts: Array[Int], first: Array[Int]): Unit = {
    var index = 0
    while (index < count) {
      if (counts(numbers(index)) == 0) first(numbers(index)) = index
      counts(numbers(index)) += 1
      index += 1
    }
  }

  private def indexOfMax(counts: Array[Int]): Int = {
    var best = 0
    var index = 1
    while (index < counts.length) {
      if (counts(index) > counts(best)) best = index
      index += 1
    }
    best
  }
}

private[filter] object Ngrams {
  private val BASE = 0x9e3779b97f4a7c15L
  private val BASE_INVERSE = inverseModulo2To64(BASE)

  /** Newton's iteration; every step doubles the number of right bits, and an odd number is its own inverse modulo 8. */
  private def inverseModulo2To64(odd: Long): Long = (1 to 5).foldLeft(odd)((inverse, _) =>
    inverse * (2 - odd * inverse)
  )

}

/** Open addressing from a 64-bit hash to the first position that had it; equality is asked of the caller. */
private[filter] final class SlotTable(maxEntries: Int) {
  private val capacity = Integer.highestOneBit(math.max(8, maxEntries)) * 4
  private val positions = new Array[Int](capacity)
  private val hashes = new Array[Long](capacity)

  def clear(): Unit = Arrays.fill(positions, 0)

  /** The position of an equal entry, or -1 after `position` was added as a new one. */
  def findOrAdd(hash: Long, position: Int, isSame: Int => Boolean): Int = {
    var slot = hash.toInt & (capacity - 1)
    while (positions(slot) != 0) {
      if (hashes(slot) == hash && isSame(positions(slot) - 1)) return positions(slot) - 1
      slot = (slot + 1) & (capacity - 1)
    }
    positions(slot) = position + 1
    hashes(slot) = hash
    -1
  }
}
