package dev.corpusmill.core.text

import java.util.Arrays

/**
 * Builds what is left of a text from its lines, taken in order, with the words of the result: those of a line that
 * stays as it is are moved and not looked for again. That is right because no split has words that cross a line end.
 */
final class KeptText(original: AnalyzedText) {
  private var chars = new Array[Char](original.chars.length)
  private var length = 0
  private val words = new SpansBuilder(original.words.size)
  private var firstWord = 0
  private var nextWord = 0
  private var lineCount = 0

  /** The part [start, end) of the original, which begins and ends where no word does more than touch. */
  def addUnchanged(start: Int, end: Int): Unit = {
    val shift = beginLine(end - start) - start
    System.arraycopy(original.chars, start, chars, length, end - start)
    length += end - start
    val found = original.words
    firstWord = nextWord
    while (firstWord < found.size && found.start(firstWord) < start) firstWord += 1
    nextWord = firstWord
    while (nextWord < found.size && found.start(nextWord) < end) {
      words.add(found.start(nextWord) + shift, found.end(nextWord) + shift)
      nextWord += 1
    }
  }

  /** Sentences of the part that was last added by [[addUnchanged]]. */
  def lastSentences: Int = Sentences.count(original, firstWord, nextWord)

  /** Another line in the place of one of the original's. */
  def addChanged(line: String): Unit = {
    val shift = beginLine(line.length)
    line.getChars(0, line.length, chars, length)
    length += line.length
    val found = original.split(line.toCharArray)
    var index = 0
    while (index < found.size) {
      words.add(found.start(index) + shift, found.end(index) + shift)
      index += 1
    }
  }

  /** The lines joined by line feeds, without white space at the ends; the original itself where it is the same. */
  def build(): AnalyzedText = {
    val stripped = PythonText.strip(chars, 0, length)
    if (Arrays.equals(chars, stripped.start, stripped.end, original.chars, 0, original.chars.length)) original
    else {
      val result = new String(chars, stripped.start, stripped.length)
      new AnalyzedText(result, original.split, Some(words.build().shifted(-stripped.start)))
    }
  }

  /** Makes room for a line; returns where it begins. */
  private def beginLine(size: Int): Int = {
    if (chars.length - length < size + 1)
      chars = Arrays.copyOf(chars, math.max(2 * chars.length, length + size + 1))
    if (lineCount > 0) {
      chars(length) = '\n'
      length += 1
    }
    lineCount += 1
    length
  }
}
