package dev.corpusmill.core.filter

import dev.corpusmill.core.text.{AnalyzedText, FourChars, PythonText}

/** The words of a text one after another, so that an n-gram joined with nothing is a part of them. */
private[filter] final class JoinedWords(text: AnalyzedText) {
  private val words = text.words
  private val source = text.chars

  /** How many words there are. */
  val size: Int = words.size
  private val offsets = new Array[Int](size + 1)

  /** By word: equal words have one number, in order of first sight. */
  val numbers: Array[Int] = new Array[Int](size)

  // Room behind the last word, as four characters are read and written at a time
  private val chars = new Array[Char](source.length + 4)
  private val hasPairs = text.length != source.length

  /** How many different words there are. */
  val different: Int = join()

  /** UTF-16 units of the n-gram of `size` words that begins with word `start`, joined with nothing. */
  def units(start: Int, size: Int): Int = offsets(start + size) - offsets(start)

  /** Its code points, counted word by word. */
  def length(start: Int, size: Int): Long =
    if (!hasPairs) units(start, size).toLong
    else {
      var sum = 0L
      var word = start
      while (word < start + size) {
        sum += PythonText.codePoints(chars, offsets(word), offsets(word + 1))
        word += 1
      }
      sum
    }

  /** The hash of the first `units` from word `start` on; they must be there. */
  def hash(start: Int, units: Int): Long = {
    val from = offsets(start)
    var hash = units.toLong
    var done = 0
    while (done + 4 <= units) {
      hash = TextHash.step(hash, FourChars.at(chars, from + done))
      done += 4
    }
    if (done < units)
      hash = TextHash.step(hash, FourChars.at(chars, from + done) & FourChars.prefixMask(units - done))
    TextHash.finish(hash)
  }

  /** Whether so many units follow from word `start` on. */
  def hasUnits(start: Int, units: Int): Boolean = offsets(start) + units <= offsets(size)

  /** Whether two n-grams joined with nothing are equal. */
  def isSame(left: Int, right: Int, size: Int): Boolean = {
    val length = units(left, size)
    length == units(right, size) && isSameChars(offsets(left), offsets(right), length)
  }

  private def isSameChars(left: Int, right: Int, length: Int): Boolean = {
    var done = 0
    while (done + 4 <= length) {
      if (FourChars.at(chars, left + done) != FourChars.at(chars, right + done)) return false
      done += 4
    }
    val rest = FourChars.at(chars, left + done) ^ FourChars.at(chars, right + done)
    (rest & FourChars.prefixMask(length - done)) == 0
  }

  /** Puts the words together and numbers them; returns how many are different. */
  private def join(): Int = {
    val table = new SlotTable(size)
    val firsts = new Array[Int](size)
    var next = 0
    var word = 0
    while (word < size) {
      copy(word)
      val current = word
      val found =
        table.findOrAdd(hash(word, units(word, 1)), next, number => isSame(firsts(number), current, 1))
      if (found >= 0) numbers(word) = found
      else {
        numbers(word) = next
        firsts(next) = word
        next += 1
      }
      word += 1
    }
    next
  }

  private def copy(word: Int): Unit = {
    val from = words.start(word)
    val length = words.end(word) - from
    val to = offsets(word)
    offsets(word + 1) = to + length
    if (from + length + 3 > source.length) System.arraycopy(source, from, chars, to, length)
    else {
      // What is written behind the word is written again with the next one
      var done = 0
      while (done < length) {
        FourChars.put(chars, to + done, FourChars.at(source, from + done))
        done += 4
      }
    }
  }
}
