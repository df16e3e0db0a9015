package dev.corpusmill.core.bpe

import java.lang.Long.{bitCount, numberOfTrailingZeros}

/**
 * GPT-2's pieces by where they begin: before every code point of another class than the one before it, unless that is a
 * blank; before the last of several white spaces that another class follows; and where a contraction ends, which is
 * looked for where an apostrophe begins a piece.
 *
 * So nothing asks where a run ends, as processors guess that wrong for every word. Text goes by blocks of up to 64
 * bytes: longs say which of them are letters, numbers and so on. All bytes of a code point are of its class; only white
 * space of more than one byte, which is rare, goes by code points.
 */
private[bpe] final class Gpt2Scanner extends PieceScanner {
  import Gpt2Scanner._

  // Sixteen ends are written where there may be fewer
  val ends = new Array[Int](PieceScanner.MOST + 16)
  private val planes = new AsciiPlanes
  private var count = 0

  /** The bits of the code point that was last looked at, or `START`, and where it begins. */
  private var last = START
  private var lastAt = 0

  /** Whether white space of more than one byte ends the block. */
  private var isSpaceNext = false

  def scan(text: Array[Byte], from: Int, until: Int): Int = {
    count = 0
    last = START
    var at = from
    while (at < until && count < PieceScanner.ENOUGH) {
      planes.read(text, at)
      val size = blockSize(text, at, until)
      if (size > 0) scanBlock(text, at, size)
      at += size
      if (size > 0 && last == START && at < until) add(at)
      if (isSpaceNext) at = scanSpaces(text, at, until)
    }
    if (at >= until) add(until)
    count
  }

  /**
   * How many of the bytes from `from` on are one block: not those behind the text's end, a code point that is cut off, an
   * apostrophe whose contraction may be, and white space of more than one byte.
   */
  private def blockSize(text: Array[Byte], from: Int, until: Int): Int = {
    val late = planes.apostrophes >>> LATE
    val end = if (late == 0) BLOCK else LATE + numberOfTrailingZeros(late)
    val size = math.min(end, until - from)
    isSpaceNext = false
    if ((planes.others & prefix(size)) == 0) size else classifyOthers(text, from, size)
  }

  /** Adds the code points above ASCII to their classes; returns the block's size. */
  private def classifyOthers(text: Array[Byte], from: Int, most: Int): Int = {
    var rest = planes.others & prefix(most)
    var size = most
    while (rest != 0) {
      val place = numberOfTrailingZeros(rest)
      val length = Utf8.lengthOf(text(from + place))
      val kind = UnicodeClasses.classOf(Utf8.codePointAt(text, from + place))
      isSpaceNext = kind == UnicodeClasses.SPACE
      if (isSpaceNext || place + length > BLOCK) {
        size = place
        rest = 0
      } else {
        val bytes = prefix(length) << place
        if (kind == UnicodeClasses.LETTER) planes.letters |= bytes
        else if (kind == UnicodeClasses.NUMBER) planes.numbers |= bytes
        rest &= ~bytes
      }
    }
    size
  }

  private def scanBlock(text: Array[Byte], from: Int, size: Int): Unit = {
    val inside = prefix(size)
    val spaces = planes.spaces
    val spacesBefore = (spaces << 1) | bitOf(last, SPACE)
    val blanksBefore = (planes.blanks << 1) | bitOf(last, BLANK)
    val doubles = spaces & spacesBefore
    val afterDoubles = ((doubles << 1) | bitOf(last, DOUBLE)) & ~spaces & inside
    val changes = (planes.letters ^ ((planes.letters << 1) | bitOf(last, LETTER))) |
      (planes.numbers ^ ((planes.numbers << 1) | bitOf(last, NUMBER))) |
      (spaces ^ spacesBefore)
    val begins = (changes & ~blanksBefore & inside) | (afterDoubles >>> 1)
    val start = if (last == START) 1L else 0L
    if ((afterDoubles & 1) != 0) add(lastAt)
    lastAt = from + size - 1
    last = lastBits(doubles, size)
    if ((planes.apostrophes & inside & (begins | start)) == 0) addAll(begins, from)
    else addAll(withContractions(text, from, size)(begins | start) & ~start, from)
  }

  private def lastBits(doubles: Long, size: Int): Int = {
    val place = size - 1
    val bits =
      ((planes.letters >>> place) & 1) |
        (((planes.numbers >>> place) & 1) << 1) |
        (((planes.spaces >>> place) & 1) << 2) |
        (((planes.blanks >>> place) & 1) << 3) |
        (((doubles >>> place) & 1) << 4)
    bits.toInt
  }

  /** Contractions are whole pieces where one begins; what follows one begins a piece, `START` behind the block's end. */
  private def withContractions(text: Array[Byte], from: Int, size: Int)(begins: Long): Long = {
    var changed = begins
    var rest = planes.apostrophes & prefix(size)
    while (rest != 0) {
      val place = numberOfTrailingZeros(rest)
      val length =
        if (((changed >>> place) & 1) == 0) 0 else contractionBytes(text, from + place, from + size)
      if (length > 0) {
        changed &= ~(prefix(length - 1) << (place + 1))
        if (place + length < size) changed |= 1L << (place + length) else last = START
      }
      rest &= rest - 1
    }
    changed
  }

  /** Goes on behind white space and the code point after it. */
  private def scanSpaces(text: Array[Byte], from: Int, until: Int): Int = {
    var at = from
    var inside = true
    while (inside && at < until) {
      at = scanCodePoint(text, at, until)
      inside = (last & SPACE) != 0
    }
    at
  }

  private def scanCodePoint(text: Array[Byte], at: Int, until: Int): Int = {
    val bits = bitsOf(Utf8.codePointAt(text, at))
    val isBegin = ((bits ^ last) & CLASS) != 0 && (last & BLANK) == 0
    if ((last & DOUBLE) != 0 && (bits & SPACE) == 0) add(lastAt)
    if (isBegin) add(at)
    val contraction =
      if (text(at) == '\'' && (isBegin || last == START)) contractionBytes(text, at, until) else 0
    if (contraction > 0) {
      if (at + contraction < until) add(at + contraction)
      last = START
      at + contraction
    } else {
      lastAt = at
      last = bits | ((bits & last & SPACE) << 2)
      at + Utf8.lengthOf(text(at))
    }
  }

  private def add(end: Int): Unit = {
    ends(count) = end
    count += 1
  }

  /** Adds the places of all bits. */
  private def addAll(begins: Long, at: Int): Unit = {
    val behind8 = writeFour(writeFour(begins, at, count), at, count + 4)
    var rest = writeFour(writeFour(behind8, at, count + 8), at, count + 12)
    var next = count + 16
    while (rest != 0) {
      rest = writeFour(rest, at, next)
      next += 4
    }
    count += bitCount(begins)
  }

  /** Writes the places of the four lowest bits to `ends` from `index` on; returns the other bits. */
  private def writeFour(bits: Long, at: Int, index: Int): Long = {
    val second = bits & (bits - 1)
    val third = second & (second - 1)
    val fourth = third & (third - 1)
    ends(index) = at + numberOfTrailingZeros(bits)
    ends(index + 1) = at + numberOfTrailingZeros(second)
    ends(index + 2) = at + numberOfTrailingZeros(third)
    ends(index + 3) = at + numberOfTrailingZeros(fourth)
    fourth & (fourth - 1)
  }
}

private object Gpt2Scanner {
  private val BLOCK = 64

  /** The last places from which on a contraction may be cut off: it has three bytes at most. */
  private val LATE = BLOCK - 2

  /** Bits of a code point: its class, whether it is a blank, and whether it is white space after white space. */
  private val LETTER = 1
  private val NUMBER = 2
  private val SPACE = 4
  private val BLANK = 8
  private val DOUBLE = 16
  private val CLASS = LETTER | NUMBER | SPACE

  /** What stands before a piece: like a blank, nothing begins after it, but it is no white space. */
  private val START = BLANK

  private def bitsOf(codePoint: Int): Int =
    if (codePoint == ' ') SPACE | BLANK
    else
      UnicodeClasses.classOf(codePoint) match {
        case UnicodeClasses.LETTER => LETTER
        case UnicodeClasses.NUMBER => NUMBER
        case UnicodeClasses.SPACE => SPACE
        case _ => 0
      }

  /** 1 if `bits` have `bit`. */
  private def bitOf(bits: Int, bit: Int): Long = ((bits >>> Integer.numberOfTrailingZeros(bit)) & 1).toLong

  /** The first `count` bits, of which there are 64 at most. */
  private def prefix(count: Int): Long = if (count == 0) 0L else -1L >>> (64 - count)

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
