package dev.corpusmill.core.text

/**
 * Sentences by the rule of spaCy's sentencizer (spacy/pipeline/sentencizer.pyx), which datatrove uses for English, over
 * the words of a text: after a word that is one of [[Punctuation.SENTENCE_END]], the next word that is neither such nor
 * punctuation begins a sentence.
 */
object Sentences {

  /** The number of sentences of a text; 0 where it has no words. */
  def count(text: AnalyzedText): Int = count(text, 0, text.words.size)

  /**
   * The number of sentences of the words [from, until) of a text. For a split whose tokens are also runs of white space
   * (which are no words here), such a run begins a sentence too, as it does for spaCy.
   */
  def count(text: AnalyzedText, from: Int, until: Int): Int = {
    var sentences = math.min(1, until - from)
    var hasEnded = false
    var index = from
    while (index < until) {
      val marks = marksOf(text.chars, text.words.start(index), text.words.end(index))
      val isMark = marks != 0
      if (hasEnded && (!isMark || hasSpaceToken(text, index))) {
        sentences += 1
        hasEnded = false
      }
      hasEnded |= (marks & CharTraits.SENTENCE_END) != 0
      index += 1
    }
    sentences
  }

  /** White space before a word that is more than the one space that spaCy gives to the token before it. */
  private def hasSpaceToken(text: AnalyzedText, index: Int): Boolean = text.split.hasSpaceTokens && {
    val start = text.words.start(index)
    val end = text.words.end(index - 1)
    start > end && !(start - end == 1 && text.chars(end) == ' ')
  }

  /** SENTENCE_END of a word that is one such character, PUNCTUATION where all its characters are; 0 of most words. */
  private def marksOf(chars: Array[Char], start: Int, end: Int): Int = {
    val first = Character.codePointAt(chars, start, end)
    val traits = CharTraits.of(first) & (CharTraits.SENTENCE_END | CharTraits.PUNCTUATION)
    val next = start + Character.charCount(first)
    if (traits == 0 || next == end) traits
    else traits & (if (isPunctuation(chars, next, end)) CharTraits.PUNCTUATION else 0)
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
