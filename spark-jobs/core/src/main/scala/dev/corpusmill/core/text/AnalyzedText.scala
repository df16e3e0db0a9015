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
  private val size = TextSize.of(chars)

  /** Code points of the whole text. */
  val length: Int = size.codePoints

  /** Bytes of the whole text in UTF-8. */
  def utf8Bytes: Long = size.utf8Bytes

  /** The words by `split`. */
  lazy val words: Spans = known.getOrElse(split(chars))

  /** `text.splitlines()`. */
  lazy val lines: Spans = PythonText.splitLines(chars)

  /** `re.split('\n+', text)`. */
  lazy val partsBetweenLineFeeds: Spans = PythonText.splitAtLineFeeds(text, Span(0, chars.length), 1)

  /** Code points of a part of the text. */
  def length(from: Int, to: Int): Int =
    if (length == chars.length) to - from else PythonText.codePoints(chars, from, to)
}
