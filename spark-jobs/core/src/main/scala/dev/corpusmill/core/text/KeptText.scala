package dev.corpusmill.core.text

/**
 * Builds what is left of a text from its lines, taken in order, with the words of the result: those of a line that
 * stays as it is are moved and not looked for again. That is right because no split has words that cross a line end.
 */
final class KeptText(original: AnalyzedText) {
  private val text = new java.lang.StringBuilder(original.chars.length)
  private val words = new SpansBuilder
  private var nextWord = 0
  private var lineCount = 0

  /** The part [start, end) of the original, which begins and ends where no word does more than touch. */
  def addUnchanged(start: Int, end: Int): Unit = {
    val shift = beginLine() - start
    val _ = text.append(original.chars, start, end - start)
    while (nextWord < original.words.size && original.words.start(nextWord) < start) nextWord += 1
    while (nextWord < original.words.size && original.words.start(nextWord) < end) {
      words.add(original.words.start(nextWord) + shift, original.words.end(nextWord) + shift)
      nextWord += 1
    }
  }

  /** Another line in the place of one of the original's. */
  def addChanged(line: String): Unit = {
    val shift = beginLine()
    val _ = text.append(line)
    val found = original.split(line.toCharArray)
    (0 until found.size).foreach(index => words.add(found.start(index) + shift, found.end(index) + shift))
  }

  /** The lines joined by line feeds, without white space at the ends; the original itself where it is the same. */
  def build(): AnalyzedText = {
    val chars = text.toString.toCharArray
    val stripped = PythonText.strip(chars, 0, chars.length)
    val result = new String(chars, stripped.start, stripped.length)
    if (result == original.text) original
    else new AnalyzedText(result, original.split, Some(words.build().shifted(-stripped.start)))
  }

  private def beginLine(): Int = {
    if (lineCount > 0) { val _ = text.append('\n') }
    lineCount += 1
    text.length
  }
}
