package dev.corpusmill.core.text

/**
 * Sentences by the rule of spaCy's sentencizer (spacy/pipeline/sentencizer.pyx), which datatrove uses for English, over
 * UAX #29 words: after a word that is one of [[Punctuation.SENTENCE_END]], the next word that is neither such nor
 * punctuation begins a sentence.
 */
object Sentences {

  /** The number of sentences of a text; 0 where it has no words. */
  def count(text: String): Int = {
    val chars = text.toCharArray
    val words = WordSplitter.get().split(chars)
    var sentences = math.min(1, words.size)
    var hasEnded = false
    var index = 0
    while (index < words.size) {
      val isEnd = isSentenceEnd(chars, words.start(index), words.end(index))
      if (hasEnded && !isEnd && !isPunctuation(chars, words.start(index), words.end(index))) {
        sentences += 1
        hasEnded = false
      } else if (isEnd) hasEnded = true
      index += 1
    }
    sentences
  }

  private def isSentenceEnd(chars: Array[Char], start: Int, end: Int): Boolean = {
    val first = Character.codePointAt(chars, start, end)
    end - start == Character.charCount(first) && Punctuation.SENTENCE_END.contains(first)
  }

  private def isPunctuation(chars: Array[Char], start: Int, end: Int): Boolean = {
    var index = start
    while (index < end) {
      val codePoint = Character.codePointAt(chars, index, end)
      if ((CharTraits.of(codePoint) & CharTraits.PUNCTUATION) == 0) return false
      index += Character.charCount(codePoint)
    }
    true
  }
}
