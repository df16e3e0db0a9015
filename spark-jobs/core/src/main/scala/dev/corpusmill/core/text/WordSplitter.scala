package dev.corpusmill.core.text

import com.ibm.icu.text.BreakIterator
import com.ibm.icu.util.ULocale

/**
 * Splits text into words by Unicode word boundaries (UAX #29) as ICU's root locale finds them; white space is cut off
 * both ends of each segment (Python's `strip`) and empty segments are dropped. Segments of punctuation are words, as
 * they are tokens for spaCy. ICU uses dictionaries for Chinese, Japanese, Thai, Lao, Khmer and Burmese.
 *
 * Lines whose characters all behave simply are split by a table and a loop, with the same result (property-tested
 * against ICU); a line feed is always a boundary, so lines can be split on their own. Not thread-safe.
 */
final class WordSplitter {
  private lazy val icu = BreakIterator.getWordInstance(ULocale.ROOT)

  /** The words of the text. */
  def split(chars: Array[Char]): Spans = split(chars, Span(0, chars.length))

  /** The words of a part of the text that begins and ends at line ends or the text's own. */
  def split(chars: Array[Char], within: Span): Spans = {
    val words = new SpansBuilder(within.length / WordSplitter.CHARS_PER_WORD + 1)
    var start = within.start
    while (start < within.end) {
      val known = words.size
      var end = splitSimple(chars, start, within.end, words)
      if (end == WordSplitter.NEEDS_ICU) {
        words.truncate(known)
        end = lineEnd(chars, start, within.end)
        splitByIcu(chars, start, end, words)
      }
      start = end + 1
    }
    words.build()
  }

  private def lineEnd(chars: Array[Char], from: Int, to: Int): Int = {
    var end = from
    while (end < to && chars(end) != '\n') end += 1
    end
  }

  /** The reference: what ICU says of a part of the text. */
  private[text] def splitByIcu(chars: Array[Char], from: Int, to: Int, words: SpansBuilder): Unit = {
    icu.setText(new String(chars, from, to - from))
    var start = icu.first()
    var end = icu.next()
    while (end != BreakIterator.DONE) {
      addStripped(chars, from + start, from + end, words)
      start = end
      end = icu.next()
    }
  }

  /** Adds the words of the line that begins at `from`; returns where it ends, or NEEDS_ICU. */
  private def splitSimple(chars: Array[Char], from: Int, to: Int, words: SpansBuilder): Int = {
    var index = from
    while (index < to && chars(index) != '\n') {
      val kind = WordBreak.of(chars(index))
      if (kind == WordBreak.UNSUPPORTED) return WordSplitter.NEEDS_ICU
      val end = WordBreak.segmentEnd(chars, index, to)
      // No ASCII character that is part of a word is white space
      if (WordBreak.isWordPart(kind) && (chars(index) | chars(end - 1)) < 0x80) words.add(index, end)
      else if (kind != WordBreak.SPACE) addStripped(chars, index, end, words)
      index = end
    }
    index
  }

  private def addStripped(chars: Array[Char], from: Int, to: Int, words: SpansBuilder): Unit = {
    val start = PythonText.skipSpaces(chars, from, to)
    val end = PythonText.trimEnd(chars, start, to)
    if (start < end) words.add(start, end)
  }
}

object WordSplitter {

  /** Of English and its punctuation, about. */
  private val CHARS_PER_WORD = 5
  private val NEEDS_ICU = -1

  private val instances = ThreadLocal.withInitial[WordSplitter](() => new WordSplitter)

  /** This thread's splitter. */
  def get(): WordSplitter = instances.get()
}
