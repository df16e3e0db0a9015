package dev.corpusmill.core.filter

import dev.corpusmill.core.text._

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

  override def judge(text: AnalyzedText): Verdict =
    if (text.chars.isEmpty) Reject.EMPTY
    else paragraphReason(text).orElse(lineReason(text)).orElse(ngramReason(text)).getOrElse(Keep(text))

  private def paragraphReason(text: AnalyzedText): Option[Reject] = {
    val stripped = PythonText.strip(text.chars, 0, text.chars.length)
    val duplicates = Duplicates.of(text, PythonText.splitAtLineFeeds(text.chars, stripped, 2))
    if (duplicates.fraction > maxDuplicateParagraphFraction)
      Some(Reject("dup_para_frac", duplicates.fraction))
    else charReason(text, duplicates, maxDuplicateParagraphCharFraction, "dup_para_char_frac")
  }

  private def lineReason(text: AnalyzedText): Option[Reject] = {
    val whole = Span(0, text.chars.length)
    val duplicates = Duplicates.of(text, PythonText.splitAtLineFeeds(text.chars, whole, 1))
    if (duplicates.fraction > maxDuplicateLineFraction) Some(Reject("dup_line_frac", duplicates.fraction))
    else charReason(text, duplicates, maxDuplicateLineCharFraction, "dup_line_char_frac")
  }

  private def charReason(
      text: AnalyzedText,
      duplicates: Duplicates,
      limit: Double,
      reason: String
  ): Option[Reject] = {
    val fraction = duplicates.length.toDouble / text.length
    Option.when(fraction > limit)(Reject(reason, fraction))
  }

  private def ngramReason(text: AnalyzedText): Option[Reject] = {
    val ngrams = new Ngrams(text)
    firstReason(TOP_SIZES.zip(maxTopNgramCharFraction)) { (size, limit) =>
      val fraction = ngrams.topLength(size).toDouble / text.length
      Option.when(fraction > limit)(Reject(s"top_${size}_gram", fraction))
    }.orElse(firstReason(DUPLICATE_SIZES.zip(maxDuplicateNgramCharFraction)) { (size, limit) =>
      val fraction = ngrams.duplicateLength(size).toDouble / text.length
      Option.when(fraction > limit)(Reject(s"duplicated_${size}_n_grams", fraction))
    })
  }

  private def firstReason(limits: Seq[(Int, Double)])(reason: (
      Int,
      Double
  ) => Option[Reject]): Option[Reject] =
    limits.iterator.flatMap { case (size, limit) => reason(size, limit) }.nextOption()
}

object GopherRepetition {
  private val TOP_SIZES = 2 to 4
  private val DUPLICATE_SIZES = 5 to 10
}

/** Second and later occurrences among parts of a text: how many, and their code points. */
private[filter] final case class Duplicates(parts: Int, duplicates: Int, length: Long) {
  def fraction: Double = duplicates.toDouble / parts
}

private[filter] object Duplicates {
  def of(text: AnalyzedText, parts: Spans): Duplicates = {
    val seen = new java.util.HashSet[String]()
    var duplicates = 0
    var length = 0L
    var index = 0
    while (index < parts.size) {
      val start = parts.start(index)
      val end = parts.end(index)
      if (!seen.add(new String(text.chars, start, end - start))) {
        duplicates += 1
        length += text.length(start, end)
      }
      index += 1
    }
    Duplicates(parts.size, duplicates, length)
  }
}
