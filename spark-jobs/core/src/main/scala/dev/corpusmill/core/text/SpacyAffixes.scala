package dev.corpusmill.core.text

import scala.collection.mutable

/** Splits one chunk without white space: `_split_affixes` and `_attach_tokens` of spacy/tokenizer.pyx. */
private[text] final class SpacyAffixes(tables: SpacyTables) {
  private val prefix = tables.prefix.matcher("")
  private val suffix = tables.suffix.matcher("").useTransparentBounds(true)
  private val infix = tables.infix.matcher("")
  private val url = tables.url.matcher("")

  /** The tokens of a chunk, which put together are the chunk. Every URL has a full stop. */
  def tokenize(chunk: String): Seq[String] = {
    val prefixes = mutable.ArrayBuffer.empty[String]
    val suffixes = mutable.ArrayBuffer.empty[String]
    var rest = chunk
    var isDone = false
    while (!isDone && rest.nonEmpty && !tables.specials.containsKey(rest)) {
      val cut = cutOf(rest)
      if (cut.prefix > 0) prefixes += rest.take(cut.prefix)
      if (cut.suffix > 0) suffixes += rest.takeRight(cut.suffix)
      rest = rest.substring(cut.prefix, rest.length - cut.suffix)
      isDone = cut.isLast
    }
    prefixes.toSeq ++ middle(rest) ++ suffixes.reverse
  }

  /** What to take off next; nothing at all, or what leaves a special case, is the last. */
  private def cutOf(text: String): Cut = {
    val prefixLength = prefixOf(text)
    if (prefixLength > 0 && tables.specials.containsKey(text.substring(prefixLength)))
      Cut(prefixLength, 0, isLast = true)
    else {
      val suffixLength = suffixOf(text.substring(prefixLength))
      if (suffixLength > 0 && tables.specials.containsKey(text.dropRight(suffixLength)))
        Cut(0, suffixLength, isLast = true)
      else if (prefixLength + suffixLength <= text.length)
        Cut(prefixLength, suffixLength, isLast = prefixLength == 0 && suffixLength == 0)
      else Cut(prefixLength, 0, isLast = false)
    }
  }

  private def middle(text: String): Seq[String] =
    if (text.isEmpty) Seq.empty
    else if (tables.specials.containsKey(text)) tables.specials.get(text)
    else if (text.indexOf('.') >= 0 && url.reset(text).lookingAt()) Seq(text)
    else splitAtInfixes(text)

  private def splitAtInfixes(text: String): Seq[String] = {
    val tokens = mutable.ArrayBuffer.empty[String]
    var start = 0
    val _ = infix.reset(text)
    while (infix.find())
      if (infix.start() != 0) {
        if (infix.start() != start) tokens += text.substring(start, infix.start())
        if (infix.start() != infix.end()) tokens += text.substring(infix.start(), infix.end())
        start = infix.end()
      }
    if (start < text.length) tokens += text.substring(start)
    tokens.toSeq
  }

  private def prefixOf(text: String): Int = if (prefix.reset(text).lookingAt()) prefix.end() else 0

  /** The longest match at the end; it is looked for from where the longest possible one begins. */
  private def suffixOf(text: String): Int = {
    var dots = text.length
    while (dots > 0 && text.charAt(dots - 1) == '.') dots -= 1
    val from = math.max(0, math.min(dots, text.length - SpacyAffixes.MAX_SUFFIX_CHARS))
    if (suffix.reset(text).region(from, text.length).find()) suffix.end() - suffix.start() else 0
  }
}

private object SpacyAffixes {

  /** No suffix but a run of full stops has more than five code points; this is more than twice as much. */
  val MAX_SUFFIX_CHARS = 16
}

/** UTF-16 units to take off both ends, and whether to go on after. */
private[text] final case class Cut(prefix: Int, suffix: Int, isLast: Boolean)

/** Puts special cases together that lie across tokens: `_apply_special_cases` of spacy/tokenizer.pyx. */
private[text] final class SpacyPhrases(tables: SpacyTables, chars: Array[Char]) {

  /** The tokens with those of special cases in the place of theirs. */
  def apply(tokens: TokenList): TokenList = {
    val spans = chosen(matches(tokens), tokens.size)
    val result = new TokenList
    var index = 0
    var next = 0
    while (index < tokens.size) {
      val isSpan = next < spans.size && spans(next).start == index
      val end = if (isSpan) spans(next).end else index + 1
      val special = if (isSpan) specialOf(tokens, spans(next)) else None
      special match {
        case Some(parts) => addParts(parts, tokens.start(index), result)
        case None =>
          (index until end).foreach(at => result.add(tokens.start(at), tokens.end(at), tokens.id(at), tables))
      }
      if (isSpan) next += 1
      index = end
    }
    result
  }

  private def matches(tokens: TokenList): Seq[Span] = (0 until tokens.size).flatMap { start =>
    val id = tokens.id(start)
    if (id < 0) Seq.empty
    else
      tables.phrases(id)
        .filter(phrase =>
          start + phrase.length <= tokens.size &&
            phrase.indices.forall(offset => tokens.id(start + offset) == phrase(offset))
        )
        .map(phrase => Span(start, start + phrase.length))
  }

  /** The longest first, then the first; one whose first or last token was in any before it is left out. */
  private def chosen(found: Seq[Span], size: Int): IndexedSeq[Span] = {
    val seen = new java.util.BitSet(size)
    found.sortBy(span => (-span.length, span.start)).filter { span =>
      val isFree = !seen.get(span.start) && !seen.get(span.end - 1)
      seen.set(span.start, span.end)
      isFree
    }.sortBy(_.start).toIndexedSeq
  }

  private def specialOf(tokens: TokenList, span: Span): Option[Seq[String]] = {
    val start = tokens.start(span.start)
    Option(tables.specials.get(new String(chars, start, tokens.end(span.end - 1) - start)))
  }

  private def addParts(parts: Seq[String], from: Int, result: TokenList): Unit = {
    val ends = parts.scanLeft(from)(_ + _.length)
    ends.zip(ends.tail).foreach { case (start, end) => result.add(start, end, TokenList.NO_ID, tables) }
  }
}
