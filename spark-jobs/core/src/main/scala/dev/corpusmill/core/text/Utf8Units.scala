package dev.corpusmill.core.text

/** [[WordBreak]] of the UTF-16 units that UTF-8 stands for, and whether they make a word count. */
private object Utf8Units {

  /** Set where a unit makes a word count: a letter or a digit. */
  val COUNTED = 0x10
  private val CLASS_BITS = 0x0f

  /** Of an entry of PARTS: what is hashed of the lower-case unit, and whether the unit makes a word count. */
  val PART_VALUE = 0xffffff
  val PART_COUNTED = 0x1000000

  /** The splitter takes white space off words, which a table does not. */
  private val UNITS: Array[Byte] = Array.tabulate(1 << 16) { code =>
    val wordBreak = WordBreak.of(code.toChar)
    if (isWordPart(wordBreak) && PythonText.isSpace(code.toChar)) WordBreak.UNSUPPORTED
    else if (LetterCase.hasLetterOrDigit(Array(code.toChar), 0, 1)) (wordBreak | COUNTED).toByte
    else wordBreak
  }

  /** A copy of what is known of all units: classes with COUNTED, and small letters. */
  def tables: (Array[Byte], Array[Char]) =
    (UNITS.clone(), Array.tabulate(1 << 16)(unit => LetterCase.lower(unit.toChar)))

  /** By unit: what is to be known of characters that are parts of words; 0 of all others. */
  val PARTS: Array[Int] = Array.tabulate(1 << 16) { unit =>
    val kind = kindOf(unit)
    if (isUnsupported(kind) || !isWordPart(classOf(kind))) 0
    else {
      val value = WordHashes.valueOf(LetterCase.lower(unit.toChar).toInt)
      if ((kind & COUNTED) != 0) value | PART_COUNTED else value
    }
  }

  /** The unit whose bytes begin at `index`; -1 where they are no UTF-8 of the BMP. */
  def unitAt(text: Array[Byte], index: Int, to: Int): Int = {
    val byte = text(index).toInt
    if (byte >= 0) byte
    else if (byte < -32) two(text, index, to)
    else three(text, index, to)
  }

  /** The bytes of a unit that begins with `byte`. */
  def lengthOf(byte: Int): Int = if (byte >= 0) 1 else if (byte < -32) 2 else 3

  /** The class of a unit with COUNTED; UNSUPPORTED of none. */
  def kindOf(unit: Int): Int = if (unit < 0) WordBreak.UNSUPPORTED.toInt else UNITS(unit).toInt

  def classOf(kind: Int): Byte = (kind & CLASS_BITS).toByte

  def isUnsupported(kind: Int): Boolean = (kind & WordBreak.UNSUPPORTED) != 0

  def isWordPart(wordBreak: Byte): Boolean =
    wordBreak >= WordBreak.LETTER && wordBreak <= WordBreak.EXTEND_NUM_LET

  def isMark(wordBreak: Byte): Boolean =
    wordBreak >= WordBreak.MID_LETTER && wordBreak <= WordBreak.MID_NUM_LET

  def isContinuation(byte: Byte): Boolean = (byte & 0xc0) == 0x80

  /** The unit of two bytes from 0x80; -1 where they are none. */
  private def two(text: Array[Byte], index: Int, to: Int): Int =
    if (index + 1 < to && isContinuation(text(index + 1))) {
      val unit = (text(index) & 0x1f) << 6 | (text(index + 1) & 0x3f)
      if ((text(index) & 0xe0) == 0xc0 && unit >= 0x80) unit else -1
    } else -1

  /** The unit of three bytes from 0x800; -1 where they are none. Surrogates are not UNSUPPORTED for nothing. */
  private def three(text: Array[Byte], index: Int, to: Int): Int =
    if (index + 2 < to && isContinuation(text(index + 1)) && isContinuation(text(index + 2))) {
      val unit = (text(index) & 0x0f) << 12 | (text(index + 1) & 0x3f) << 6 | (text(index + 2) & 0x3f)
      if ((text(index) & 0xf0) == 0xe0 && unit >= 0x800) unit else -1
    } else -1
}
