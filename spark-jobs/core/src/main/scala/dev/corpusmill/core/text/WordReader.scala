package dev.corpusmill.core.text

import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

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
  private val hasher = new WordHasher
  private var partSigns = 0

  def read(text: Array[Byte], sink: LongSink): Unit = {
    size = 0
    settled = 0
    var start = 0
    while (start < text.length) {
      val end = addLineFrom(text, start, sink)
      start = end + 1
    }
    flush(sink)
  }

  /** Reads the line that begins at `start`; where it ends. */
  private def addLineFrom(text: Array[Byte], start: Int, sink: LongSink): Int = {
    var end = start
    var signs = 0L
    var isWithin = true
    while (isWithin && end + EightBytes.LENGTH <= text.length) {
      val bytes = EightBytes.at(text, end)
      isWithin = !EightBytes.has(bytes, '\n')
      if (isWithin) {
        signs |= bytes
        end += EightBytes.LENGTH
      }
    }
    while (end < text.length && text(end) != '\n') {
      signs |= text(end)
      end += 1
    }
    if (EightBytes.isAscii(signs)) addAscii(text, start, end, sink) else addLine(text, start, end, sink)
    end
  }

  private def addAscii(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    var index = from
    while (index < to)
      if (text(index) == ' ') index += 1
      else {
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
      addSpaced(text, start, end, sink)
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

  private def addSpaced(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
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
        IcuWords.add(text, part, index, sink)
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
      if ((kind & COUNTED) != 0) pushUnit(unit)
      index + lengthOf(text(index).toInt)
    }
  }

  /** The word that begins at `start`: letters of ASCII eight at a time, most words to their end. */
  private def addWord(text: Array[Byte], start: Int, to: Int): Int = {
    var hash = WordHashes.SEED
    var bytes = 0L
    var letters = EightBytes.LENGTH
    var index = start
    while (letters == EightBytes.LENGTH && index + EightBytes.LENGTH <= text.length) {
      bytes = EightBytes.at(text, index)
      letters = math.min(EightBytes.leadingLetters(bytes), to - index)
      bytes = EightBytes.lower(bytes)
      if (letters == EightBytes.LENGTH) hash = WordHashes.step(hash, bytes)
      index += letters
    }
    val rest = if (letters == EightBytes.LENGTH) 0 else letters
    bytes = EightBytes.first(bytes, rest)
    if (index > start && index < to && text(index) == ' ') {
      push(if (rest > 0) WordHashes.step(hash, bytes) else hash)
      index
    } else {
      hasher.begin(hash, bytes, rest)
      addRest(text, index, to, isCounted = index > start)
    }
  }

  /** Goes on with a word, as [[WordBreak.segmentEnd]] finds its end. */
  private def addRest(text: Array[Byte], from: Int, to: Int, isCounted: Boolean): Int = {
    var signs = if (isCounted) COUNTED else 0
    var index = from
    var isOpen = true
    while (isOpen) {
      index = addParts(text, index, to)
      signs |= partSigns
      val unit = if (index < to) unitAt(text, index, to) else ' '.toInt
      val kind = kindOf(unit)
      if (isUnsupported(kind)) return NEEDS_ICU
      isOpen = index < to && goesOn(text, index, to, kind)
      if (isOpen) {
        signs |= kind & COUNTED
        hasher.add(WordHashes.valueOf(LetterCase.lower(unit.toChar).toInt))
        index += lengthOf(text(index).toInt)
      }
    }
    if (signs != 0) push(hasher.end())
    index
  }

  /** Units that never break between each other; where they end. Sets `partSigns` to whether they make a word count. */
  private def addParts(text: Array[Byte], from: Int, to: Int): Int = {
    val parts = PARTS
    var signs = 0
    var index = from
    var part = 1
    while (index < to && part != 0) {
      val unit = unitAt(text, index, to)
      part = if (unit < 0) 0 else parts(unit)
      if (part != 0) {
        signs |= part
        hasher.add(part & PART_VALUE)
        index += lengthOf(text(index).toInt)
      }
    }
    partSigns = signs & PART_COUNTED
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

  private def push(hash: Long): Unit = {
    if (size == words.length) words = Arrays.copyOf(words, 2 * size)
    words(size) = hash
    size += 1
  }

  /** A word of one unit. */
  private def pushUnit(unit: Int): Unit = {
    val value = WordHashes.valueOf(LetterCase.lower(unit.toChar).toInt)
    push(WordHashes.step(WordHashes.SEED, value.toLong))
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

/** Words of texts that ICU is needed for. */
private object IcuWords {

  /** Hashes the words in [from, to) of UTF-8 text into `sink`. */
  def add(text: Array[Byte], from: Int, to: Int, sink: LongSink): Unit = {
    val chars = new String(text, from, to - from, UTF_8).toCharArray
    val spans = WordSplitter.get().split(chars)
    var index = 0
    while (index < spans.size) {
      val (start, end) = (spans.start(index), spans.end(index))
      if (LetterCase.hasLetterOrDigit(chars, start, end)) sink.add(WordHashes.hashOf(chars, start, end))
      index += 1
    }
  }
}

private object WordReader {

  /** Words that go on together. */
  private val BLOCK = 256

  private val NEEDS_ICU = -1
}
