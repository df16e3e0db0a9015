package dev.corpusmill.core.text

import dev.corpusmill.core.dedup.Hashing

import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

/** Takes numbers one after the other, without an object for each. */
trait LongSink {
  def add(value: Long): Unit

  /** Adds the first `count` of `values`, in order. */
  def addAll(values: Array[Long], count: Int): Unit = {
    var index = 0
    while (index < count) {
      add(values(index))
      index += 1
    }
  }
}

/**
 * 64-bit hashes of a text's words that have a letter or a digit, lower-cased, in order. The words are those of
 * [[WordSplitter]]. The text is read as UTF-8 line by line, and its bytes are hashed where they stand, so that a text of
 * any size needs no copy of itself: what is decoded for ICU is MAX_DECODED_BYTES at most at a time. A line that has more
 * than ASCII and is longer is cut before a space, which is a word boundary in any case, or, where it has none, between
 * two characters. Of a line that the splitter would ask ICU about, ICU sees the parts between spaces that it is needed
 * for.
 */
object WordHashes {

  /** Bytes of a line that are decoded at a time. */
  val MAX_DECODED_BYTES: Int = 1 << 20

  private val BASE = 0x9e3779b97f4a7c15L
  private[text] val SEED = 0x2545f4914f6cdd1dL

  private val READERS = ThreadLocal.withInitial[WordReader](() => new WordReader)

  /** Hashes the words of UTF-8 text into `sink`. */
  def of(text: Array[Byte], sink: LongSink): Unit = READERS.get().read(text, sink)

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

  private[text] def step(hash: Long, unit: Int): Long = {
    val product = (hash ^ unit.toLong) * BASE
    product ^ (product >>> 32)
  }
}

/** [[WordBreak]] of the UTF-16 units that UTF-8 stands for, and whether they make a word count. */
private object Utf8Units {

  /** Set where a unit makes a word count: a letter or a digit. */
  val COUNTED = 0x10
  private val CLASS_BITS = 0x0f

  /** Of an entry of ASCII_PARTS: the lower-case character, and whether it makes a word count. */
  val ASCII_BITS = 0x7f
  val ASCII_COUNTED = 0x100
  val ASCII_COUNTED_SHIFT: Int =
    Integer.numberOfTrailingZeros(ASCII_COUNTED) - Integer.numberOfTrailingZeros(COUNTED)

  /** Of an entry of PARTS: the lower-case unit, and how far above ASCII_COUNTED its own bit stands. */
  val PART_BITS = 0xffff
  val PART_SHIFT = 8
  private val PART_COUNTED_SHIFT = ASCII_COUNTED_SHIFT + PART_SHIFT

  /** The splitter takes white space off words, which a table does not. */
  private val UNITS: Array[Byte] = Array.tabulate(1 << 16) { code =>
    val wordBreak = WordBreak.of(code.toChar)
    if (isWordPart(wordBreak) && PythonText.isSpace(code.toChar)) WordBreak.UNSUPPORTED
    else if (LetterCase.hasLetterOrDigit(Array(code.toChar), 0, 1)) (wordBreak | COUNTED).toByte
    else wordBreak
  }

  /** By byte: what is to be known of ASCII characters that are parts of words; 0 of all other bytes. */
  val ASCII_PARTS: Array[Short] = Array.tabulate(1 << 8) { byte =>
    if (byte > ASCII_BITS || !isWordPart(classOf(kindOf(byte)))) 0
    else (LetterCase.lower(byte.toChar).toInt | (kindOf(byte) & COUNTED) << ASCII_COUNTED_SHIFT).toShort
  }

  /** By unit: what is to be known of characters that are parts of words, as in ASCII_PARTS; 0 of all others. */
  val PARTS: Array[Int] = Array.tabulate(1 << 16) { unit =>
    val kind = kindOf(unit)
    if (isUnsupported(kind) || !isWordPart(classOf(kind))) 0
    else LetterCase.lower(unit.toChar).toInt | (kind & COUNTED) << PART_COUNTED_SHIFT
  }

  /** The unit whose bytes begin at `index`; -1 where they are no UTF-8 of the BMP. */
  def unitAt(text: Array[Byte], index: Int, to: Int): Int = {
    val byte = text(index).toInt
    if (byte >= 0) byte
    else if (byte < -32) two(text, index, to)
    else three(text, index, to)
  }

  /** The bytes of a unit that begins with `byte`. */
  def lengthOf(byte: Int): Int = if (byte >= 0) 1 else if (byte < -32) 2 else 3

  /** The class of a unit with COUNTED; UNSUPPORTED of none. */
  def kindOf(unit: Int): Int = if (unit < 0) WordBreak.UNSUPPORTED.toInt else UNITS(unit).toInt

  def classOf(kind: Int): Byte = (kind & CLASS_BITS).toByte

  def isUnsupported(kind: Int): Boolean = (kind & WordBreak.UNSUPPORTED) != 0

  def isWordPart(wordBreak: Byte): Boolean =
    wordBreak >= WordBreak.LETTER && wordBreak <= WordBreak.EXTEND_NUM_LET

  def isMark(wordBreak: Byte): Boolean =
    wordBreak >= WordBreak.MID_LETTER && wordBreak <= WordBreak.MID_NUM_LET

  def isContinuation(byte: Byte): Boolean = (byte & 0xc0) == 0x80

  /** The unit of two bytes from 0x80; -1 where they are none. */
  private def two(text: Array[Byte], index: Int, to: Int): Int =
    if (index + 1 < to && isContinuation(text(index + 1))) {
      val unit = (text(index) & 0x1f) << 6 | (text(index + 1) & 0x3f)
      if ((text(index) & 0xe0) == 0xc0 && unit >= 0x80) unit else -1
    } else -1

  /** The unit of three bytes from 0x800; -1 where they are none. Surrogates are not UNSUPPORTED for nothing. */
  private def three(text: Array[Byte], index: Int, to: Int): Int =
    if (index + 2 < to && isContinuation(text(index + 1)) && isContinuation(text(index + 2))) {
      val unit = (text(index) & 0x0f) << 12 | (text(index + 1) & 0x3f) << 6 | (text(index + 2) & 0x3f)
      if ((text(index) & 0xf0) == 0xe0 && unit >= 0x800) unit else -1
    } else -1
}

/**
 * Reads words out of UTF-8. Words of a part between spaces are settled when the part has ended: only then it is known
 * that ICU is not needed for it. Not thread-safe.
 */
private final class WordReader {
  import Utf8Units._
  import WordReader._

  private var words = new Array[Long](2 * BLOCK)
  private var size = 0
  private var settled = 0

  def read(text: Array[Byte], sink: LongSink): Unit = {
    size = 0
    settled = 0
    var start = 0
    while (start < text.length) {
      var end = start
      var signs = 0
      while (end < text.length && text(end) != '\n') {
        signs |= text(end).toInt
        end += 1
      }
      if (signs >= 0) addAscii(text, start, end, sink) else addLine(text, start, end, sink)
      start = end + 1
    }
    flush(sink)
  }

  private def addAscii(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    var index = from
    while (index < to) {
      index = addNext(text, index, to)
      settle(sink)
    }
  }

  private def addLine(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    var start = from
    while (start < to) {
      val end =
        if (to - start <= WordHashes.MAX_DECODED_BYTES) to
        else cut(text, start, start + WordHashes.MAX_DECODED_BYTES)
      addParts(text, start, end, sink)
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

  private def addParts(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    var part = from
    var index = from
    while (index < to) {
      if (text(index) == ' ') {
        settle(sink)
        part = index
      }
      index = addNext(text, index, to)
      if (index < 0) {
        size = settled
        flush(sink)
        index = splitEnd(text, part, to)
        addSplit(text, part, index, sink)
        part = index
      }
    }
    settle(sink)
  }

  /** The word or the unit that begins at `index`; where it ends, or NEEDS_ICU. */
  private def addNext(text: Array[Byte], index: Int, to: Int): Int = {
    val unit = unitAt(text, index, to)
    val kind = kindOf(unit)
    if (isWordPart(classOf(kind))) addWord(text, index, to)
    else if (isUnsupported(kind)) NEEDS_ICU
    else {
      if ((kind & COUNTED) != 0)
        push(WordHashes.step(WordHashes.SEED, LetterCase.lower(unit.toChar).toInt))
      index + lengthOf(text(index).toInt)
    }
  }

  /** As [[WordBreak.segmentEnd]] finds the end of the word that begins at `start`. */
  private def addWord(text: Array[Byte], start: Int, to: Int): Int = {
    val ascii = ASCII_PARTS
    val parts = PARTS
    var hash = WordHashes.SEED
    var signs = 0
    var index = start
    var isOpen = true
    while (isOpen) {
      var part = 1
      while (index < to && part != 0) {
        val byte = text(index).toInt
        if (byte >= 0) {
          part = ascii(byte).toInt
          if (part != 0) {
            signs |= part
            hash = WordHashes.step(hash, part & ASCII_BITS)
            index += 1
          }
        } else {
          val unit = unitAt(text, index, to)
          part = if (unit < 0) 0 else parts(unit)
          if (part != 0) {
            signs |= part >> PART_SHIFT
            hash = WordHashes.step(hash, part & PART_BITS)
            index += lengthOf(byte)
          }
        }
      }
      val unit = if (index < to) unitAt(text, index, to) else ' '.toInt
      val kind = kindOf(unit)
      if (isUnsupported(kind)) return NEEDS_ICU
      isOpen = index < to && goesOn(text, index, to, kind)
      if (isOpen) {
        signs |= (kind & COUNTED) << ASCII_COUNTED_SHIFT
        hash = WordHashes.step(hash, LetterCase.lower(unit.toChar).toInt)
        index += lengthOf(text(index).toInt)
      }
    }
    if ((signs & ASCII_COUNTED) != 0) push(hash)
    index
  }

  /** Whether the unit at `index` is of the word that was read up to it; the first of a word is. */
  private def goesOn(text: Array[Byte], index: Int, to: Int, kind: Int): Boolean = {
    val current = classOf(kind)
    isWordPart(current) ||
    isMark(current) &&
    WordBreak.joins(classBefore(text, index), current, classAt(text, index + lengthOf(text(index).toInt), to))
  }

  /** The class of the unit that ends before `index`, which is supported. */
  private def classBefore(text: Array[Byte], index: Int): Byte = {
    var start = index - 1
    while (isContinuation(text(start))) start -= 1
    classOf(kindOf(unitAt(text, start, index)))
  }

  private def classAt(text: Array[Byte], index: Int, to: Int): Byte =
    if (index < to) classOf(kindOf(unitAt(text, index, to))) else WordBreak.OTHER

  /** The end of the parts from `part` on that ICU is needed for; it is for the first. */
  private def splitEnd(text: Array[Byte], part: Int, to: Int): Int = {
    var end = partEnd(text, part, to)
    while (end < to && needsIcu(text, end, partEnd(text, end, to))) end = partEnd(text, end, to)
    end
  }

  /** The next space after `start`, or the end. */
  private def partEnd(text: Array[Byte], start: Int, to: Int): Int = {
    var end = start + 1
    while (end < to && text(end) != ' ') end += 1
    end
  }

  private def needsIcu(text: Array[Byte], start: Int, end: Int): Boolean = {
    var index = start
    while (index < end) {
      val unit = unitAt(text, index, end)
      if (isUnsupported(kindOf(unit))) return true
      index += lengthOf(text(index).toInt)
    }
    false
  }

  private def addSplit(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    val chars = new String(text, from, to - from, UTF_8).toCharArray
    val spans = WordSplitter.get().split(chars)
    var index = 0
    while (index < spans.size) {
      val (start, end) = (spans.start(index), spans.end(index))
      if (LetterCase.hasLetterOrDigit(chars, start, end)) sink.add(WordHashes.hashOf(chars, start, end))
      index += 1
    }
  }

  private def push(hash: Long): Unit = {
    if (size == words.length) words = Arrays.copyOf(words, 2 * size)
    words(size) = Hashing.mix(hash)
    size += 1
  }

  private def settle(sink: LongSink): Unit = {
    settled = size
    if (size >= BLOCK) flush(sink)
  }

  private def flush(sink: LongSink): Unit = {
    sink.addAll(words, size)
    size = 0
    settled = 0
  }
}

private object WordReader {

  /** Words that go on together. */
  private val BLOCK = 256

  private val NEEDS_ICU = -1
}
