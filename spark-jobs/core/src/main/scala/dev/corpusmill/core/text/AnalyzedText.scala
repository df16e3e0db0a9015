package dev.corpusmill.core.text

/** A text with what several rules need of it, computed once. Lengths are code points, as Python's `len`. */
final class AnalyzedText(val text: String) {
  val chars: Array[Char] = text.toCharArray

  /** Code points of the whole text. */
  lazy val length: Int = PythonText.codePoints(chars, 0, chars.length)

  /** UAX #29 words. */
  lazy val words: Spans = WordSplitter.get().split(chars)

  /** `text.splitlines()`. */
  lazy val lines: Spans = PythonText.splitLines(chars)

  /** Code points of a part of the text. */
  def length(from: Int, to: Int): Int =
    if (length == chars.length) to - from else PythonText.codePoints(chars, from, to)
}
