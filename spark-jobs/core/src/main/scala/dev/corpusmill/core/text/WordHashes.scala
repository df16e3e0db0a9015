package dev.corpusmill.core.text

import dev.corpusmill.core.dedup.Hashing

import java.nio.charset.StandardCharsets.UTF_8

/** Takes numbers one after the other, without an object for each. */
trait LongSink {
  def add(value: Long): Unit
}

/**
 * 64-bit hashes of a text's words that have a letter or a digit, lower-cased, in order. The words are those of
 * [[WordSplitter]]. The text is read as UTF-8 line by line: lines of ASCII are hashed as they are; of other lines
 * MAX_DECODED_BYTES at most are decoded at a time, so that a text of any size needs no copy of itself. A line that is
 * longer is cut before a space, which is a word boundary in any case, or, where it has none, between two characters.
 */
object WordHashes {

  /** Bytes of a line that are decoded at a time. */
  val MAX_DECODED_BYTES: Int = 1 << 20

  private val BASE = 0x9e3779b97f4a7c15L
  private val SEED = 0x2545f4914f6cdd1dL
  private val ASCII = 128
  private val ASCII_CLASSES: Array[Byte] = Array.tabulate(ASCII)(code => WordBreak.of(code.toChar))
  private val ASCII_LOWER: Array[Byte] = Array.tabulate(ASCII)(code => LetterCase.lower(code.toChar).toByte)

  /** Hashes the words of UTF-8 text into `sink`. */
  def of(text: Array[Byte], sink: LongSink): Unit = {
    var start = 0
    while (start < text.length) {
      var end = start
      var signs = 0
      while (end < text.length && text(end) != '\n') {
        signs |= text(end).toInt
        end += 1
      }
      if (signs >= 0) addAscii(text, start, end, sink) else addDecoded(text, start, end, sink)
      start = end + 1
    }
  }

  private def addAscii(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    var index = from
    while (index < to)
      index = if (isWordPart(ASCII_CLASSES(text(index).toInt))) addWord(text, index, to, sink) else index + 1
  }

  /** The end of the word that begins at `start`, which is found as [[WordBreak.segmentEnd]] finds it. */
  private def addWord(text: Array[Byte], start: Int, to: Int, sink: LongSink): Int = {
    var previous = ASCII_CLASSES(text(start).toInt)
    var isCounted = previous != WordBreak.EXTEND_NUM_LET
    var hash = step(SEED, ASCII_LOWER(text(start).toInt).toInt)
    var index = start + 1
    var isOpen = true
    while (isOpen && index < to) {
      val current = ASCII_CLASSES(text(index).toInt)
      if (isWordPart(current)) {
        previous = current
        isCounted |= current != WordBreak.EXTEND_NUM_LET
        hash = step(hash, ASCII_LOWER(text(index).toInt).toInt)
        index += 1
      } else if (index + 1 < to && WordBreak.joins(previous, current, ASCII_CLASSES(text(index + 1).toInt))) {
        hash = step(hash, ASCII_LOWER(text(index).toInt).toInt)
        previous = ASCII_CLASSES(text(index + 1).toInt)
        hash = step(hash, ASCII_LOWER(text(index + 1).toInt).toInt)
        index += 2
      } else isOpen = false
    }
    if (isCounted) sink.add(Hashing.mix(hash))
    index
  }

  private def addDecoded(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    var start = from
    while (start < to) {
      val end = if (to - start <= MAX_DECODED_BYTES) to else cut(text, start, start + MAX_DECODED_BYTES)
      addChars(new String(text, start, end - start, UTF_8).toCharArray, sink)
      start = end
    }
  }

  /** The last space in (start, limit], or the last beginning of a character there. */
  private def cut(text: Array[Byte], start: Int, limit: Int): Int = {
    var end = limit
    while (end > start && text(end) != ' ') end -= 1
    if (end > start) end
    else {
      end = limit
      while (isContinuation(text(end))) end -= 1
      end
    }
  }

  private def addChars(chars: Array[Char], sink: LongSink): Unit = {
    val words = WordSplitter.get().split(chars)
    var index = 0
    while (index < words.size) {
      val (start, end) = (words.start(index), words.end(index))
      if (LetterCase.hasLetterOrDigit(chars, start, end)) sink.add(hashOf(chars, start, end))
      index += 1
    }
  }

  /** The hash of one word. */
  def hashOf(chars: Array[Char], start: Int, end: Int): Long = {
    var hash = SEED
    var index = start
    while (index < end) {
      hash = step(hash, LetterCase.lower(chars(index)).toInt)
      index += 1
    }
    Hashing.mix(hash)
  }

  private def step(hash: Long, unit: Int): Long = {
    val product = (hash ^ unit.toLong) * BASE
    product ^ (product >>> 32)
  }

  private def isWordPart(wordBreak: Byte): Boolean =
    wordBreak >= WordBreak.LETTER && wordBreak <= WordBreak.EXTEND_NUM_LET

  private def isContinuation(byte: Byte): Boolean = (byte & 0xc0) == 0x80
}
