package dev.corpusmill.core.filter

import dev.corpusmill.core.text._

/**
 * FineWeb's quality rules: Penedo et al. 2024 (arXiv:2406.17557), with the thresholds, strictness and terminal
 * punctuation of datatrove 0.10.1 (pipeline/filters/fineweb_quality_filter.py). Lines are those between line feeds
 * that are not white space only. FineWeb v1 itself was made with an older form (quotes as terminals, `<=`, `>=`).
 *
 * @param shortLineChars code points up to which a line is short
 */
final case class FineWeb(
    minTerminalLineFraction: Double = 0.12,
    shortLineChars: Int = 30,
    maxShortLineFraction: Double = 0.67,
    maxDuplicateLineCharFraction: Double = 0.01,
    maxNewlineRatio: Double = 0.3
) extends Rule {

  import FineWeb._

  override def name: String = "fineweb"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(
    Check.atLeast("empty", "lines", 1),
    Check("line_punct_ratio", "terminal_line_fraction", AtLeast(minTerminalLineFraction)),
    Check("short_line_ratio", "short_line_fraction", AtMost(maxShortLineFraction)),
    Check("char_dup_ratio", "duplicate_line_char_fraction", AtMost(maxDuplicateLineCharFraction)),
    Check("list_ratio", "newline_ratio", AtMost(maxNewlineRatio))
  )

  override def measuring: Rule = FineWeb(shortLineChars = shortLineChars)

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val lines = nonEmptyLines(text)
    val lineFeeds = Symbols.count(text.text, '\n')
    val terminal = lines.count { (start, end) =>
      end > start && Punctuation.TERMINAL.contains(Character.codePointBefore(text.chars, end, start))
    }
    val values = Array(
      lines.size.toDouble,
      terminal.toDouble / lines.size,
      lines.count((start, end) => text.length(start, end) <= shortLineChars).toDouble / lines.size,
      Duplicates.of(text, lines).length.toDouble / (text.length - lineFeeds),
      if (text.words.size == 0) Double.NaN else lineFeeds.toDouble / text.words.size
    )
    Measurement(values, Some(text))
  }

  private def nonEmptyLines(text: AnalyzedText): Spans = {
    val lines = text.partsBetweenLineFeeds
    val kept = new SpansBuilder(lines.size)
    var index = 0
    while (index < lines.size) {
      val end = lines.end(index)
      if (PythonText.skipSpaces(text.chars, lines.start(index), end) < end) kept.add(lines.start(index), end)
      index += 1
    }
    kept.build()
  }
}

object FineWeb {
  private val VALUES = Seq(
    "lines",
    "terminal_line_fraction",
    "short_line_fraction",
    "duplicate_line_char_fraction",
    "newline_ratio"
  )
}
