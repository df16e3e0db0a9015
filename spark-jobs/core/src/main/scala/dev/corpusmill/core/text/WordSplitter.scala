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
    val words = new SpansBuilder
    var start = within.start
    while (start < within.end) {
      var end = start
      var isSimple = true
      while (end < within.end && chars(end) != '\n') {
        isSimple &= WordBreak.of(chars(end)) != WordBreak.UNSUPPORTED
        end += 1
      }
      if (isSimple) splitSimple(chars, start, end, words) else splitByIcu(chars, start, end, words)
      start = end + 1
    }
    words.build()
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

  private def splitSimple(chars: Array[Char], from: Int, to: Int, words: SpansBuilder): Unit = {
    var index = from
    while (index < to) {
      val end = WordBreak.segmentEnd(chars, index, to)
      addStripped(chars, index, end, words)
      index = end
    }
  }

  private def addStripped(chars: Array[Char], from: Int, to: Int, words: SpansBuilder): Unit = {
    val start = PythonText.skipSpaces(chars, from, to)
    val end = PythonText.trimEnd(chars, start, to)
    if (start < end) words.add(start, end)
  }
}

object WordSplitter {
  private val instances = ThreadLocal.withInitial[WordSplitter](() => new WordSplitter)

  /** This thread's splitter. */
  def get(): WordSplitter = instances.get()
}
