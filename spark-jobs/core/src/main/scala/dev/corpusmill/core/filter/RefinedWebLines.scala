package dev.corpusmill.core.filter

import com.ibm.icu.lang.{UCharacter, UProperty}
import com.ibm.icu.lang.UCharacter.NumericType
import com.ibm.icu.util.ULocale
import dev.corpusmill.core.text._

import java.util.regex.Pattern

/**
 * RefinedWeb's line rules: Penedo et al. 2023 (arXiv:2306.01116), table 8, with the thresholds of DCLM's reproduction
 * (baselines_configs/dclm_baseline_refinedweb.yaml). A line goes that is mostly capitals, all digits, a counter
 * ("3 likes") or one word; "items in cart", a last "Read more..." and a first "Sign-in" are cut out of short lines. A
 * document that loses too many of its words goes. Lines are those between line feeds; blank ones stay.
 *
 * @param maxUppercaseFraction of the code points of a line
 * @param maxDigitFraction of the code points of a line
 * @param minWordsPerLine white-space words
 * @param maxPhraseLineWords white-space words of a line that phrases are cut out of
 * @param maxRemovedWordFraction words with a letter or digit that the line rules may take
 */
final case class RefinedWebLines(
    maxUppercaseFraction: Double = 0.5,
    maxDigitFraction: Double = 0.999999,
    minWordsPerLine: Int = 2,
    maxPhraseLineWords: Int = 10,
    maxRemovedWordFraction: Double = 0.05
) extends Rule {
  import RefinedWebLines._

  override def name: String = "refinedweb-lines"

  override def values: Seq[String] = VALUES

  override def lineRules: Seq[LineRule] = Seq(
    LineRule("line_uppercase", LINE_VALUES(UPPERCASE), Some(AtMost(maxUppercaseFraction))),
    LineRule("line_digits", LINE_VALUES(DIGITS), Some(AtMost(maxDigitFraction))),
    LineRule("line_too_few_words", LINE_VALUES(SHORT), Some(AtLeast(minWordsPerLine.toDouble))),
    LineRule("line_counter", LINE_VALUES(COUNTER)),
    LineRule("line_phrase", LINE_VALUES(PHRASE), Some(AtMost(maxPhraseLineWords.toDouble)))
  )

  override def checks: Seq[Check] = Seq(
    Check("refinedweb_removed_words", "removed_word_fraction", AtMost(maxRemovedWordFraction))
  )

  override def measuring: Rule = copy(maxRemovedWordFraction = RefinedWebLines().maxRemovedWordFraction)

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val kept = new KeptText(text)
    val cut = new Array[Double](LINE_VALUES.size)
    val lines = PythonText.splitAtSingleLineFeeds(text.text)
    (0 until lines.size).foreach { index =>
      val span = Span(lines.start(index), lines.end(index))
      val line = new String(text.chars, span.start, span.length)
      findBroken(line) match {
        case Some(rule) => cut(rule) += 1
        case None =>
          val left = withoutPhrases(line)
          if (left.contains(line)) kept.addUnchanged(span.start, span.end)
          else {
            cut(PHRASE) += 1
            left.foreach(kept.addChanged)
          }
      }
    }
    val left = kept.build()
    val before = countWords(text)
    Measurement(((before - countWords(left)).toDouble / before) +: cut, Some(left))
  }

  /** The number of the rule that takes the whole line. */
  private def findBroken(line: String): Option[Int] =
    if (line.isEmpty) None
    else if (isMostly(line, maxUppercaseFraction)(isUpper)) Some(UPPERCASE)
    else if (isMostly(line, maxDigitFraction)(isDigit)) Some(DIGITS)
    else if (countWhitespaceWords(line) < minWordsPerLine) Some(SHORT)
    else if (COUNTERS.matcher(UCharacter.toLowerCase(ULocale.ROOT, line)).find()) Some(COUNTER)
    else None

  /** What is left of a line; None where it goes. */
  private def withoutPhrases(line: String): Option[String] = PHRASES.foldLeft(Option(line)) {
    case (Some(current), phrase) if countWhitespaceWords(current) <= maxPhraseLineWords =>
      val left = phrase.matcher(current).replaceAll("")
      Option.when(current.isEmpty || countWhitespaceWords(left) > 0)(left)
    case (other, _) => other
  }
}

object RefinedWebLines {
  private val UPPERCASE = 0
  private val DIGITS = 1
  private val SHORT = 2
  private val COUNTER = 3
  private val PHRASE = 4
  private val LINE_VALUES =
    Vector("uppercase_lines", "digit_lines", "short_lines", "counter_lines", "phrase_lines")
  private val VALUES = "removed_word_fraction" +: LINE_VALUES
  private val COUNTERS = Pattern.compile(
    "^\\W*\\d[,.\\d]*[kmb]?\\s+(?:likes|shares|comments|retweets|reposts|quotes|bookmarks|upvotes|downvotes|" +
      "downloads|views|followers)\\W*$",
    Pattern.UNICODE_CHARACTER_CLASS
  )
  private val PHRASES = Seq("\\s?items in cart", "\\s?read more\\.\\.\\.$", "^sign-in\\s?")
    .map(Pattern.compile(_, Pattern.CASE_INSENSITIVE))

  private def isMostly(line: String, limit: Double)(isHit: Int => Boolean): Boolean = {
    var hits = 0
    var all = 0
    var index = 0
    while (index < line.length) {
      val codePoint = line.codePointAt(index)
      all += 1
      if (isHit(codePoint)) hits += 1
      index += Character.charCount(codePoint)
    }
    hits.toDouble / all > limit
  }

  private def isUpper(codePoint: Int): Boolean =
    if (codePoint < 128) codePoint >= 'A' && codePoint <= 'Z' else UCharacter.isUUppercase(codePoint)

  /** Python's `str.isdigit`. */
  private def isDigit(codePoint: Int): Boolean =
    if (codePoint < 128) codePoint >= '0' && codePoint <= '9'
    else {
      val kind = UCharacter.getIntPropertyValue(codePoint, UProperty.NUMERIC_TYPE)
      kind == NumericType.DECIMAL || kind == NumericType.DIGIT
    }

  private def countWhitespaceWords(line: String): Int = {
    var words = 0
    var index = 0
    while (index < line.length) {
      val isStart = index == 0 || PythonText.isSpace(line.charAt(index - 1))
      if (isStart && !PythonText.isSpace(line.charAt(index))) words += 1
      index += 1
    }
    words
  }

  private def countWords(text: AnalyzedText): Int =
    text.words.count(LetterCase.hasLetterOrDigit(text.chars, _, _))
}
