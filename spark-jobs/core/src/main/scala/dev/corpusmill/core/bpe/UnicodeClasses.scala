package dev.corpusmill.core.bpe

import com.ibm.icu.lang.{UCharacter, UProperty}
import com.ibm.icu.util.VersionInfo

/**
 * The four classes of code points that pre-tokenizer patterns tell apart: `\p{L}`, `\p{N}`, `\s`, the rest.
 *
 * tiktoken's regex engine knows Unicode 16.0, while ICU knows later versions: code points assigned after
 * 16.0 count as unassigned here, so that every text gets the same pieces as in tiktoken.
 */
object UnicodeClasses {
  val OTHER: Byte = 0
  val LETTER: Byte = 1
  val NUMBER: Byte = 2
  val SPACE: Byte = 3

  private val UNICODE_VERSION = VersionInfo.getInstance(16, 0)
  private val BLOCK_BITS = 8
  private val BLOCK_MASK = (1 << BLOCK_BITS) - 1

  /** Class of every ASCII byte. */
  private[bpe] val ASCII: Array[Byte] = Array.tabulate(128)(computeClass)

  private val (blockOf: Array[Short], blocks: Array[Byte]) = buildTable()

  /** Class of a code point between 0 and 0x10FFFF. */
  def classOf(codePoint: Int): Byte =
    blocks((blockOf(codePoint >>> BLOCK_BITS) << BLOCK_BITS) | (codePoint & BLOCK_MASK))

  private def buildTable(): (Array[Short], Array[Byte]) = {
    val all = Array.tabulate((Character.MAX_CODE_POINT + 1) >>> BLOCK_BITS) { block =>
      Vector.tabulate(1 << BLOCK_BITS)(offset => computeClass((block << BLOCK_BITS) | offset))
    }
    val distinct = all.distinct
    val indexOf = distinct.zipWithIndex.toMap
    (all.map(block => indexOf(block).toShort), distinct.flatten)
  }

  private def computeClass(codePoint: Int): Byte =
    if (UCharacter.hasBinaryProperty(codePoint, UProperty.WHITE_SPACE)) SPACE
    else if (isYoungerThanTable(codePoint)) OTHER
    else if (UCharacter.isLetter(codePoint)) LETTER
    else if (isNumber(codePoint)) NUMBER
    else OTHER

  private def isYoungerThanTable(codePoint: Int): Boolean =
    UCharacter.getAge(codePoint).compareTo(UNICODE_VERSION) > 0

  private def isNumber(codePoint: Int): Boolean = UCharacter.getType(codePoint).toByte match {
    case Character.DECIMAL_DIGIT_NUMBER | Character.LETTER_NUMBER | Character.OTHER_NUMBER => true
    case _ => false
  }
}
