package dev.corpusmill.core.filter

import com.ibm.icu.lang.UCharacter
import dev.corpusmill.core.text.{AnalyzedText, PythonText}

/**
 * Texts that are mostly marks: tables, ASCII art, encoded data. A symbol is a code point that is neither a letter, a
 * digit nor a mark of any script (Unicode's categories L, N and M); white space does not count at all. The limit of
 * 30 % is the project's own.
 */
final case class SymbolLimit(maxSymbolFraction: Double = 0.3) extends Rule {
  import SymbolLimit._

  override def name: String = "symbols"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(Check("too_many_symbols", "fraction", AtMost(maxSymbolFraction)))

  override def measuring: Rule = SymbolLimit()

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    var symbols = 0
    var all = 0
    var index = 0
    while (index < text.chars.length) {
      val codePoint = Character.codePointAt(text.chars, index)
      if (!PythonText.isSpace(text.chars(index))) {
        all += 1
        if (isSymbol(codePoint)) symbols += 1
      }
      index += Character.charCount(codePoint)
    }
    Measurement(Array(symbols.toDouble / all), Some(text))
  }
}

object SymbolLimit {
  private val VALUES = Seq("fraction")
  private val ASCII = Array.tabulate(128)(codePoint => !Character.isLetterOrDigit(codePoint))
  private val LETTERS_DIGITS_MARKS = {
    import java.lang.Character._
    Seq(
      UPPERCASE_LETTER,
      LOWERCASE_LETTER,
      TITLECASE_LETTER,
      MODIFIER_LETTER,
      OTHER_LETTER,
      NON_SPACING_MARK,
      ENCLOSING_MARK,
      COMBINING_SPACING_MARK,
      DECIMAL_DIGIT_NUMBER,
      LETTER_NUMBER,
      OTHER_NUMBER
    ).map(category => 1 << category.toInt).reduce(_ | _)
  }

  private def isSymbol(codePoint: Int): Boolean =
    if (codePoint < ASCII.length) ASCII(codePoint)
    else ((1 << UCharacter.getType(codePoint)) & LETTERS_DIGITS_MARKS) == 0
}
