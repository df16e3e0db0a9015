package dev.corpusmill.core.filter

import dev.corpusmill.core.text._

/**
 * Gopher's quality rules: Rae et al. 2021 (arXiv:2112.11446), table A1, with the thresholds, order and reasons of
 * datatrove 0.10.1 (pipeline/filters/gopher_quality_filter.py). All comparisons are strict.
 *
 * Values: `words` are the tokens that are no symbols; ratios are to `tokens`, line fractions to the lines.
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
  import GopherQuality._

  @transient private lazy val stopWordSet = new StopWords(stopWords)

  override def name: String = "gopher-quality"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(
    Check.atLeast("gopher_short_doc", "words", minWords),
    Check.atMost("gopher_long_doc", "words", maxWords),
    Check.atLeast("empty", "tokens", 1),
    Check("gopher_below_avg_threshold", "mean_word_length", AtLeast(minMeanWordLength)),
    Check("gopher_above_avg_threshold", "mean_word_length", AtMost(maxMeanWordLength)),
    Check("gopher_too_many_hashes", "hash_ratio", AtMost(maxHashRatio)),
    Check("gopher_too_many_ellipsis", "ellipsis_ratio", AtMost(maxEllipsisRatio)),
    Check("gopher_too_many_bullets", "bullet_line_fraction", AtMost(maxBulletLineFraction)),
    Check("gopher_too_many_end_ellipsis", "ellipsis_line_fraction", AtMost(maxEllipsisLineFraction)),
    Check("gopher_below_alpha_threshold", "alpha_word_fraction", AtLeast(minAlphaWordFraction)),
    Check.atLeast("gopher_enough_stop_words", "stop_words", minStopWords)
  )

  override def measuring: Rule = GopherQuality(stopWords = stopWords)

  /** Without any word that is no symbol the mean is NaN, which is neither below nor above. */
  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val words = WordStatistics.of(text)
    val tokens = words.all.toDouble
    val ellipses = Symbols.countThreeDots(text.text) + Symbols.count(text.text, Symbols.ELLIPSIS)
    val values = Array(
      words.nonSymbol.toDouble,
      tokens,
      words.nonSymbolLength.toDouble / words.nonSymbol,
      Symbols.count(text.text, '#') / tokens,
      ellipses / tokens,
      text.lines.count(Symbols.startsWithBullet(text.chars, _, _)).toDouble / text.lines.size,
      text.lines.count(Symbols.endsWithEllipsis(text.chars, _, _)).toDouble / text.lines.size,
      words.alphabetic / tokens,
      stopWordSet.countIn(text).toDouble
    )
    Measurement(values, Some(text))
  }
}

object GopherQuality {
  val STOP_WORDS: Set[String] = Set("the", "be", "to", "of", "and", "that", "have", "with")

  private val VALUES = Seq(
    "words",
    "tokens",
    "mean_word_length",
    "hash_ratio",
    "ellipsis_ratio",
    "bullet_line_fraction",
    "ellipsis_line_fraction",
    "alpha_word_fraction",
    "stop_words"
  )
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
      val traits = traitsOf(text.chars, start, end)
      if ((traits & CharTraits.NON_SYMBOL) != 0) {
        nonSymbol += 1
        nonSymbolLength += text.length(start, end)
      }
      if ((traits & CharTraits.ALPHABETIC) != 0) alphabetic += 1
      index += 1
    }
    WordStatistics(words.size, nonSymbol, nonSymbolLength, alphabetic)
  }

  /** Traits of the characters of a word, up to the one with which it has both that count; a letter has. */
  private def traitsOf(chars: Array[Char], start: Int, end: Int): Int = {
    var traits = 0
    var index = start
    while (index < end && (traits & BOTH) != BOTH) {
      val codePoint = Character.codePointAt(chars, index, end)
      traits |= CharTraits.of(codePoint)
      index += Character.charCount(codePoint)
    }
    traits
  }

  private val BOTH = CharTraits.NON_SYMBOL | CharTraits.ALPHABETIC
}

/** Finds words of a small set without making strings of a text's words. */
private[filter] final class StopWords(stopWords: Set[String]) {
  private val words: Array[Array[Char]] = stopWords.toArray.sorted.filter(_.nonEmpty).map(_.toCharArray)

  /** Numbers of the words by their first character; most characters begin none. */
  private val byFirst: Array[Array[Int]] = Array.tabulate(StopWords.GROUPS)(group =>
    words.indices.filter(number => words(number)(0) % StopWords.GROUPS == group).toArray
  )

  /** How many different ones are among the words of a text. */
  def countIn(text: AnalyzedText): Int = {
    val found = new Array[Boolean](words.length)
    val spans = text.words
    var index = 0
    while (index < spans.size) {
      val start = spans.start(index)
      val candidates = byFirst(text.chars(start) % StopWords.GROUPS)
      var candidate = 0
      while (candidate < candidates.length) {
        val number = candidates(candidate)
        found(number) = found(number) || isAt(words(number), text.chars, start, spans.end(index))
        candidate += 1
      }
      index += 1
    }
    found.count(identity)
  }

  private def isAt(word: Array[Char], chars: Array[Char], start: Int, end: Int): Boolean =
    word.length == end - start && {
      var index = 0
      while (index < word.length && word(index) == chars(start + index)) index += 1
      index == word.length
    }
}

private object StopWords {
  private val GROUPS = 64
}
