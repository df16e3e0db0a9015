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

  override def judge(text: AnalyzedText): Verdict = {
    val lines = nonEmptyLines(text)
    if (lines.size == 0) Reject.EMPTY
    else
      terminalReason(text, lines)
        .orElse(shortLineReason(text, lines))
        .orElse(duplicateReason(text, lines))
        .orElse(listReason(text))
        .getOrElse(Keep(text))
  }

  private def terminalReason(text: AnalyzedText, lines: Spans): Option[Reject] = {
    val fraction = fractionOf(lines) { (start, end) =>
      end > start && Punctuation.TERMINAL.contains(Character.codePointBefore(text.chars, end, start))
    }
    Option.when(fraction < minTerminalLineFraction)(Reject("line_punct_ratio", fraction))
  }

  private def shortLineReason(text: AnalyzedText, lines: Spans): Option[Reject] = {
    val fraction = fractionOf(lines)((start, end) => text.length(start, end) <= shortLineChars)
    Option.when(fraction > maxShortLineFraction)(Reject("short_line_ratio", fraction))
  }

  private def duplicateReason(text: AnalyzedText, lines: Spans): Option[Reject] = {
    val fraction = Duplicates.of(text, lines).length.toDouble / (text.length - newlines(text))
    Option.when(fraction > maxDuplicateLineCharFraction)(Reject("char_dup_ratio", fraction))
  }

  private def listReason(text: AnalyzedText): Option[Reject] = {
    val ratio = newlines(text).toDouble / text.words.size
    Option.when(ratio > maxNewlineRatio)(Reject("list_ratio", ratio))
  }

  private def newlines(text: AnalyzedText): Int = Symbols.count(text.chars, '\n')

  private def nonEmptyLines(text: AnalyzedText): Spans = {
    val lines = PythonText.splitAtLineFeeds(text.chars, Span(0, text.chars.length), 1)
    val kept = new SpansBuilder
    (0 until lines.size).foreach { index =>
      val end = lines.end(index)
      if (PythonText.skipSpaces(text.chars, lines.start(index), end) < end) kept.add(lines.start(index), end)
    }
    kept.build()
  }

  private def fractionOf(lines: Spans)(isHit: (Int, Int) => Boolean): Double = (0 until lines.size).count(
    index => isHit(lines.start(index), lines.end(index))
  ).toDouble / lines.size
}
