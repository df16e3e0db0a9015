package dev.corpusmill.core.filter

import dev.corpusmill.core.text.{AnalyzedText, PythonText, Span}

/**
 * How much of a document is text, and how much program code: code points of lines of prose by those of all lines that
 * are not blank. The definition of a line of code is the project's own, and no language's grammar is asked:
 * everything between Markdown fences, a line that ends with `{`, `}`, `;` or `);`, and a line of which over a fifth of
 * what is not white space are brackets, operators or other marks that prose seldom has.
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
  private val MARKS = "{}()[]<>=+*/\\|&^%$#@~;_`"
  private val LINE_ENDS = "{};"

  private def startsWithFence(chars: Array[Char], line: Span): Boolean =
    line.length >= 3 && (0 until 3).forall(offset => chars(line.start + offset) == '`')

  private def isCode(chars: Array[Char], line: Span): Boolean =
    line.length > 0 &&
      (LINE_ENDS.indexOf(chars(line.end - 1).toInt) >= 0 || {
        var marks = 0
        var all = 0
        var index = line.start
        while (index < line.end) {
          if (!PythonText.isSpace(chars(index))) all += 1
          if (MARKS.indexOf(chars(index).toInt) >= 0) marks += 1
          index += 1
        }
        marks > MAX_MARK_FRACTION * all
      })
}
