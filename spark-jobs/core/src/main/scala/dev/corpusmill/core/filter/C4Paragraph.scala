package dev.corpusmill.core.filter

import dev.corpusmill.core.text.{AnalyzedText, PythonText}

/**
 * mC4's paragraph rule: Xue et al. 2021 (arXiv:2010.11934), as in datatrove 0.10.1 (pipeline/filters/c4_filters.py,
 * C4ParagraphFilter): a page needs three lines of at least 200 characters. Lines are those between line feeds.
 *
 * @param minParagraphs how many lines must be long
 * @param minParagraphChars code points of a long line
 */
final case class C4Paragraph(minParagraphs: Int = 3, minParagraphChars: Int = 200) extends Rule {
  import C4Paragraph._

  override def name: String = "c4-paragraph"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(Check.atLeast("c4_few_paragraphs", "long_lines", minParagraphs))

  override def measuring: Rule = copy(minParagraphs = C4Paragraph().minParagraphs)

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val lines = PythonText.splitAtSingleLineFeeds(text.text)
    val long = lines.count((start, end) => text.length(start, end) >= minParagraphChars)
    Measurement(Array(long.toDouble), Some(text))
  }
}

object C4Paragraph {
  private val VALUES = Seq("long_lines")
}
