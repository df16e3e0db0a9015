package dev.corpusmill.core.text

import com.ibm.icu.lang.UCharacter
import com.ibm.icu.lang.UCharacterEnums.ECharacterCategory

/** Bit traits of code points, by table for the BMP. Letters are of the Unicode version of the ICU in use. */
object CharTraits {

  /** Not one of datatrove's PUNCTUATION_SET. */
  val NON_SYMBOL = 1

  /** `str.isalpha`: general category L. */
  val ALPHABETIC = 2

  /** General category P. */
  val PUNCTUATION = 4

  /** One of [[Punctuation.SENTENCE_END]]. */
  val SENTENCE_END = 8

  private val BMP: Array[Byte] = Array.tabulate(1 << 16)(codePoint => compute(codePoint).toByte)

  def of(codePoint: Int): Int = if (codePoint < BMP.length) BMP(codePoint).toInt else compute(codePoint)

  private def compute(codePoint: Int): Int = {
    val nonSymbol = if (Punctuation.SYMBOLS.contains(codePoint)) 0 else NON_SYMBOL
    val alphabetic = if (UCharacter.isLetter(codePoint)) ALPHABETIC else 0
    val punctuation = if (isPunctuation(codePoint)) PUNCTUATION else 0
    val sentenceEnd = if (Punctuation.SENTENCE_END.contains(codePoint)) SENTENCE_END else 0
    nonSymbol | alphabetic | punctuation | sentenceEnd
  }

  private def isPunctuation(codePoint: Int): Boolean = UCharacter.getType(codePoint) match {
    case ECharacterCategory.CONNECTOR_PUNCTUATION | ECharacterCategory.DASH_PUNCTUATION | ECharacterCategory.START_PUNCTUATION |
        ECharacterCategory.END_PUNCTUATION | ECharacterCategory.INITIAL_PUNCTUATION | ECharacterCategory.FINAL_PUNCTUATION |
        ECharacterCategory.OTHER_PUNCTUATION =>
      true
    case _ => false
  }
}
