package dev.corpusmill.core.text

/**
 * A text with what several rules need of it, computed once. Lengths are code points, as Python's `len`.
 *
 * @param split how words are found
 * @param known the words, where they were found already
 */
final class AnalyzedText(
    val text: String,
    val split: WordSplit = WordSplit.Uax29,
    known: Option[Spans] = None
) {
  val chars: Array[Char] = text.toCharArray

  /** Code points of the whole text. */
  lazy val length: Int = PythonText.codePoints(chars, 0, chars.length)

  /** The words by `split`. */
  lazy val words: Spans = known.getOrElse(split(chars))

  /** `text.splitlines()`. */
  lazy val lines: Spans = PythonText.splitLines(chars)

  /** Code points of a part of the text. */
  def length(from: Int, to: Int): Int =
    if (length == chars.length) to - from else PythonText.codePoints(chars, from, to)
}
