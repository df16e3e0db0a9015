package dev.corpusmill.core.text

import com.ibm.icu.lang.UCharacter

/** Lower case and letters by ICU's tables, so that results do not depend on the Unicode version of the JVM. */
object LetterCase {
  private val LOWER: Array[Char] = Array.tabulate(1 << 16)(char => UCharacter.toLowerCase(char).toChar)

  /** Simple lower case of a UTF-16 unit; surrogates stay as they are. */
  def lower(char: Char): Char = LOWER(char.toInt)

  /** True where a part of a text has a letter or a digit of any script. */
  def hasLetterOrDigit(chars: Array[Char], start: Int, end: Int): Boolean = {
    var index = start
    while (index < end) {
      val codePoint = Character.codePointAt(chars, index, end)
      if (isLetterOrDigit(codePoint)) return true
      index += Character.charCount(codePoint)
    }
    false
  }

  private def isLetterOrDigit(codePoint: Int): Boolean =
    (CharTraits.of(codePoint) & CharTraits.ALPHABETIC) != 0 || UCharacter.isDigit(codePoint)
}
