package dev.corpusmill.core.bpe

/** Reads code points from valid UTF-8. */
private[bpe] object Utf8 {

  /** Bytes of the code point whose first byte is `lead`. */
  def lengthOf(lead: Byte): Int =
    if (lead >= 0) 1
    else if ((lead & 0xe0) == 0xc0) 2
    else if ((lead & 0xf0) == 0xe0) 3
    else 4

  /** Code point that starts at `at`. */
  def codePointAt(text: Array[Byte], at: Int): Int = {
    val lead = text(at)
    lengthOf(lead) match {
      case 1 => lead.toInt
      case 2 => ((lead & 0x1f) << 6) | tail(text, at + 1)
      case 3 => ((lead & 0x0f) << 12) | (tail(text, at + 1) << 6) | tail(text, at + 2)
      case _ =>
        ((lead & 0x07) << 18) | (tail(text, at + 1) << 12) | (tail(text, at + 2) << 6) | tail(text, at + 3)
    }
  }

  /** Start of the code point that ends right before `end`. */
  def startOfPrevious(text: Array[Byte], end: Int): Int = {
    var at = end - 1
    while ((text(at) & 0xc0) == 0x80) at -= 1
    at
  }

  /** Class (`UnicodeClasses`) of the code point that starts at `at`. */
  def classAt(text: Array[Byte], at: Int): Byte = {
    val lead = text(at)
    if (lead >= 0) UnicodeClasses.ASCII(lead.toInt) else UnicodeClasses.classOf(codePointAt(text, at))
  }

  private def tail(text: Array[Byte], at: Int): Int = text(at) & 0x3f
}
