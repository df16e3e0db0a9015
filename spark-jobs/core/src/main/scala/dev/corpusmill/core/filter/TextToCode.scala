package dev.corpusmill.core.filter

import dev.corpusmill.core.text.{AnalyzedText, PythonText, Span}

/**
 * How much of a document is text, and how much program code: code points of lines of prose by those of all lines that
 * are not blank. The definition of a line of code is the project's own, and no language's grammar is asked:
 * everything between Markdown fences, a line that ends with `{` or `}`, or with `;` and has an assignment, a comparison,
 * a brace, a bar, a backslash or a call before it, and a line of which over a fifth of what is not white space are
 * brackets, operators or other marks that prose seldom has. A `;` alone is none of these marks: it ends clauses of laws
 * and, since NFC makes it of U+037E, questions in Greek.
 *
 * @param minTextFraction documents with less text go
 */
final case class TextToCode(minTextFraction: Double = 0.5) extends Rule {
  import TextToCode._

  override def name: String = "text-to-code"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(Check("too_much_code", "text_fraction", AtLeast(minTextFraction)))

  override def measuring: Rule = TextToCode()

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    var textChars = 0L
    var allChars = 0L
    var isFenced = false
    (0 until text.lines.size).foreach { index =>
      val line = PythonText.strip(text.chars, text.lines.start(index), text.lines.end(index))
      val isFence = startsWithFence(text.chars, line)
      val length = text.length(line.start, line.end)
      allChars += length
      if (!isFence && !isFenced && !isCode(text.chars, line)) textChars += length
      isFenced ^= isFence
    }
    Measurement(Array(textChars.toDouble / allChars), Some(text))
  }
}

object TextToCode {
  private val VALUES = Seq("text_fraction")
  private val MAX_MARK_FRACTION = 0.2

  /** Letters of a grammatical ending: (s), (en), (nen). */
  private val MAX_ENDING = 3
  private val MARKS = "{}()[]<>=+*/\\|&^%$#@~_`"
  private val BLOCK_ENDS = "{}"
  private val STATEMENT_MARKS = "{}=<>|\\"

  private def startsWithFence(chars: Array[Char], line: Span): Boolean =
    line.length >= 3 && (0 until 3).forall(offset => chars(line.start + offset) == '`')

  private def isCode(chars: Array[Char], line: Span): Boolean =
    line.length > 0 &&
      (BLOCK_ENDS.indexOf(chars(line.end - 1).toInt) >= 0 || isStatement(chars, line) ||
        isMostlyMarks(chars, line))

  private def isMostlyMarks(chars: Array[Char], line: Span): Boolean = {
    var marks = 0
    var all = 0
    var index = line.start
    while (index < line.end) {
      if (!PythonText.isSpace(chars(index))) all += 1
      if (MARKS.indexOf(chars(index).toInt) >= 0) marks += 1
      index += 1
    }
    marks > MAX_MARK_FRACTION * all
  }

  private def isStatement(chars: Array[Char], line: Span): Boolean =
    chars(line.end - 1) == ';' &&
      (line.start until line.end).exists(index =>
        STATEMENT_MARKS.indexOf(chars(index).toInt) >= 0 || isCall(chars, line, index)
      )

  /** Whether a bracket opens at `index` right after a name, but for an ending in it within a line, as in `person(s)`. */
  private def isCall(chars: Array[Char], line: Span, index: Int): Boolean =
    chars(index) == '(' && {
      var name = index
      while (name > line.start && isNameChar(chars(name - 1))) name -= 1
      val isName = name < index && !Character.isDigit(chars(name))
      isName && (name == line.start || !isEnding(chars, Span(index + 1, line.end)))
    }

  private def isEnding(chars: Array[Char], rest: Span): Boolean = {
    val letters = (rest.start until rest.end).takeWhile(index => Character.isLowerCase(chars(index))).size
    letters >= 1 && letters <= MAX_ENDING && chars(rest.start + letters) == ')'
  }

  private def isNameChar(char: Char): Boolean = char == '_' || char < 128 && Character.isLetterOrDigit(char)
}
