package dev.corpusmill.core.bpe

import com.ibm.icu.lang.{UCharacter, UProperty}
import com.ibm.icu.lang.UCharacterEnums.ECharacterCategory._
import com.ibm.icu.util.VersionInfo

import java.nio.ByteBuffer

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

  /** General categories, a bit each: those that white space is of, letters and numbers. */
  private val SPACES = bitsOf(CONTROL, SPACE_SEPARATOR, LINE_SEPARATOR, PARAGRAPH_SEPARATOR)
  private val LETTERS =
    bitsOf(UPPERCASE_LETTER, LOWERCASE_LETTER, TITLECASE_LETTER, MODIFIER_LETTER, OTHER_LETTER)
  private val NUMBERS = bitsOf(DECIMAL_DIGIT_NUMBER, LETTER_NUMBER, OTHER_NUMBER)
  private val BLOCK_MASK = (1 << BLOCK_BITS) - 1

  /** Class of every ASCII byte. */
  private[bpe] val ASCII: Array[Byte] = Array.tabulate(128)(computeClass)

  private val (blockOf: Array[Short], blocks: Array[Byte]) = buildTable()

  /** Class of a code point between 0 and 0x10FFFF. */
  def classOf(codePoint: Int): Byte =
    blocks((blockOf(codePoint >>> BLOCK_BITS) << BLOCK_BITS) | (codePoint & BLOCK_MASK))

  /** Which of the blocks of [[blockClasses]] each 256 code points have. */
  private[bpe] def blockNumbers: Array[Char] = blockOf.map(_.toChar)

  /** Classes of 256 code points, block by block. */
  private[bpe] def blockClasses: Array[Byte] = blocks.clone()

  private def bitsOf(categories: Byte*): Int = categories.map(category => 1 << category.toInt).sum

  private def buildTable(): (Array[Short], Array[Byte]) = {
    val numbers = new java.util.LinkedHashMap[ByteBuffer, Short]
    val blockOf = Array.tabulate((Character.MAX_CODE_POINT + 1) >>> BLOCK_BITS) { block =>
      val classes = new Array[Byte](1 << BLOCK_BITS)
      var offset = 0
      while (offset < classes.length) {
        classes(offset) = computeClass((block << BLOCK_BITS) | offset)
        offset += 1
      }
      numbers.computeIfAbsent(ByteBuffer.wrap(classes), _ => numbers.size.toShort)
    }
    val blocks = ByteBuffer.allocate(numbers.size << BLOCK_BITS)
    numbers.keySet.forEach(block => blocks.put(block.duplicate()): Unit)
    (blockOf, blocks.array)
  }

  private def computeClass(codePoint: Int): Byte = {
    val kind = 1 << UCharacter.getType(codePoint)
    if ((kind & SPACES) != 0) {
      if (UCharacter.hasBinaryProperty(codePoint, UProperty.WHITE_SPACE)) SPACE else OTHER
    } else if ((kind & (LETTERS | NUMBERS)) == 0 || isYoungerThanTable(codePoint)) OTHER
    else if ((kind & LETTERS) != 0) LETTER
    else NUMBER
  }

  private def isYoungerThanTable(codePoint: Int): Boolean =
    UCharacter.getAge(codePoint).compareTo(UNICODE_VERSION) > 0
}
