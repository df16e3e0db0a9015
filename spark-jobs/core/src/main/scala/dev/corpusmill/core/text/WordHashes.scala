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
 * Of a line that the splitter would ask ICU about, ICU sees the parts between spaces that it is needed for.
 */
object WordHashes {

  /** Bytes of a line that are decoded at a time. */
  val MAX_DECODED_BYTES: Int = 1 << 20

  private val BASE = 0x9e3779b97f4a7c15L
  private val SEED = 0x2545f4914f6cdd1dL
  private val ASCII = 128
  private val ASCII_CLASSES: Array[Byte] = Array.tabulate(ASCII)(code => WordBreak.of(code.toChar))

  /** Set in a unit's entry of UNITS where it makes a word count: a letter or a digit. */
  private val COUNTED = 0x10
  private val CLASS_BITS = 0x0f

  /** [[WordBreak]] of UTF-16 units, with COUNTED; the splitter takes white space off words, which tables do not. */
  private val UNITS: Array[Byte] = Array.tabulate(1 << 16) { code =>
    val wordBreak = WordBreak.of(code.toChar)
    if (isWordPart(wordBreak) && PythonText.isSpace(code.toChar)) WordBreak.UNSUPPORTED
    else if (LetterCase.hasLetterOrDigit(Array(code.toChar), 0, 1)) (wordBreak | COUNTED).toByte
    else wordBreak
  }
  private val LINES = ThreadLocal.withInitial[DecodedLine](() => new DecodedLine)
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
      val line = LINES.get()
      if (line.decode(text, start, end)) addSimple(line.chars, 0, line.length, sink)
      else addChars(new String(text, start, end - start, UTF_8).toCharArray, sink)
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

  /** Words of a part that begins and ends at word boundaries and has only units that the tables are enough for. */
  private def addSimple(chars: Array[Char], from: Int, to: Int, sink: LongSink): Unit = {
    var index = from
    while (index < to) {
      val unit = UNITS(chars(index).toInt)
      if (isWordPart(classOf(unit))) index = addSimpleWord(chars, index, to, sink)
      else {
        if ((unit & COUNTED) != 0) sink.add(hashOf(chars, index, index + 1))
        index += 1
      }
    }
  }

  /** As [[addWord]], for UTF-16. */
  private def addSimpleWord(chars: Array[Char], start: Int, to: Int, sink: LongSink): Int = {
    var unit = UNITS(chars(start).toInt)
    var signs = unit.toInt
    var previous = classOf(unit)
    var hash = step(SEED, LetterCase.lower(chars(start)).toInt)
    var index = start + 1
    var isOpen = true
    while (isOpen && index < to) {
      unit = UNITS(chars(index).toInt)
      val current = classOf(unit)
      val isPart = isWordPart(current)
      if (!isPart && index + 1 < to) {
        val next = UNITS(chars(index + 1).toInt)
        isOpen = WordBreak.joins(previous, current, classOf(next))
      } else isOpen = isPart
      if (isOpen) {
        signs |= unit
        if (isPart) previous = current
        hash = step(hash, LetterCase.lower(chars(index)).toInt)
        index += 1
      }
    }
    if ((signs & COUNTED) != 0) sink.add(Hashing.mix(hash))
    index
  }

  /** Words of decoded text, of which the parts that the tables are enough for are not shown to ICU. */
  private def addChars(chars: Array[Char], sink: LongSink): Unit = {
    var start = 0
    while (start < chars.length) {
      var end = partEnd(chars, start)
      val isSimple = isSimplePart(chars, start, end)
      while (end < chars.length && isSimplePart(chars, end, partEnd(chars, end)) == isSimple)
        end = partEnd(chars, end)
      if (isSimple) addSimple(chars, start, end, sink) else addSplit(chars, Span(start, end), sink)
      start = end
    }
  }

  /** The next space after `start`, or the end. */
  private def partEnd(chars: Array[Char], start: Int): Int = {
    var end = start + 1
    while (end < chars.length && chars(end) != ' ') end += 1
    end
  }

  private def isSimplePart(chars: Array[Char], start: Int, end: Int): Boolean = {
    var signs = 0
    var index = start
    while (index < end) {
      signs |= UNITS(chars(index).toInt)
      index += 1
    }
    (signs & WordBreak.UNSUPPORTED) == 0
  }

  private def addSplit(chars: Array[Char], part: Span, sink: LongSink): Unit = {
    val words = WordSplitter.get().split(chars, part)
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

  private def classOf(unit: Byte): Byte = (unit & CLASS_BITS).toByte

  private def isWordPart(wordBreak: Byte): Boolean =
    wordBreak >= WordBreak.LETTER && wordBreak <= WordBreak.EXTEND_NUM_LET

  private def isContinuation(byte: Byte): Boolean = (byte & 0xc0) == 0x80

  /** One line of UTF-8 as UTF-16, in an array that is used again. */
  private final class DecodedLine {
    var chars = new Array[Char](1 << 12)
    var length = 0

    /** Decodes a part of a text; false where UNITS are not enough for it, or it is no UTF-8 of the BMP. */
    def decode(text: Array[Byte], from: Int, to: Int): Boolean = {
      if (chars.length < to - from) chars = new Array[Char](math.max(to - from, 2 * chars.length))
      var signs = 0
      var index = from
      var count = 0
      while (index < to && (signs & WordBreak.UNSUPPORTED) == 0) {
        val byte = text(index).toInt
        val unit =
          if (byte >= 0) byte
          else if (byte < -32) two(text, index, to)
          else three(text, index, to)
        index += (if (byte >= 0) 1 else if (byte < -32) 2 else 3)
        signs |= (if (unit < 0) WordBreak.UNSUPPORTED.toInt else UNITS(unit).toInt)
        chars(count) = unit.toChar
        count += 1
      }
      length = count
      (signs & WordBreak.UNSUPPORTED) == 0
    }

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
}
