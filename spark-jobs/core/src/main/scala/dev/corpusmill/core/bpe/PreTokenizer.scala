package dev.corpusmill.core.bpe

import dev.corpusmill.core.bpe.UnicodeClasses.{LETTER, NUMBER, OTHER, SPACE}

/**
 * Splits UTF-8 text into the pieces that byte pairs are merged within. Hand-written equals of the regular
 * expressions of GPT-2 and its successors; every piece is one match, and the matches cover the whole text.
 */
sealed trait PreTokenizer extends Serializable {

  /** A scanner for one task. */
  private[bpe] def newScanner(): PieceScanner
}

/** GPT-2: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`. */
case object Gpt2PreTokenizer extends PreTokenizer {
  private[bpe] def newScanner(): PieceScanner = new Gpt2Scanner
}

/**
 * cl100k (GPT-4), Llama 3 and, with one digit a piece, Qwen 2:
 * `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
 */
final case class Cl100kPreTokenizer(maxDigits: Int) extends PreTokenizer {

  private[bpe] def newScanner(): PieceScanner = new SteppingScanner(this)

  /** End of the piece that starts at `from`; `from < until`. Both are byte offsets. */
  private[bpe] def pieceEnd(text: Array[Byte], from: Int, until: Int): Int = {
    val contraction = if (text(from) == '\'') contractionBytes(text, from, until) else 0
    if (contraction > 0) from + contraction
    else
      Utf8.classAt(text, from) match {
        case LETTER => Runs.endOf(text, from, until)(LETTER)
        case NUMBER => digitsEnd(text, from, until)
        case kind => markEnd(text, from, until)(kind)
      }
  }

  /** A white space or other character: it may lead a word, or other characters where it is a blank. */
  private def markEnd(text: Array[Byte], from: Int, until: Int)(kind: Byte): Int = {
    val second = from + Utf8.lengthOf(text(from))
    val secondClass = if (second < until) Utf8.classAt(text, second) else SPACE
    if (secondClass == LETTER && !isLineEnd(text(from))) Runs.endOf(text, second, until)(LETTER)
    else if (kind == OTHER) lineEndsEnd(text, Runs.endOf(text, from, until)(OTHER), until)
    else if (text(from) == ' ' && secondClass == OTHER)
      lineEndsEnd(text, Runs.endOf(text, second, until)(OTHER), until)
    else whitespaceEnd(text, from, until)
  }

  private def digitsEnd(text: Array[Byte], from: Int, until: Int): Int = {
    var at = from
    var digits = 0
    while (digits < maxDigits && at < until && Utf8.classAt(text, at) == NUMBER) {
      at += Utf8.lengthOf(text(at))
      digits += 1
    }
    at
  }

  private def lineEndsEnd(text: Array[Byte], from: Int, until: Int): Int = {
    var at = from
    while (at < until && isLineEnd(text(at))) at += 1
    at
  }

  private def whitespaceEnd(text: Array[Byte], from: Int, until: Int): Int = {
    val end = Runs.endOf(text, from, until)(SPACE)
    var afterLineEnd = end
    while (afterLineEnd > from && !isLineEnd(text(afterLineEnd - 1))) afterLineEnd -= 1
    if (afterLineEnd > from) afterLineEnd else Runs.withoutLast(text, from, end)(until)
  }

  private def isLineEnd(byte: Byte): Boolean = byte == '\n' || byte == '\r'

  /** Letter case is ignored as Unicode folds it: U+017F (long s, C5 BF) is an s. */
  private def contractionBytes(text: Array[Byte], from: Int, until: Int): Int =
    if (from + 1 >= until) 0
    else
      (text(from + 1) | 0x20).toChar match {
        case 's' | 't' | 'm' | 'd' => 2
        case 'r' | 'v' => if (isLetterAt(text, from + 2, until)('e')) 3 else 0
        case 'l' => if (isLetterAt(text, from + 2, until)('l')) 3 else 0
        case _ => if (isLongS(text, from + 1, until)) 3 else 0
      }

  private def isLetterAt(text: Array[Byte], at: Int, until: Int)(lower: Char): Boolean =
    at < until && (text(at) | 0x20) == lower

  private def isLongS(text: Array[Byte], at: Int, until: Int): Boolean =
    at + 1 < until && text(at) == 0xc5.toByte && text(at + 1) == 0xbf.toByte
}

/** Runs of one class of code points. */
private[bpe] object Runs {

  /** End of the run of code points of class `kind` from `from` on; `from` itself where there is none. */
  def endOf(text: Array[Byte], from: Int, until: Int)(kind: Byte): Int =
    if (kind == LETTER) lettersEnd(text, from, until) else runEnd(text, from, until)(kind)

  /** Eight bytes at a time as long as they are ASCII. */
  private def lettersEnd(text: Array[Byte], from: Int, until: Int): Int = {
    var at = from
    var inside = true
    while (inside && at + 8 <= text.length && at < until) {
      val letters = Bytes.leadingAsciiLetters(Bytes.longAt(text, at))
      at += letters
      if (letters < 8) {
        inside = at < until && text(at) < 0 && UnicodeClasses.classOf(Utf8.codePointAt(text, at)) == LETTER
        if (inside) at += Utf8.lengthOf(text(at))
      }
    }
    if (inside) runEnd(text, math.min(at, until), until)(LETTER) else math.min(at, until)
  }

  private def runEnd(text: Array[Byte], from: Int, until: Int)(kind: Byte): Int = {
    val ascii = UnicodeClasses.ASCII
    var at = from
    var inside = true
    while (inside && at < until) {
      val lead = text(at)
      if (lead >= 0) {
        if (ascii(lead.toInt) == kind) at += 1 else inside = false
      } else if (UnicodeClasses.classOf(Utf8.codePointAt(text, at)) == kind) at += Utf8.lengthOf(lead)
      else inside = false
    }
    at
  }

  /** The run from `from` to `end` without its last code point, unless it ends the text or is a single one. */
  def withoutLast(text: Array[Byte], from: Int, end: Int)(until: Int): Int =
    if (end == until) end
    else {
      val last = Utf8.startOfPrevious(text, end)
      if (last > from) last else end
    }
}
