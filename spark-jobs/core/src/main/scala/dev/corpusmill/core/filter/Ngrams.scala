package dev.corpusmill.core.filter

import dev.corpusmill.core.dedup.Hashing.mix
import dev.corpusmill.core.text.AnalyzedText

/** Word n-gram measures of one text, exact: hashes only find candidates, and what they find is compared. */
private[filter] final class Ngrams(text: AnalyzedText) {
  private val words = new JoinedWords(text)
  private lazy val repeats = new RepeatedNgrams(words.numbers, words.different)
  private lazy val candidates = new DuplicateCandidates(words)

  /**
   * Code points of the most frequent n-gram, its words joined with a space, times its count; the first seen of equal
   * counts. A count of 1 counts. 0 where there is no n-gram. Sizes must be asked for in ascending order.
   */
  def topLength(size: Int): Long =
    if (words.size < size) 0L
    else {
      val top = repeats.top(size)
      (words.length(top.first, size) + size - 1) * top.count
    }

  /**
   * Code points in repeated n-grams, their words joined with nothing: from left to right, a repeat adds its length and
   * jumps over its words, anything else moves on by one. What begins like nothing else is no repeat, and none of it: only
   * the other places are looked at. Sizes must be asked for in ascending order.
   */
  def duplicateLength(size: Int): Long = {
    candidates.keepFor(size)
    val seen = new SlotTable(candidates.count)
    var length = 0L
    var free = 0
    var index = 0
    while (index < candidates.count) {
      val start = candidates.place(index)
      if (start >= free) {
        val hash = words.hash(start, words.units(start, size))
        if (seen.findOrAdd(hash, start, words.isSame(start, _, size)) >= 0) {
          length += words.length(start, size)
          free = start + size
        }
      }
      index += 1
    }
    length
  }
}

/** The most frequent n-gram: where it stands first, and how often it occurs. */
private[filter] final case class TopNgram(first: Int, count: Long)

/**
 * n-grams of word numbers that occur more than once, extended from n - 1 to n: a repeat is two repeats of n - 1 words
 * that begin at neighbouring places, so that few places are looked at beyond single words.
 */
private final class RepeatedNgrams(wordNumbers: Array[Int], differentWords: Int) {
  private var size = 1
  // Where n-grams stand that occur more than once, ascending, and the number of each n-gram, by first sight
  private val places = Array.range(0, wordNumbers.length)
  private val numbers = wordNumbers.clone()
  private var entries = wordNumbers.length
  private var firsts = Array.emptyIntArray
  private var best = TopNgram(0, 1L)

  keepRepeats(countsOf(differentWords))

  /** The most frequent n-gram, of at least 2 words; sizes must ascend. */
  def top(wanted: Int): TopNgram = {
    while (size < wanted) extend()
    best
  }

  private def extend(): Unit = {
    size += 1
    val counts = countsOf(number())
    best = bestOf(counts)
    keepRepeats(counts)
  }

  /** Numbers the n-grams that may be repeats; returns how many are different. */
  private def number(): Int = {
    val table = new SlotTable(entries)
    val keys = new Array[Long](entries)
    firsts = new Array[Int](entries)
    var next = 0
    var left = 0
    var index = 0
    while (index + 1 < entries) {
      val place = places(index)
      if (places(index + 1) == place + 1) {
        val key = (numbers(index).toLong << 32) | numbers(index + 1)
        val found = table.findOrAdd(mix(key), next, keys(_) == key)
        places(left) = place
        if (found >= 0) numbers(left) = found
        else {
          numbers(left) = next
          keys(next) = key
          firsts(next) = place
          next += 1
        }
        left += 1
      }
      index += 1
    }
    entries = left
    next
  }

  private def countsOf(different: Int): Array[Int] = {
    val counts = new Array[Int](different)
    var index = 0
    while (index < entries) {
      counts(numbers(index)) += 1
      index += 1
    }
    counts
  }

  private def keepRepeats(counts: Array[Int]): Unit = {
    var left = 0
    var index = 0
    while (index < entries) {
      if (counts(numbers(index)) > 1) {
        places(left) = places(index)
        numbers(left) = numbers(index)
        left += 1
      }
      index += 1
    }
    entries = left
  }

  private def bestOf(counts: Array[Int]): TopNgram = {
    var most = 1
    var number = -1
    var index = 0
    while (index < counts.length) {
      if (counts(index) > most) {
        most = counts(index)
        number = index
      }
      index += 1
    }
    if (number < 0) TopNgram(0, 1L) else TopNgram(firsts(number), most.toLong)
  }
}

/** Words at which n-grams may begin that are repeats, or are repeated: fewer the longer the n-grams. */
private final class DuplicateCandidates(words: JoinedWords) {
  private val places = Array.range(0, words.size)
  private var left = words.size
  private lazy val short = new RepeatedWindows(words, RepeatedWindows.SHORT)
  private lazy val long = new RepeatedWindows(words, RepeatedWindows.LONG)

  def count: Int = left

  def place(index: Int): Int = places(index)

  /** Leaves the places for n-grams of `size` words. Sizes must ascend. */
  def keepFor(size: Int): Unit = {
    var kept = 0
    var index = 0
    while (index < left) {
      val start = places(index)
      if (start + size <= words.size && mayRepeat(start, words.units(start, size))) {
        places(kept) = start
        kept += 1
      }
      index += 1
    }
    left = kept
  }

  private def mayRepeat(start: Int, units: Int): Boolean =
    if (units >= RepeatedWindows.LONG) long.mayRepeat(start)
    else units < RepeatedWindows.SHORT || short.mayRepeat(start)
}

/**
 * Words from which on so many characters may be those from another word on too: two bits for each hash say whether it
 * occurs and whether it does again. Of sixteen other words one seems to be such a word.
 */
private final class RepeatedWindows(words: JoinedWords, units: Int) {
  private val bits = 32 - Integer.numberOfLeadingZeros(words.size | 3) + 4
  private val once = new Array[Long](1 << (bits - 6))
  private val again = new Array[Long](1 << (bits - 6))
  private val hashes = new Array[Int](words.size)
  mark()

  /** Asked of words that so many characters follow. */
  def mayRepeat(word: Int): Boolean = (again(hashes(word) >>> 6) & (1L << hashes(word))) != 0

  private def mark(): Unit = {
    var word = 0
    while (word < words.size && words.hasUnits(word, units)) {
      val hash = (words.hash(word, units) >>> (64 - bits)).toInt
      val bit = 1L << hash
      hashes(word) = hash
      again(hash >>> 6) |= once(hash >>> 6) & bit
      once(hash >>> 6) |= bit
      word += 1
    }
  }
}

private object RepeatedWindows {

  /** Two English words, about. */
  val SHORT = 8

  /** Three or four. */
  val LONG = 16
}
