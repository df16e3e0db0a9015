package dev.corpusmill.core.text

/** How large a text is: in code points, and in bytes of UTF-8. A lone surrogate is one code point of three bytes. */
final case class TextSize(codePoints: Int, utf8Bytes: Long)

object TextSize {
  private val SURROGATE_BITS = 0xf800
  private val SURROGATES = 0xd800

  /** Looks at all characters once. */
  def of(chars: Array[Char]): TextSize = {
    var twoBytes = 0L
    var threeBytes = 0L
    var pairs = 0
    var index = 0
    while (index + 4 <= chars.length) {
      val word = FourChars.at(chars, index)
      if (!FourChars.isAscii(word)) {
        twoBytes += FourChars.countFrom(word, 0x80)
        threeBytes += FourChars.countFrom(word, 0x800)
        if (FourChars.has(word, SURROGATES, SURROGATE_BITS)) pairs += countPairs(chars, index, index + 4)
      }
      index += 4
    }
    pairs += countPairs(chars, index, chars.length)
    while (index < chars.length) {
      if (chars(index) >= 0x80) twoBytes += 1
      if (chars(index) >= 0x800) threeBytes += 1
      index += 1
    }
    TextSize(chars.length - pairs, chars.length + twoBytes + threeBytes - 2L * pairs)
  }

  /** Low surrogates in [from, to) that follow a high one. */
  private def countPairs(chars: Array[Char], from: Int, to: Int): Int = {
    var pairs = 0
    var index = math.max(1, from)
    while (index < to) {
      if (Character.isSurrogatePair(chars(index - 1), chars(index))) pairs += 1
      index += 1
    }
    pairs
  }
}
