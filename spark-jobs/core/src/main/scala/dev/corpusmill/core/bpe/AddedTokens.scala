package dev.corpusmill.core.bpe

import java.util.BitSet
import scala.annotation.tailrec

/**
 * Tokens that are looked for in the text itself, before pieces and merges: the leftmost first, of those
 * that begin at one place the longest, as in the added vocabulary of HF tokenizers.
 */
final class AddedTokens private (byFirstChar: Map[Char, Vector[AddedTokens.Entry]]) extends Serializable {
  import AddedTokens._

  /** Ids of all of them. */
  val ids: Set[Int] = byFirstChar.valuesIterator.flatten.map(_.id).toSet

  /** First characters of tokens: most places of a text can be passed by without more. */
  private val firstChars: BitSet = {
    val chars = new BitSet(1 << 16)
    byFirstChar.keysIterator.foreach(char => chars.set(char.toInt))
    chars
  }

  /** Hands `sink` the parts of `text` in order; parts of text are not empty. */
  def split(text: String)(sink: Part => Unit): Unit =
    if (byFirstChar.isEmpty) emitText(text, 0, text.length)(sink)
    else splitFrom(text, 0, 0)(sink)

  @tailrec
  private def splitFrom(text: String, textStart: Int, from: Int)(sink: Part => Unit): Unit = {
    val at = nextPlace(text, from)
    if (at == text.length) emitText(text, textStart, at)(sink)
    else
      findAt(text, at) match {
        case Some(entry) =>
          emitText(text, textStart, at)(sink)
          sink(Token(entry.id))
          val end = at + entry.content.length
          splitFrom(text, end, end)(sink)
        case None => splitFrom(text, textStart, at + 1)(sink)
      }
  }

  private def nextPlace(text: String, from: Int): Int = {
    var at = from
    while (at < text.length && !firstChars.get(text.charAt(at).toInt)) at += 1
    at
  }

  private def findAt(text: String, at: Int): Option[Entry] =
    byFirstChar.get(text.charAt(at)).flatMap(_.find(entry => text.startsWith(entry.content, at)))

  private def emitText(text: String, from: Int, until: Int)(sink: Part => Unit): Unit =
    if (from < until) sink(Text(text.substring(from, until)))
}

object AddedTokens {

  /** One token: what it is written as, and its id. */
  final case class Entry(content: String, id: Int)

  /** What a text consists of. */
  sealed trait Part
  final case class Text(content: String) extends Part
  final case class Token(id: Int) extends Part

  val NONE: AddedTokens = AddedTokens(Nil)

  def apply(entries: Seq[Entry]): AddedTokens =
    new AddedTokens(
      entries.groupBy(_.content.charAt(0)).map { case (first, all) =>
        first -> all.sortBy(entry => (-entry.content.length, entry.content)).toVector
      }
    )
}
