package dev.corpusmill.core.bpe

import java.lang.Long.{bitCount, numberOfTrailingZeros}

/**
 * GPT-2's pieces by where they begin: before every code point of another class than the one before it, unless that is a
 * blank; before the last of several white spaces that another class follows; and where a contraction ends, which is
 * looked for where an apostrophe begins a piece.
 *
 * So nothing asks where a run ends, as processors guess that wrong for every word. ASCII goes eight bytes at a time:
 * longs have the high bit of those bytes that are letters, numbers and so on.
 */
private[bpe] final class Gpt2Scanner extends PieceScanner {
  import Gpt2Scanner._

  // Four ends are written where there may be fewer
  val ends = new Array[Int](PieceScanner.MOST + 4)
  private var count = 0

  /** The bits of the code point that was last looked at, or `START`, and where it begins. */
  private var last = START
  private var lastAt = 0

  def scan(text: Array[Byte], from: Int, until: Int): Int = {
    count = 0
    last = START
    var at = from
    while (at < until && count < PieceScanner.ENOUGH) {
      if (isAsciiAt(text, at, until)) at = scanAscii(text, at, until)
      if (at < until && count < PieceScanner.ENOUGH) at = scanCodePoints(text, at, until)
    }
    if (at >= until) add(until)
    count
  }

  /** Goes on as long as eight bytes are ASCII and no contraction may begin in them; returns where that ends. */
  private def scanAscii(text: Array[Byte], from: Int, until: Int): Int = {
    var at = from
    var letters = last.toLong << 63
    var numbers = (last & NUMBER).toLong << 62
    var spaces = (last & SPACE).toLong << 61
    var blanks = (last & BLANK).toLong << 60
    var doubles = (last & DOUBLE).toLong << 59
    var start = if (last == START) FIRST_BYTE else 0L
    var inside = true
    while (inside) {
      val word = Bytes.longAt(text, at)
      val lettersNow = Bytes.asciiLetters(word)
      val numbersNow = Bytes.asciiDigits(word)
      val blanksNow = Bytes.asciiBlanks(word)
      val spacesNow = blanksNow | Bytes.asciiControlSpaces(word)
      val spacesBefore = (spacesNow << 8) | (spaces >>> 56)
      val changes =
        (lettersNow ^ ((lettersNow << 8) | (letters >>> 56))) |
          (numbersNow ^ ((numbersNow << 8) | (numbers >>> 56))) |
          (spacesNow ^ spacesBefore)
      val doublesNow = spacesNow & spacesBefore
      val afterDoubles = ((doublesNow << 8) | (doubles >>> 56)) & ~spacesNow
      val begins = (changes & ~((blanksNow << 8) | (blanks >>> 56))) | (afterDoubles >>> 8)
      if ((Bytes.asciiApostrophes(word) & (begins | start)) != 0) inside = false
      else {
        if ((afterDoubles & FIRST_BYTE) != 0) add(lastAt)
        addAll(begins, at)
        letters = lettersNow
        numbers = numbersNow
        spaces = spacesNow
        blanks = blanksNow
        doubles = doublesNow
        start = 0L
        at += 8
        lastAt = at - 1
        inside = count < PieceScanner.ENOUGH && isAsciiAt(text, at, until)
      }
    }
    if (at > from)
      last =
        ((letters >>> 63) |
          (numbers >>> 63 << 1) |
          (spaces >>> 63 << 2) |
          (blanks >>> 63 << 3) |
          (doubles >>> 63 << 4)).toInt
    at
  }

  /** Goes on, eight bytes at least, until the next eight are ASCII; returns where that is. */
  private def scanCodePoints(text: Array[Byte], from: Int, until: Int): Int = {
    var at = from
    while (at < until && count < PieceScanner.ENOUGH && (at < from + 8 || !isAsciiAt(text, at, until))) {
      val lead = text(at)
      val bits = if (lead >= 0) ASCII_BITS(lead.toInt) else bitsOf(Utf8.codePointAt(text, at))
      val isBegin = ((bits ^ last) & CLASS) != 0 && (last & BLANK) == 0
      if ((last & DOUBLE) != 0 && (bits & SPACE) == 0) add(lastAt)
      if (isBegin) add(at)
      val contraction =
        if (lead == '\'' && (isBegin || last == START)) contractionBytes(text, at, until) else 0
      if (contraction > 0) {
        at += contraction
        if (at < until) add(at)
        last = START
      } else {
        lastAt = at
        last = bits | ((bits & last & SPACE) << 2)
        at += Utf8.lengthOf(lead)
      }
    }
    at
  }

  private def add(end: Int): Unit = {
    ends(count) = end
    count += 1
  }

  /** Adds the places of all bytes with a high bit. */
  private def addAll(begins: Long, at: Int): Unit = {
    val second = begins & (begins - 1)
    val third = second & (second - 1)
    val fourth = third & (third - 1)
    ends(count) = at + (numberOfTrailingZeros(begins) >>> 3)
    ends(count + 1) = at + (numberOfTrailingZeros(second) >>> 3)
    ends(count + 2) = at + (numberOfTrailingZeros(third) >>> 3)
    ends(count + 3) = at + (numberOfTrailingZeros(fourth) >>> 3)
    var rest = fourth & (fourth - 1)
    var next = count + 4
    while (rest != 0) {
      ends(next) = at + (numberOfTrailingZeros(rest) >>> 3)
      rest &= rest - 1
      next += 1
    }
    count += bitCount(begins)
  }
}

private object Gpt2Scanner {

  /** Bits of a code point: its class, whether it is a blank, and whether it is white space after white space. */
  private val LETTER = 1
  private val NUMBER = 2
  private val SPACE = 4
  private val BLANK = 8
  private val DOUBLE = 16
  private val CLASS = LETTER | NUMBER | SPACE

  /** What stands before a piece: like a blank, nothing begins after it, but it is no white space. */
  private val START = BLANK
  private val FIRST_BYTE = 0x80L

  private val ASCII_BITS: Array[Int] =
    Array.tabulate(128)(byte => if (byte == ' ') SPACE | BLANK else bitsOf(byte))

  private def bitsOf(codePoint: Int): Int = UnicodeClasses.classOf(codePoint) match {
    case UnicodeClasses.LETTER => LETTER
    case UnicodeClasses.NUMBER => NUMBER
    case UnicodeClasses.SPACE => SPACE
    case _ => 0
  }

  private def isAsciiAt(text: Array[Byte], at: Int, until: Int): Boolean =
    at + 8 <= until && Bytes.isAscii(Bytes.longAt(text, at))

  private def contractionBytes(text: Array[Byte], from: Int, until: Int): Int =
    if (from + 1 >= until) 0
    else
      text(from + 1) match {
        case 's' | 't' | 'm' | 'd' => 2
        case 'r' | 'v' => if (from + 2 < until && text(from + 2) == 'e') 3 else 0
        case 'l' => if (from + 2 < until && text(from + 2) == 'l') 3 else 0
        case _ => 0
      }
}
