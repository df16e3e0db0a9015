package dev.corpusmill.core.text

import com.ibm.icu.lang.UCharacter
import com.ibm.icu.lang.UCharacter.{LineBreak, WordBreak => IcuWordBreak}
import com.ibm.icu.lang.{UProperty, UScript}

/**
 * The word boundary rules of UAX #29 for the characters of the BMP that need no look at earlier characters: letters,
 * digits, punctuation and spaces of scripts written with spaces. Where a text has any other character (marks, joiners,
 * emoji, surrogates, Hebrew, Katakana, scripts that ICU splits by dictionary) ICU itself is asked.
 */
private[text] object WordBreak {
  val OTHER: Byte = 0
  val LETTER: Byte = 1
  val NUMERIC: Byte = 2
  val EXTEND_NUM_LET: Byte = 3
  val MID_LETTER: Byte = 4
  val MID_NUM: Byte = 5
  val MID_NUM_LET: Byte = 6
  val SPACE: Byte = 7
  val UNSUPPORTED: Byte = 8

  private val CLASSES: Array[Byte] = Array.tabulate(1 << 16)(classify)

  def of(char: Char): Byte = CLASSES(char.toInt)

  /** The end of the segment that begins at `start`, right where it and all characters up to the next segment are supported. */
  def segmentEnd(chars: Array[Char], start: Int, to: Int): Int = of(chars(start)) match {
    case LETTER | NUMERIC | EXTEND_NUM_LET => wordEnd(chars, start, to)
    case SPACE => spacesEnd(chars, start, to)
    case _ => start + 1
  }

  /** WB5 to WB13b. */
  private def wordEnd(chars: Array[Char], start: Int, to: Int): Int = {
    var index = start + 1
    var previous = of(chars(start))
    while (index < to) {
      val current = of(chars(index))
      if (isWordPart(current)) previous = current
      else if (index + 1 < to && joins(previous, current, of(chars(index + 1)))) {
        previous = of(chars(index + 1))
        index += 1
      } else return index
      index += 1
    }
    index
  }

  /** WB5, WB8 to WB10, WB13a and WB13b: these classes never break between each other. */
  def isWordPart(wordBreak: Byte): Boolean = wordBreak >= LETTER && wordBreak <= EXTEND_NUM_LET

  /** WB6 and WB7, WB11 and WB12: one mark between two letters, or between two digits. */
  def joins(before: Byte, mark: Byte, after: Byte): Boolean =
    if (before == LETTER && after == LETTER) mark == MID_LETTER || mark == MID_NUM_LET
    else before == NUMERIC && after == NUMERIC && (mark == MID_NUM || mark == MID_NUM_LET)

  /** WB3d. */
  private def spacesEnd(chars: Array[Char], start: Int, to: Int): Int = {
    var index = start + 1
    while (index < to && of(chars(index)) == SPACE) index += 1
    index
  }

  private def classify(codePoint: Int): Byte =
    if (Character.isSurrogate(codePoint.toChar) || isSplitByDictionary(codePoint)) UNSUPPORTED
    else
      UCharacter.getIntPropertyValue(codePoint, UProperty.WORD_BREAK) match {
        case IcuWordBreak.OTHER | IcuWordBreak.DOUBLE_QUOTE | IcuWordBreak.LF | IcuWordBreak.NEWLINE |
            IcuWordBreak.CR =>
          OTHER
        case IcuWordBreak.ALETTER => LETTER
        case IcuWordBreak.NUMERIC => NUMERIC
        case IcuWordBreak.EXTENDNUMLET => EXTEND_NUM_LET
        case IcuWordBreak.MIDLETTER => MID_LETTER
        case IcuWordBreak.MIDNUM => MID_NUM
        case IcuWordBreak.MIDNUMLET | IcuWordBreak.SINGLE_QUOTE => MID_NUM_LET
        case IcuWordBreak.WSEGSPACE => SPACE
        case _ => UNSUPPORTED
      }

  private def isSplitByDictionary(codePoint: Int): Boolean =
    UCharacter.getIntPropertyValue(codePoint, UProperty.LINE_BREAK) == LineBreak.COMPLEX_CONTEXT ||
      DICTIONARY_SCRIPTS.contains(UScript.getScript(codePoint)) || isFullWidth(codePoint)

  /** ICU-12079: full-width digits are numeric for ICU's word rules only. */
  private def isFullWidth(codePoint: Int): Boolean = codePoint >= 0xff00 && codePoint <= 0xffef

  private lazy val DICTIONARY_SCRIPTS = Set(UScript.HAN, UScript.HIRAGANA, UScript.KATAKANA, UScript.HANGUL)
}
