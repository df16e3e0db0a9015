package dev.corpusmill.core.filter

import com.ibm.icu.lang.UCharacter
import dev.corpusmill.core.text._

/**
 * C4's quality rules: Raffel et al. 2020 (JMLR 21/140), with the order and reasons of datatrove 0.10.1
 * (pipeline/filters/c4_filters.py, C4QualityFilter). Lines that fail are dropped, and the text that is left goes on;
 * `{` and "lorem ipsum" drop the document, and so do too few sentences in the kept lines ([[Sentences]]).
 *
 * @param maxWordLength code points of a white-space word
 */
final case class C4(
    maxWordLength: Int = 1000,
    minWordsPerLine: Int = 3,
    minSentences: Int = 5,
    terminalPunctuation: Boolean = true,
    removeCitations: Boolean = true,
    dropLoremIpsum: Boolean = true,
    dropJavascriptLines: Boolean = true,
    dropCurlyBracket: Boolean = true,
    dropPolicyLines: Boolean = true
) extends Rule {
  import C4._

  override def name: String = "c4"

  override def values: Seq[String] = VALUES

  override def lineRules: Seq[LineRule] = Seq(
    Some(LineRule("line_too_long_word", LONG_WORD.value, Some(AtMost(maxWordLength.toDouble)))),
    Option.when(removeCitations)(LineRule("line_citation", CITATION_LINES)),
    Option.when(terminalPunctuation)(LineRule("line_no_terminal_punct", UNTERMINATED.value)),
    Some(LineRule("line_too_few_words", SHORT.value, Some(AtLeast(minWordsPerLine.toDouble)))),
    Option.when(dropJavascriptLines)(LineRule("line_javascript", JAVASCRIPT.value)),
    Option.when(dropPolicyLines)(LineRule("line_policy", POLICY.value))
  ).flatten

  override def checks: Seq[Check] = Seq(
    Check.atMost("lorem_ipsum", "lorem_ipsum_lines", 0),
    Check.atMost("curly_bracket", "curly_bracket_lines", 0),
    Check.atLeast("too_few_sentences", "sentences", minSentences)
  )

  override def measuring: Rule = copy(minSentences = C4().minSentences)

  /** Stops at the first line that drops the document. */
  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val kept = new KeptLines(text)
    val dropped = new Array[Double](LINE_DROPS.size)
    val mayHaveCitations = removeCitations && text.text.indexOf('[') >= 0
    var rejected = Option.empty[RejectDocument]
    var index = 0
    while (index < text.lines.size && rejected.isEmpty) {
      val line = PythonText.strip(text.chars, text.lines.start(index), text.lines.end(index))
      judgeLine(text.chars, line, mayHaveCitations) match {
        case KeepLine => kept.addUnchanged(line)
        case KeepChanged(changed) => kept.addChanged(changed)
        case reject: RejectDocument => rejected = Some(reject)
        case drop: DropLine => dropped(drop.number) += 1
      }
      index += 1
    }
    rejected match {
      case Some(RejectDocument(values)) => Measurement(values, None)
      case None =>
        val counts = Array(0, 0, kept.sentences.toDouble, kept.lines.toDouble, kept.changedLines.toDouble)
        Measurement(counts ++ dropped, Some(kept.build()))
    }
  }

  private def judgeLine(chars: Array[Char], stripped: Span, mayHaveCitations: Boolean): LineVerdict =
    if (WhitespaceWords.hasLonger(chars, stripped, maxWordLength)) LONG_WORD
    else
      (if (mayHaveCitations) withoutCitations(chars, stripped) else None) match {
        case Some(line) =>
          judgeContent(line.toCharArray, Span(0, line.length), isShort(chars, stripped), KeepChanged(line))
        case None => judgeContent(chars, stripped, isShort(chars, stripped), KeepLine)
      }

  private def isShort(chars: Array[Char], stripped: Span): Boolean =
    !WhitespaceWords.areAtLeast(chars, stripped, minWordsPerLine)

  private def judgeContent(
      chars: Array[Char],
      line: Span,
      isShort: Boolean,
      kept: LineVerdict
  ): LineVerdict =
    if (!endsWell(chars, line)) UNTERMINATED
    else if (isShort) SHORT
    else {
      val marks = LineMarks.of(chars, line)
      def has(isWanted: Boolean, mark: Int): Boolean = isWanted && (marks & mark) != 0
      if (marks == 0) kept
      else if (has(dropLoremIpsum, LineMarks.LOREM_IPSUM)) LOREM_IPSUM_FOUND
      else if (has(dropJavascriptLines, LineMarks.JAVASCRIPT)) JAVASCRIPT
      else if (has(dropCurlyBracket, LineMarks.CURLY_BRACKET)) CURLY_BRACKET_FOUND
      else if (has(dropPolicyLines, LineMarks.POLICY)) POLICY
      else kept
    }

  private def endsWell(chars: Array[Char], line: Span): Boolean =
    !terminalPunctuation ||
      (line.length > 0 && END_PUNCTUATION.indexOf(chars(line.end - 1).toInt) >= 0 && !endsInDots(chars, line))

  private def endsInDots(chars: Array[Char], line: Span): Boolean =
    line.length >= 3 && chars(line.end - 1) == '.' && chars(line.end - 2) == '.' && chars(line.end - 3) == '.'

  /** The line without its citations; None where it has none. */
  private def withoutCitations(chars: Array[Char], line: Span): Option[String] =
    if (!hasBracket(chars, line)) None
    else Some(Citations.remove(new String(chars, line.start, line.length))).filter(_.length < line.length)
}

object C4 {
  private def hasBracket(chars: Array[Char], line: Span): Boolean = {
    var index = line.start
    while (index < line.end && chars(index) != '[') index += 1
    index < line.end
  }

  private val END_PUNCTUATION = ".?!\"'"
  private val CITATION_LINES = "citation_lines"

  private sealed trait LineVerdict
  private case object KeepLine extends LineVerdict
  private final case class KeepChanged(line: String) extends LineVerdict
  private final case class RejectDocument(values: Array[Double]) extends LineVerdict

  /** The line goes, and is counted in `value`, the one of that number among those of dropped lines. */
  private final case class DropLine(number: Int, value: String) extends LineVerdict

  private val LONG_WORD = DropLine(0, "long_word_lines")
  private val UNTERMINATED = DropLine(1, "unterminated_lines")
  private val SHORT = DropLine(2, "short_lines")
  private val JAVASCRIPT = DropLine(3, "javascript_lines")
  private val POLICY = DropLine(4, "policy_lines")
  private val LINE_DROPS = Seq(LONG_WORD, UNTERMINATED, SHORT, JAVASCRIPT, POLICY)

  private val VALUES =
    Seq("lorem_ipsum_lines", "curly_bracket_lines", "sentences", "kept_lines", CITATION_LINES) ++
      LINE_DROPS.map(_.value)

  private val LOREM_IPSUM_FOUND = found(1, 0)
  private val CURLY_BRACKET_FOUND = found(0, 1)

  private def found(loremIpsum: Double, curlyBracket: Double): RejectDocument =
    RejectDocument(Array(loremIpsum, curlyBracket).padTo(VALUES.size, Double.NaN))
}

/** The lines that stay, and their sentences. */
private final class KeptLines(original: AnalyzedText) {
  private val text = new KeptText(original)
  var sentences = 0
  var lines = 0
  var changedLines = 0

  def addUnchanged(line: Span): Unit = {
    text.addUnchanged(line.start, line.end)
    sentences += text.lastSentences
    lines += 1
  }

  def addChanged(line: String): Unit = {
    sentences += Sentences.count(new AnalyzedText(line, original.split))
    lines += 1
    changedLines += 1
    text.addChanged(line)
  }

  def build(): AnalyzedText = text.build()
}

/** Words as `str.split()` gives them. */
private[filter] object WhitespaceWords {

  /** Whether a line without white space at its ends has so many words. */
  def areAtLeast(chars: Array[Char], line: Span, minimum: Int): Boolean = {
    var count = 0
    var start = line.start
    while (start < line.end && count < minimum) {
      count += 1
      while (start < line.end && !PythonText.isSpace(chars(start))) start += 1
      start = PythonText.skipSpaces(chars, start, line.end)
    }
    count >= minimum
  }

  /** Whether a word has more code points than `most`. */
  def hasLonger(chars: Array[Char], line: Span, most: Int): Boolean = {
    var start = line.start
    while (line.end - start > most) {
      // A word that begins at `start` and is longer has no space up to here
      var space = start + most
      while (space >= start && !PythonText.isSpace(chars(space))) space -= 1
      if (space >= start) start = space + 1
      else {
        val end = wordEnd(chars, start, line.end)
        if (PythonText.codePoints(chars, start, end) > most) return true
        start = end
      }
    }
    false
  }

  private def wordEnd(chars: Array[Char], from: Int, to: Int): Int = {
    var end = from
    while (end < to && !PythonText.isSpace(chars(end))) end += 1
    end
  }
}

/** `\[\d*]|\[edit]|\[citation needed]`, where `\d` is any decimal digit of Unicode. */
private object Citations {
  private val WORDS = Seq("edit]", "citation needed]")

  def remove(line: String): String = {
    val result = new java.lang.StringBuilder(line.length)
    var index = 0
    while (index < line.length) {
      val end = if (line.charAt(index) == '[') citationEnd(line, index + 1) else -1
      if (end >= 0) index = end
      else {
        val _ = result.append(line.charAt(index))
        index += 1
      }
    }
    result.toString
  }

  /** The position after the citation whose inside begins at `inside`; -1 where there is none. */
  private def citationEnd(line: String, inside: Int): Int = {
    var index = inside
    while (index < line.length && UCharacter.isDigit(line.codePointAt(index)))
      index += Character.charCount(line.codePointAt(index))
    if (index < line.length && line.charAt(index) == ']') index + 1
    else WORDS.find(line.startsWith(_, inside)).fold(-1)(inside + _.length)
  }
}
