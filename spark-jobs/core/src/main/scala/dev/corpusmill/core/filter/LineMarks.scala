package dev.corpusmill.core.filter

import dev.corpusmill.core.text.Span

/**
 * What a line contains, in one pass: phrases of `line.lower()`, and a curly bracket. A phrase is looked for where one of
 * its letters stands that few words have.
 */
private[filter] object LineMarks {
  val LOREM_IPSUM = 1
  val JAVASCRIPT = 2
  val CURLY_BRACKET = 4
  val POLICY = 8

  private val KELVIN_SIGN = '\u212a'
  private val ASCII = 128

  private val PHRASES: Seq[Phrase] = Seq(
    Phrase("lorem ipsum", 'm', LOREM_IPSUM),
    Phrase("javascript", 'j', JAVASCRIPT),
    Phrase("{", '{', CURLY_BRACKET),
    Phrase("terms of use", 'f', POLICY),
    Phrase("privacy policy", 'v', POLICY)
  ) ++ Seq("cookie policy", "uses cookies", "use of cookies", "use cookies").map(Phrase(_, 'k', POLICY))

  /** Phrases by their rare letter, in both cases; null where a character is none. */
  private val BY_LETTER: Array[Array[Phrase]] = Array.tabulate(ASCII) { code =>
    val phrases = PHRASES.filter(_.letter == lower(code.toChar)).toArray
    if (phrases.isEmpty) null else phrases
  }

  /** A phrase, and where its letter stands first. */
  private final case class Phrase(text: String, letter: Char, mark: Int) {
    val chars: Array[Char] = text.toCharArray
    val before: Int = text.indexOf(letter.toInt)
  }

  def of(chars: Array[Char], line: Span): Int = {
    var marks = 0
    var index = line.start
    while (index < line.end) {
      val char = chars(index)
      val code = if (char == KELVIN_SIGN) 'k' else char
      if (code < ASCII && BY_LETTER(code.toInt) != null) marks |=
        marksAt(chars, line, index, BY_LETTER(code.toInt))
      index += 1
    }
    marks
  }

  private def marksAt(chars: Array[Char], line: Span, index: Int, phrases: Array[Phrase]): Int = {
    var marks = 0
    var number = 0
    while (number < phrases.length) {
      val phrase = phrases(number)
      val start = index - phrase.before
      if (start >= line.start && stands(phrase.chars, chars, start, line.end)) marks |= phrase.mark
      number += 1
    }
    marks
  }

  private def stands(phrase: Array[Char], chars: Array[Char], start: Int, end: Int): Boolean =
    start + phrase.length <= end && {
      var index = 0
      while (index < phrase.length && lower(chars(start + index)) == phrase(index)) index += 1
      index == phrase.length
    }

  /** The Kelvin sign is the one other character whose whole lower case is an ASCII letter. */
  private def lower(char: Char): Char =
    if (char >= 'A' && char <= 'Z') (char + ('a' - 'A')).toChar else if (char == KELVIN_SIGN) 'k' else char
}
