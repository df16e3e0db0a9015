package dev.corpusmill.core.filter

import dev.corpusmill.core.text.PythonText

/** The marks that Gopher's rules look for. */
private[filter] object Symbols {
  val ELLIPSIS = '\u2026'
  private val BULLET = '\u2022'

  /** `text.count(char)`. */
  def count(chars: Array[Char], char: Char): Int = {
    var found = 0
    var index = 0
    while (index < chars.length) {
      if (chars(index) == char) found += 1
      index += 1
    }
    found
  }

  /** `text.count("...")`: occurrences do not overlap. */
  def countThreeDots(chars: Array[Char]): Int = {
    var found = 0
    var index = 0
    while (index + 2 < chars.length)
      if (isThreeDots(chars, index)) {
        found += 1
        index += 3
      } else index += 1
    found
  }

  /** `line.lstrip().startswith(("•", "-"))`. */
  def startsWithBullet(chars: Array[Char], start: Int, end: Int): Boolean = {
    val first = PythonText.skipSpaces(chars, start, end)
    first < end && (chars(first) == BULLET || chars(first) == '-')
  }

  /** `line.rstrip().endswith(("...", "…"))`. */
  def endsWithEllipsis(chars: Array[Char], start: Int, end: Int): Boolean = {
    val last = PythonText.trimEnd(chars, start, end)
    (last > start && chars(last - 1) == ELLIPSIS) || (last - 3 >= start && isThreeDots(chars, last - 3))
  }

  private def isThreeDots(chars: Array[Char], index: Int): Boolean =
    chars(index) == '.' && chars(index + 1) == '.' && chars(index + 2) == '.'
}
