package dev.corpusmill.core.shards

/** Where a format puts the end-of-text token of a document. */
sealed trait EndOfTextPlace

/** llm.c: it opens the document. */
case object BeforeDocument extends EndOfTextPlace

/** Megatron and TFRecord: it closes the document. */
case object AfterDocument extends EndOfTextPlace

/** A document's own stream of tokens: its tokens and one end-of-text token. */
final case class OwnStream(tokens: Array[Int], endOfText: Int, place: EndOfTextPlace) {

  /** Tokens, the end-of-text token counted. */
  def length: Long = tokens.length + 1L

  def apply(index: Long): Int = place match {
    case BeforeDocument => if (index == 0) endOfText else tokens((index - 1).toInt)
    case AfterDocument => if (index == tokens.length) endOfText else tokens(index.toInt)
  }

  /** Hands the tokens from `from` up to `until` to `sink`. */
  def foreach(from: Long, until: Long)(sink: Int => Unit): Unit = {
    var index = from
    while (index < until) {
      sink(apply(index))
      index += 1
    }
  }
}
