package dev.corpusmill.core.filter

import dev.corpusmill.core.text.PythonText

/** The marks that Gopher's rules look for. */
private[filter] object Symbols {
  val ELLIPSIS = '\u2026'
  private val THREE_DOTS = "..."
  private val BULLET = '\u2022'

  /** `text.count(mark)`. */
  def count(text: String, mark: Char): Int = {
    var found = 0
    var index = text.indexOf(mark.toInt)
    while (index >= 0) {
      found += 1
      index = text.indexOf(mark.toInt, index + 1)
    }
    found
  }

  /** `text.count("...")`: occurrences do not overlap. */
  def countThreeDots(text: String): Int = {
    var found = 0
    var index = text.indexOf('.'.toInt)
    while (index >= 0) {
      val isFound = text.startsWith(THREE_DOTS, index)
      if (isFound) found += 1
      index = text.indexOf('.'.toInt, index + (if (isFound) THREE_DOTS.length else 1))
    }
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
