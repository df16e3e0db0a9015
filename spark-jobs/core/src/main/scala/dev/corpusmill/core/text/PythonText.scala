package dev.corpusmill.core.text

/**
 * Python's notions of white space and lines, which the filter rules are defined by: `str.isspace`, `str.strip`,
 * `str.splitlines` (Python's documentation of built-in types). Positions are UTF-16 indexes, ends exclusive.
 */
object PythonText {
  private val SPACES = CodePointSet.parse("09-0d 1c-20 85 a0 1680 2000-200a 2028 2029 202f 205f 3000")
  private val NEXT_LINE = 0x85

  /** And the paragraph separator, which is the next one. */
  private val LINE_SEPARATOR = 0x2028
  private val LINE_ENDS = CodePointSet.parse("0a-0d 1c-1e 85 2028 2029")

  /** True for the characters that `str.isspace` is true for; all are in the BMP. */
  def isSpace(char: Char): Boolean =
    if (char < 128) char == ' ' || (char >= 0x09 && char <= 0x0d) || (char >= 0x1c && char <= 0x1f)
    else SPACES.contains(char.toInt)

  /** The first position in [from, to) that is no white space; `to` where there is none. */
  def skipSpaces(chars: Array[Char], from: Int, to: Int): Int = {
    var start = from
    while (start < to && isSpace(chars(start))) start += 1
    start
  }

  /** The end of [from, to) without the white space at its end. */
  def trimEnd(chars: Array[Char], from: Int, to: Int): Int = {
    var end = to
    while (end > from && isSpace(chars(end - 1))) end -= 1
    end
  }

  /** `text.strip()` as a span; an empty one where all is white space. */
  def strip(chars: Array[Char], from: Int, to: Int): Span = {
    val start = skipSpaces(chars, from, to)
    Span(start, trimEnd(chars, start, to))
  }

  /** `text.splitlines()`: line ends are not part of the lines, and there is no line after the last line end. */
  def splitLines(chars: Array[Char]): Spans = {
    val lines = new SpansBuilder
    var start = 0
    var index = nextLineEnd(chars, 0)
    while (index < chars.length) {
      lines.add(start, index)
      if (chars(index) == '\r' && index + 1 < chars.length && chars(index + 1) == '\n') index += 1
      start = index + 1
      index = nextLineEnd(chars, start)
    }
    if (start < chars.length) lines.add(start, chars.length)
    lines.build()
  }

  /** `re.split('\n{minimum,}', text)` of a part: the runs of at least `minimum` line feeds separate. */
  def splitAtLineFeeds(text: String, within: Span, minimum: Int): Spans = {
    val parts = new SpansBuilder
    var start = within.start
    var index = nextLineFeed(text, start, within.end)
    while (index < within.end) {
      var runEnd = index + 1
      while (runEnd < within.end && text.charAt(runEnd) == '\n') runEnd += 1
      if (runEnd - index >= minimum) {
        parts.add(start, index)
        start = runEnd
      }
      index = nextLineFeed(text, runEnd, within.end)
    }
    parts.add(start, within.end)
    parts.build()
  }

  /** `text.split('\n')`: every line feed separates, so that empty lines are among the parts. */
  def splitAtSingleLineFeeds(text: String): Spans = {
    val parts = new SpansBuilder
    var start = 0
    var index = nextLineFeed(text, 0, text.length)
    while (index < text.length) {
      parts.add(start, index)
      start = index + 1
      index = nextLineFeed(text, start, text.length)
    }
    parts.add(start, text.length)
    parts.build()
  }

  /** `len` of a span: code points, where a lone surrogate counts as one. */
  def codePoints(chars: Array[Char], from: Int, to: Int): Int = {
    var count = to - from
    var index = from + 1
    while (index < to) {
      if (Character.isLowSurrogate(chars(index)) && Character.isHighSurrogate(chars(index - 1))) {
        count -= 1
        index += 1
      }
      index += 1
    }
    count
  }

  /** The next line feed in [from, to); `to` where there is none. */
  private def nextLineFeed(text: String, from: Int, to: Int): Int = {
    val found = text.indexOf('\n'.toInt, from)
    if (found < 0 || found > to) to else found
  }

  /** The next line end from `from` on, or the end of the text. */
  private def nextLineEnd(chars: Array[Char], from: Int): Int = {
    var index = from
    while (index < chars.length)
      if (index + 4 <= chars.length && !mayHaveLineEnd(FourChars.at(chars, index))) index += 4
      else {
        val until = math.min(chars.length, index + 4)
        while (index < until && !isLineEnd(chars(index))) index += 1
        if (index < until) return index
      }
    chars.length
  }

  private def mayHaveLineEnd(word: Long): Boolean =
    FourChars.hasBelow(word, ' ') ||
      !FourChars.isAscii(word) &&
      (FourChars.has(word, NEXT_LINE) || FourChars.has(word, LINE_SEPARATOR, 0xfffe))

  private def isLineEnd(char: Char): Boolean =
    if (char < 128) (char >= 0x0a && char <= 0x0d) || (char >= 0x1c && char <= 0x1e)
    else LINE_ENDS.contains(char.toInt)
}
