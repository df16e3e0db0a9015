package dev.corpusmill.core.filter

import dev.corpusmill.core.text._

/**
 * Gopher's quality rules: Rae et al. 2021 (arXiv:2112.11446), table A1, with the thresholds, order and reasons of
 * datatrove 0.10.1 (pipeline/filters/gopher_quality_filter.py). All comparisons are strict.
 */
final case class GopherQuality(
    minWords: Int = 50,
    maxWords: Int = 100000,
    minMeanWordLength: Double = 3,
    maxMeanWordLength: Double = 10,
    maxHashRatio: Double = 0.1,
    maxEllipsisRatio: Double = 0.1,
    maxBulletLineFraction: Double = 0.9,
    maxEllipsisLineFraction: Double = 0.3,
    minAlphaWordFraction: Double = 0.8,
    minStopWords: Int = 2,
    stopWords: Set[String] = GopherQuality.STOP_WORDS
) extends Rule {
  private lazy val maxStopWordLength = stopWords.map(_.length).maxOption.getOrElse(0)

  override def judge(text: AnalyzedText): Verdict = {
    val words = WordStatistics.of(text)
    wordCountReason(words)
      .orElse(Option.when(words.all == 0)(Reject.EMPTY))
      .orElse(wordLengthReason(words))
      .orElse(symbolReason(text, words.all))
      .orElse(lineReason(text))
      .orElse(alphaReason(words))
      .orElse(stopWordReason(text))
      .getOrElse(Keep(text))
  }

  private def wordCountReason(words: WordStatistics): Option[Reject] =
    if (words.nonSymbol < minWords) Some(Reject("gopher_short_doc", words.nonSymbol.toLong))
    else if (words.nonSymbol > maxWords) Some(Reject("gopher_long_doc", words.nonSymbol.toLong))
    else None

  /** Without any word that is no symbol the mean is NaN, which is neither below nor above. */
  private def wordLengthReason(words: WordStatistics): Option[Reject] = {
    val mean = words.nonSymbolLength.toDouble / words.nonSymbol
    if (mean < minMeanWordLength) Some(Reject("gopher_below_avg_threshold", mean))
    else if (mean > maxMeanWordLength) Some(Reject("gopher_above_avg_threshold", mean))
    else None
  }

  private def symbolReason(text: AnalyzedText, words: Int): Option[Reject] = {
    val hashes = Symbols.count(text.chars, '#').toDouble / words
    val ellipses =
      (Symbols.countThreeDots(text.chars) + Symbols.count(text.chars, Symbols.ELLIPSIS)).toDouble / words
    if (hashes > maxHashRatio) Some(Reject("gopher_too_many_hashes", hashes))
    else if (ellipses > maxEllipsisRatio) Some(Reject("gopher_too_many_ellipsis", ellipses))
    else None
  }

  private def lineReason(text: AnalyzedText): Option[Reject] = {
    val bullets = fractionOfLines(text)(Symbols.startsWithBullet)
    if (bullets > maxBulletLineFraction) Some(Reject("gopher_too_many_bullets", bullets))
    else {
      val ellipses = fractionOfLines(text)(Symbols.endsWithEllipsis)
      Option.when(ellipses > maxEllipsisLineFraction)(Reject("gopher_too_many_end_ellipsis", ellipses))
    }
  }

  private def fractionOfLines(text: AnalyzedText)(isHit: (Array[Char], Int, Int) => Boolean): Double = {
    val lines = text.lines
    var hits = 0
    var index = 0
    while (index < lines.size) {
      if (isHit(text.chars, lines.start(index), lines.end(index))) hits += 1
      index += 1
    }
    hits.toDouble / lines.size
  }

  private def alphaReason(words: WordStatistics): Option[Reject] = {
    val fraction = words.alphabetic.toDouble / words.all
    Option.when(fraction < minAlphaWordFraction)(Reject("gopher_below_alpha_threshold", fraction))
  }

  private def stopWordReason(text: AnalyzedText): Option[Reject] = {
    val found = new java.util.HashSet[String]()
    val words = text.words
    var index = 0
    while (index < words.size && found.size < minStopWords) {
      val length = words.end(index) - words.start(index)
      if (length <= maxStopWordLength) {
        val word = new String(text.chars, words.start(index), length)
        if (stopWords.contains(word)) { val _ = found.add(word) }
      }
      index += 1
    }
    Option.when(found.size < minStopWords)(Reject("gopher_enough_stop_words", found.size.toLong))
  }
}

object GopherQuality {
  val STOP_WORDS: Set[String] = Set("the", "be", "to", "of", "and", "that", "have", "with")
}

/** Counts over the words of a text; lengths are code points. A symbol has characters of PUNCTUATION_SET only. */
private[filter] final case class WordStatistics(
    all: Int,
    nonSymbol: Int,
    nonSymbolLength: Long,
    alphabetic: Int
)

private[filter] object WordStatistics {
  def of(text: AnalyzedText): WordStatistics = {
    val words = text.words
    var nonSymbol = 0
    var nonSymbolLength = 0L
    var alphabetic = 0
    var index = 0
    while (index < words.size) {
      val start = words.start(index)
      val end = words.end(index)
      if (hasTrait(text.chars, start, end, CharTraits.NON_SYMBOL)) {
        nonSymbol += 1
        nonSymbolLength += text.length(start, end)
      }
      if (hasTrait(text.chars, start, end, CharTraits.ALPHABETIC)) alphabetic += 1
      index += 1
    }
    WordStatistics(words.size, nonSymbol, nonSymbolLength, alphabetic)
  }

  private def hasTrait(chars: Array[Char], start: Int, end: Int, wanted: Int): Boolean = {
    var index = start
    while (index < end) {
      val codePoint = Character.codePointAt(chars, index, end)
      if ((CharTraits.of(codePoint) & wanted) != 0) return true
      index += Character.charCount(codePoint)
    }
    false
  }
}
