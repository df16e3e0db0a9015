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
  private val words = text.words
  private val offsets = new Array[Int](words.size + 1)
  private val lengths = new Array[Long](words.size + 1)
  private val compact = concatenate()
  private lazy val prefixes = new PrefixHashes(compact, offsets)
  private lazy val repeats = new RepeatedNgrams(wordNumbers(), words.size)
  private lazy val windows = new RepeatedWindows(compact, offsets)
  private lazy val seen = new SlotTable(windows.count)
  // Where n-grams begin that may be repeats
  private lazy val places = Array.range(0, words.size)
  private var placeCount = words.size

  /**
   * Code points of the most frequent n-gram, its words joined with a space, times its count; the first seen of equal
   * counts. A count of 1 counts. 0 where there is no n-gram. Sizes must be asked for in ascending order.
   */
  def topLength(size: Int): Long =
    if (words.size < size) 0L
    else {
      val top = repeats.top(size)
      (ngramLength(top.first, size) + size - 1) * top.count
    }

  /**
   * Code points in repeated n-grams, their words joined with nothing: from left to right, a repeat adds its length and
   * jumps over its words, anything else moves on by one. What begins like nothing else is no repeat, and none of it: only
   * the other places are looked at. Sizes must be asked for in ascending order.
   */
  def duplicateLength(size: Int): Long = {
    seen.clear()
    dropUnlikeOthers(size)
    var length = 0L
    var free = 0
    var index = 0
    while (index < placeCount) {
      val start = places(index)
      if (start >= free && seen.findOrAdd(prefixes.hash(start, size), start, isSame(start, _, size)) >= 0) {
        length += ngramLength(start, size)
        free = start + size
      }
      index += 1
    }
    length
  }

  /** Leaves the places whose n-grams may be repeats; of larger n-grams these are fewer. */
  private def dropUnlikeOthers(size: Int): Unit = {
    var left = 0
    var index = 0
    while (index < placeCount) {
      val place = places(index)
      if (place + size <= words.size && !isUnlikeOthers(place, size)) {
        places(left) = place
        left += 1
      }
      index += 1
    }
    placeCount = left
  }

  private def isUnlikeOthers(start: Int, size: Int): Boolean =
    offsets(start + size) - offsets(start) >= RepeatedWindows.CHARS && !windows.isRepeated(start)

  private def ngramLength(start: Int, size: Int): Long = lengths(start + size) - lengths(start)

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

  /** Gives equal words one number, in order of first sight. */
  private def wordNumbers(): Array[Int] = {
    val table = new SlotTable(words.size)
    val result = new Array[Int](words.size)
    var next = 0
    var index = 0
    while (index < words.size) {
      val word = index
      val hash = TextHash.of(compact, offsets(word), offsets(word + 1))
      val found = table.findOrAdd(hash, word, isSame(word, _, 1))
      if (found >= 0) result(index) = result(found)
      else {
        result(index) = next
        next += 1
      }
      index += 1
    }
    result
  }
}

private[filter] object Ngrams {

  /** The most frequent n-gram: where it stands first, and how often it occurs. */
  final case class Top(first: Int, count: Long)
}

/** Hashes of n-grams joined with nothing, each in constant time. */
private final class PrefixHashes(compact: Array[Char], offsets: Array[Int]) {
  import PrefixHashes._

  private val sums = new Array[Long](offsets.length)
  private val inverses = new Array[Long](offsets.length)
  fill()

  def hash(start: Int, size: Int): Long = mix((sums(start + size) - sums(start)) * inverses(start))

  private def fill(): Unit = {
    var power = 1L
    var inverse = 1L
    var sum = 0L
    inverses(0) = 1L
    var word = 0
    while (word + 1 < offsets.length) {
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
}

private object PrefixHashes {
  private val BASE = 0x9e3779b97f4a7c15L
  private val BASE_INVERSE = inverseModulo2To64(BASE)

  /** Newton's iteration; every step doubles the number of right bits, and an odd number is its own inverse modulo 8. */
  private def inverseModulo2To64(odd: Long): Long = (1 to 5).foldLeft(odd)((inverse, _) =>
    inverse * (2 - odd * inverse)
  )
}

/**
 * n-grams of word numbers that occur more than once, extended from n - 1 to n: a repeat begins with a repeat of n - 1
 * words and ends with a word that is repeated, so that few places are looked at beyond single words.
 */
private final class RepeatedNgrams(wordNumbers: Array[Int], words: Int) {
  import RepeatedNgrams.ONCE

  // The number of the n-gram at each place where it occurs more than once, ONCE elsewhere
  private val numbers = wordNumbers.clone()
  private var size = 1
  private var counts = Array.emptyIntArray
  private var firsts = Array.emptyIntArray
  private val repeatedWords = new java.util.BitSet(words)

  count(words)
  dropSingles()
  (0 until words).foreach(index => if (numbers(index) != ONCE) repeatedWords.set(index))

  /** The most frequent n-gram, of at least 2 words; sizes must ascend. */
  def top(wanted: Int): Ngrams.Top = {
    while (size < wanted) extend()
    var best = -1
    var index = 0
    while (index < counts.length) {
      if (counts(index) > 1 && (best < 0 || counts(index) > counts(best))) best = index
      index += 1
    }
    if (best < 0) Ngrams.Top(0, 1L) else Ngrams.Top(firsts(best), counts(best).toLong)
  }

  private def extend(): Unit = {
    size += 1
    val table = new SlotTable(words / 4)
    val previous = numbers.clone()
    var next = 0
    var index = 0
    while (index < words) {
      if (!mayRepeat(previous, index)) numbers(index) = ONCE
      else {
        val key = pair(previous, index)
        val found = table.findOrAdd(mix(key), index, pair(previous, _) == key)
        numbers(index) = if (found >= 0) numbers(found) else next
        if (found < 0) next += 1
      }
      index += 1
    }
    count(next)
    dropSingles()
  }

  private def mayRepeat(previous: Array[Int], index: Int): Boolean =
    previous(index) != ONCE && index + size <= words && repeatedWords.get(index + size - 1)

  private def pair(previous: Array[Int], index: Int): Long =
    (previous(index).toLong << 32) | wordNumbers(index + size - 1)

  private def count(different: Int): Unit = {
    counts = new Array[Int](different)
    firsts = new Array[Int](different)
    var index = 0
    while (index < words) {
      val number = numbers(index)
      if (number != ONCE) {
        if (counts(number) == 0) firsts(number) = index
        counts(number) += 1
      }
      index += 1
    }
  }

  private def dropSingles(): Unit = {
    var index = 0
    while (index < words) {
      if (numbers(index) != ONCE && counts(numbers(index)) == 1) numbers(index) = ONCE
      index += 1
    }
  }
}

private object RepeatedNgrams {
  val ONCE: Int = -1
}

/** Words from which on the next characters are those from another word on too (or, by a chance of 2^-64, seem to be). */
private final class RepeatedWindows(compact: Array[Char], offsets: Array[Int]) {
  private val repeated = new java.util.BitSet(offsets.length)
  mark()

  /** How many there are. */
  val count: Int = repeated.cardinality()

  /** Known for words with as many characters from them on as a window has. */
  def isRepeated(word: Int): Boolean = repeated.get(word)

  private def mark(): Unit = {
    val table = new SlotTable(offsets.length)
    var word = 0
    while (word + 1 < offsets.length && offsets(word) + RepeatedWindows.CHARS <= compact.length) {
      val hash = TextHash.of(compact, offsets(word), offsets(word) + RepeatedWindows.CHARS)
      val found = table.findOrAdd(hash, word, _ => true)
      if (found >= 0) {
        repeated.set(found)
        repeated.set(word)
      }
      word += 1
    }
  }
}

private object RepeatedWindows {

  /** Length of a window: three or four English words. */
  val CHARS = 16
}

/** A 64-bit hash of characters, in two chains so that the processor does both at once. */
private[filter] object TextHash {
  private val FACTOR = 0x9e3779b97f4a7c15L

  def of(chars: Array[Char], start: Int, end: Int): Long = {
    var even = end.toLong - start
    var odd = 1L
    var index = start
    while (index + 1 < end) {
      even = even * FACTOR + chars(index)
      odd = odd * FACTOR + chars(index + 1)
      index += 2
    }
    if (index < end) even = even * FACTOR + chars(index)
    mix(even ^ java.lang.Long.rotateLeft(odd, 32))
  }
}

/**
 * Open addressing from a 64-bit hash to the first position that had it; equality is asked of the caller. It begins
 * small and doubles, so that a long text that repeats itself needs little.
 */
private[filter] final class SlotTable(maxEntries: Int) {
  private var capacity = Integer.highestOneBit(math.max(8, math.min(maxEntries, SlotTable.FIRST_ENTRIES))) * 4
  private var positions = new Array[Int](capacity)
  private var hashes = new Array[Long](capacity)
  private var entries = 0

  def clear(): Unit = {
    Arrays.fill(positions, 0)
    entries = 0
  }

  /** The position of an equal entry, or -1 after `position` was added as a new one. */
  def findOrAdd(hash: Long, position: Int, isSame: Int => Boolean): Int = {
    var slot = hash.toInt & (capacity - 1)
    while (positions(slot) != 0) {
      if (hashes(slot) == hash && isSame(positions(slot) - 1)) return positions(slot) - 1
      slot = (slot + 1) & (capacity - 1)
    }
    positions(slot) = position + 1
    hashes(slot) = hash
    entries += 1
    if (entries * 2 > capacity) grow()
    -1
  }

  private def grow(): Unit = {
    val (oldPositions, oldHashes) = (positions, hashes)
    capacity *= 2
    positions = new Array[Int](capacity)
    hashes = new Array[Long](capacity)
    oldPositions.indices.foreach { old =>
      if (oldPositions(old) != 0) {
        var slot = oldHashes(old).toInt & (capacity - 1)
        while (positions(slot) != 0) slot = (slot + 1) & (capacity - 1)
        positions(slot) = oldPositions(old)
        hashes(slot) = oldHashes(old)
      }
    }
  }
}

private object SlotTable {
  private val FIRST_ENTRIES = 1 << 16
}
