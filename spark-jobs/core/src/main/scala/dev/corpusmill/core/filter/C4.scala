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

  override def checks: Seq[Check] = Seq(
    Check.atMost("lorem_ipsum", "lorem_ipsum_lines", 0),
    Check.atMost("curly_bracket", "curly_bracket_lines", 0),
    Check.atLeast("too_few_sentences", "sentences", minSentences)
  )

  override def measuring: Rule = copy(minSentences = C4().minSentences)

  /** Stops at the first line that drops the document. */
  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val kept = new KeptLines(text)
    var dropped = Option.empty[RejectDocument]
    var index = 0
    while (index < text.lines.size && dropped.isEmpty) {
      val line = PythonText.strip(text.chars, text.lines.start(index), text.lines.end(index))
      judgeLine(text.chars, line) match {
        case KeepLine => kept.addUnchanged(line)
        case KeepChanged(changed) => kept.addChanged(changed)
        case drop: RejectDocument => dropped = Some(drop)
        case DropLine => ()
      }
      index += 1
    }
    dropped match {
      case Some(RejectDocument(values)) => Measurement(values, None)
      case None => Measurement(Array(0, 0, kept.sentences.toDouble, kept.lines.toDouble), Some(kept.build()))
    }
  }

  private def judgeLine(chars: Array[Char], stripped: Span): LineVerdict = {
    val words = WhitespaceWords.of(chars, stripped)
    if (words.longest > maxWordLength || words.count < minWordsPerLine) DropLine
    else
      withoutCitations(chars, stripped) match {
        case Some(line) => judgeContent(line.toCharArray, Span(0, line.length), KeepChanged(line))
        case None => judgeContent(chars, stripped, KeepLine)
      }
  }

  private def judgeContent(chars: Array[Char], line: Span, kept: LineVerdict): LineVerdict =
    if (!endsWell(chars, line)) DropLine
    else {
      val marks = LineMarks.of(chars, line)
      def has(isWanted: Boolean, mark: Int): Boolean = isWanted && (marks & mark) != 0
      if (has(dropLoremIpsum, LineMarks.LOREM_IPSUM)) LOREM_IPSUM_FOUND
      else if (has(dropJavascriptLines, LineMarks.JAVASCRIPT)) DropLine
      else if (has(dropCurlyBracket, LineMarks.CURLY_BRACKET)) CURLY_BRACKET_FOUND
      else if (has(dropPolicyLines, LineMarks.POLICY)) DropLine
      else kept
    }

  private def endsWell(chars: Array[Char], line: Span): Boolean =
    !terminalPunctuation ||
      (line.length > 0 && END_PUNCTUATION.indexOf(chars(line.end - 1).toInt) >= 0 && !endsInDots(chars, line))

  private def endsInDots(chars: Array[Char], line: Span): Boolean =
    line.length >= 3 && chars(line.end - 1) == '.' && chars(line.end - 2) == '.' && chars(line.end - 3) == '.'

  /** The line without its citations; None where it has none. */
  private def withoutCitations(chars: Array[Char], line: Span): Option[String] =
    if (!removeCitations || !hasBracket(chars, line)) None
    else Some(Citations.remove(new String(chars, line.start, line.length))).filter(_.length < line.length)
}

object C4 {
  private def hasBracket(chars: Array[Char], line: Span): Boolean = {
    var index = line.start
    while (index < line.end && chars(index) != '[') index += 1
    index < line.end
  }

  private val END_PUNCTUATION = ".?!\"'"
  private val VALUES = Seq("lorem_ipsum_lines", "curly_bracket_lines", "sentences", "kept_lines")

  private sealed trait LineVerdict
  private case object KeepLine extends LineVerdict
  private final case class KeepChanged(line: String) extends LineVerdict
  private final case class RejectDocument(values: Array[Double]) extends LineVerdict
  private case object DropLine extends LineVerdict

  private val LOREM_IPSUM_FOUND = RejectDocument(Array(1, 0, Double.NaN, Double.NaN))
  private val CURLY_BRACKET_FOUND = RejectDocument(Array(0, 1, Double.NaN, Double.NaN))
}

/** The lines that stay, and their sentences. */
private final class KeptLines(original: AnalyzedText) {
  private val text = new KeptText(original)
  private var nextWord = 0
  var sentences = 0
  var lines = 0

  def addUnchanged(line: Span): Unit = {
    val words = original.words
    while (nextWord < words.size && words.start(nextWord) < line.start) nextWord += 1
    val first = nextWord
    while (nextWord < words.size && words.start(nextWord) < line.end) nextWord += 1
    sentences += Sentences.count(original, first, nextWord)
    lines += 1
    text.addUnchanged(line.start, line.end)
  }

  def addChanged(line: String): Unit = {
    sentences += Sentences.count(new AnalyzedText(line, original.split))
    lines += 1
    text.addChanged(line)
  }

  def build(): AnalyzedText = text.build()
}

/** Words as `str.split()` gives them. */
private final case class WhitespaceWords(count: Int, longest: Int)

private object WhitespaceWords {
  def of(chars: Array[Char], within: Span): WhitespaceWords = {
    var count = 0
    var longest = 0
    var start = PythonText.skipSpaces(chars, within.start, within.end)
    while (start < within.end) {
      var end = start
      while (end < within.end && !PythonText.isSpace(chars(end))) end += 1
      count += 1
      if (end - start > longest) longest = math.max(longest, PythonText.codePoints(chars, start, end))
      start = PythonText.skipSpaces(chars, end, within.end)
    }
    WhitespaceWords(count, longest)
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

/** What a line contains, in one pass: phrases of `line.lower()`, and a curly bracket. */
private object LineMarks {
  val LOREM_IPSUM = 1
  val JAVASCRIPT = 2
  val CURLY_BRACKET = 4
  val POLICY = 8

  private val KELVIN_SIGN = '\u212a'
  private val ASCII = 128
  private val PHRASES: Seq[(String, Int)] =
    Seq("lorem ipsum" -> LOREM_IPSUM, "javascript" -> JAVASCRIPT, "{" -> CURLY_BRACKET) ++
      Seq("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
        .map(_ -> POLICY)

  /** Phrases by their first character; most characters begin none. */
  private val BY_FIRST: Array[List[Phrase]] = Array.tabulate(ASCII)(first =>
    PHRASES.collect {
      case (phrase, mark) if phrase.head.toInt == first => Phrase(phrase.toCharArray, mark)
    }.toList
  )

  private final case class Phrase(chars: Array[Char], mark: Int)

  def of(chars: Array[Char], line: Span): Int = {
    var marks = 0
    var index = line.start
    while (index < line.end) {
      val char = lower(chars(index))
      var candidates = if (char < ASCII) BY_FIRST(char.toInt) else Nil
      while (candidates.nonEmpty) {
        if (stands(candidates.head.chars, chars, index, line.end)) marks |= candidates.head.mark
        candidates = candidates.tail
      }
      index += 1
    }
    marks
  }

  private def stands(phrase: Array[Char], chars: Array[Char], start: Int, end: Int): Boolean =
    start + phrase.length <= end && {
      var index = 1
      while (index < phrase.length && lower(chars(start + index)) == phrase(index)) index += 1
      index == phrase.length
    }

  /** The Kelvin sign is the one other character whose whole lower case is an ASCII letter. */
  private def lower(char: Char): Char =
    if (char >= 'A' && char <= 'Z') (char + ('a' - 'A')).toChar else if (char == KELVIN_SIGN) 'k' else char
}
