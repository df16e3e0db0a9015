package dev.corpusmill.core.text

/** A way to split text into words, by the name that recipes give it. Words never hold white space at their ends. */
sealed abstract class WordSplit(val name: String) extends Serializable {

  /** True where runs of white space are tokens to the original, though they are no words here. */
  def hasSpaceTokens: Boolean = false

  /** The words of the text, in order. */
  def apply(chars: Array[Char]): Spans
}

object WordSplit {

  /** Unicode word boundaries ([[WordSplitter]]). */
  case object Uax29 extends WordSplit("uax29") {
    override def apply(chars: Array[Char]): Spans = WordSplitter.get().split(chars)
  }

  /** The tokens of spaCy's `blank("en")` ([[SpacyEnglish]]). */
  case object SpacyEn extends WordSplit("spacy-en") {
    override def hasSpaceTokens: Boolean = true
    override def apply(chars: Array[Char]): Spans = SpacyEnglish.split(chars)
  }

  /** The split of that name; None where there is none. */
  def find(name: String): Option[WordSplit] = Seq(Uax29, SpacyEn).find(_.name == name)
}
