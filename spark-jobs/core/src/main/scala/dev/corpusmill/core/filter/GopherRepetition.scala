package dev.corpusmill.core.filter

import dev.corpusmill.core.text._

import java.util.Arrays

/**
 * Gopher's repetition rules: Rae et al. 2021 (arXiv:2112.11446), table A1, with the measures, order and reasons of
 * datatrove 0.10.1 (pipeline/filters/gopher_repetition_filter.py). Character fractions divide by the length of the
 * whole text, white space counted; all comparisons are strict.
 *
 * @param maxTopNgramCharFraction for 2-, 3- and 4-grams
 * @param maxDuplicateNgramCharFraction for 5- to 10-grams
 */
final case class GopherRepetition(
    maxDuplicateParagraphFraction: Double = 0.3,
    maxDuplicateParagraphCharFraction: Double = 0.2,
    maxDuplicateLineFraction: Double = 0.3,
    maxDuplicateLineCharFraction: Double = 0.2,
    maxTopNgramCharFraction: IndexedSeq[Double] = IndexedSeq(0.2, 0.18, 0.16),
    maxDuplicateNgramCharFraction: IndexedSeq[Double] = IndexedSeq(0.15, 0.14, 0.13, 0.12, 0.11, 0.1)
) extends Rule {
  import GopherRepetition._

  override def name: String = "gopher-repetition"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(
    Check.atLeast("empty", "chars", 1),
    Check("dup_para_frac", "duplicate_paragraph_fraction", AtMost(maxDuplicateParagraphFraction)),
    Check(
      "dup_para_char_frac",
      "duplicate_paragraph_char_fraction",
      AtMost(maxDuplicateParagraphCharFraction)
    ),
    Check("dup_line_frac", "duplicate_line_fraction", AtMost(maxDuplicateLineFraction)),
    Check("dup_line_char_frac", "duplicate_line_char_fraction", AtMost(maxDuplicateLineCharFraction))
  ) ++ TOP_SIZES.zip(maxTopNgramCharFraction).map { case (size, limit) =>
    Check(s"top_${size}_gram", topValue(size), AtMost(limit))
  } ++ DUPLICATE_SIZES.zip(maxDuplicateNgramCharFraction).map { case (size, limit) =>
    Check(s"duplicated_${size}_n_grams", duplicateValue(size), AtMost(limit))
  }

  override def measuring: Rule = GopherRepetition()

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val chars = text.length.toDouble
    val stripped = PythonText.strip(text.chars, 0, text.chars.length)
    val paragraphs = Duplicates.of(text, PythonText.splitAtLineFeeds(text.text, stripped, 2))
    val lines = Duplicates.of(text, text.partsBetweenLineFeeds)
    val ngrams = new Ngrams(text)
    val parts =
      Array(chars, paragraphs.fraction, paragraphs.length / chars, lines.fraction, lines.length / chars)
    val top = TOP_SIZES.map(ngrams.topLength(_) / chars)
    val duplicate = DUPLICATE_SIZES.map(ngrams.duplicateLength(_) / chars)
    Measurement(parts ++ top ++ duplicate, Some(text))
  }
}

object GopherRepetition {
  private val TOP_SIZES = 2 to 4
  private val DUPLICATE_SIZES = 5 to 10

  private def topValue(size: Int): String = s"top_${size}_gram_char_fraction"

  private def duplicateValue(size: Int): String = s"duplicate_${size}_gram_char_fraction"

  private val VALUES = Seq(
    "chars",
    "duplicate_paragraph_fraction",
    "duplicate_paragraph_char_fraction",
    "duplicate_line_fraction",
    "duplicate_line_char_fraction"
  ) ++ TOP_SIZES.map(topValue) ++ DUPLICATE_SIZES.map(duplicateValue)
}

/** Second and later occurrences among parts of a text: how many, and their code points. */
private[filter] final case class Duplicates(parts: Int, duplicates: Int, length: Long) {
  def fraction: Double = duplicates.toDouble / parts
}

private[filter] object Duplicates {
  def of(text: AnalyzedText, parts: Spans): Duplicates =
    if (parts.size == 1) Duplicates(1, 0, 0L)
    else {
      val seen = new SlotTable(parts.size)
      var duplicates = 0
      var length = 0L
      var index = 0
      while (index < parts.size) {
        val part = index
        val hash = TextHash.of(text.chars, parts.start(part), parts.end(part))
        if (seen.findOrAdd(hash, part, isSame(text.chars, parts, part, _)) >= 0) {
          duplicates += 1
          length += text.length(parts.start(index), parts.end(index))
        }
        index += 1
      }
      Duplicates(parts.size, duplicates, length)
    }

  private def isSame(chars: Array[Char], parts: Spans, left: Int, right: Int): Boolean = Arrays.equals(
    chars,
    parts.start(left),
    parts.end(left),
    chars,
    parts.start(right),
    parts.end(right)
  )
}
