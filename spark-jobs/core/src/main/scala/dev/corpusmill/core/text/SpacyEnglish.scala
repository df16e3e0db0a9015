package dev.corpusmill.core.text

import java.util.Arrays

/**
 * The words of spaCy's `blank("en")` (spacy/tokenizer.pyx): chunks between white space lose prefixes and suffixes, are
 * taken whole where they are special cases or URLs, and are split at infixes; then special cases that lie across
 * several tokens are put together. What differs from spaCy is listed in docs/how-to/filters.md.
 *
 * Not thread-safe.
 */
final class SpacyEnglish private (tables: SpacyTables) {
  import SpacyEnglish._

  private val affixes = new SpacyAffixes(tables)
  private val known = new java.util.HashMap[String, Chunk]()

  /** The tokens that are not white space. */
  def split(chars: Array[Char]): Spans = {
    val tokens = new TokenList
    var start = 0
    while (start < chars.length) {
      val isSpace = PythonText.isSpace(chars(start))
      var end = start + 1
      while (end < chars.length && PythonText.isSpace(chars(end)) == isSpace) end += 1
      if (isSpace) addSpaces(chars, start, end, tokens) else addChunk(chars, start, end, tokens)
      start = end
    }
    if (tokens.mayHavePhrase) new SpacyPhrases(tables, chars).apply(tokens).words(chars)
    else tokens.words(chars)
  }

  /** A space that follows a token belongs to it; what is left of a run of white space is a token. */
  private def addSpaces(chars: Array[Char], from: Int, end: Int, tokens: TokenList): Unit = {
    val start = if (chars(from) == ' ' && from > 0) from + 1 else from
    if (start < end) tokens.add(start, end, tables.tokenId(new String(chars, start, end - start)), tables)
  }

  private def addChunk(chars: Array[Char], start: Int, end: Int, tokens: TokenList): Unit =
    if (end - start > MAX_CHUNK_CHARS) addByUnicode(chars, start, end, tokens)
    else {
      val chunk = chunkOf(new String(chars, start, end - start))
      var from = start
      var index = 0
      while (index < chunk.ends.length) {
        tokens.add(from, start + chunk.ends(index), chunk.ids(index), tables)
        from = start + chunk.ends(index)
        index += 1
      }
    }

  /** Affixes are taken off one at a time, each with a look at the whole chunk: too long for what is no language. */
  private def addByUnicode(chars: Array[Char], start: Int, end: Int, tokens: TokenList): Unit = {
    val words = WordSplitter.get().split(Arrays.copyOfRange(chars, start, end))
    (0 until words.size).foreach(index =>
      tokens.add(start + words.start(index), start + words.end(index), TokenList.NO_ID, tables)
    )
  }

  private def chunkOf(text: String): Chunk = {
    val found = known.get(text)
    if (found != null) found
    else {
      val tokens = affixes.tokenize(text)
      val chunk = Chunk(tokens.scanLeft(0)(_ + _.length).tail.toArray, tokens.map(tables.tokenId).toArray)
      if (known.size >= MAX_KNOWN_CHUNKS) known.clear()
      val _ = known.put(text, chunk)
      chunk
    }
  }
}

object SpacyEnglish {

  /** Longer chunks are split by UAX #29. */
  private val MAX_CHUNK_CHARS = 1000

  /** Chunks remembered by a thread; about 30 MB. */
  private val MAX_KNOWN_CHUNKS = 200000

  private final case class Chunk(ends: Array[Int], ids: Array[Int])

  private lazy val tables = SpacyTables.load()
  private val instances = ThreadLocal.withInitial[SpacyEnglish](() => new SpacyEnglish(tables))

  /** The words of a text, by this thread's splitter. */
  def split(chars: Array[Char]): Spans = instances.get().split(chars)
}

/** Tokens of a text, white space among them, with their numbers among the tokens of phrases. */
private[text] final class TokenList {
  private var starts = new Array[Int](64)
  private var ends = new Array[Int](64)
  private var ids = new Array[Int](64)
  var size = 0

  /** True where some token begins a phrase. */
  var mayHavePhrase = false

  def start(index: Int): Int = starts(index)
  def end(index: Int): Int = ends(index)
  def id(index: Int): Int = ids(index)

  def add(start: Int, end: Int, id: Int, tables: SpacyTables): Unit = {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2)
      ends = Arrays.copyOf(ends, size * 2)
      ids = Arrays.copyOf(ids, size * 2)
    }
    starts(size) = start
    ends(size) = end
    ids(size) = id
    size += 1
    if (id >= 0 && tables.phrases(id).nonEmpty) mayHavePhrase = true
  }

  /** Those that are not white space. */
  def words(chars: Array[Char]): Spans = {
    val words = new SpansBuilder
    (0 until size).foreach(index =>
      if (!PythonText.isSpace(chars(starts(index)))) words.add(starts(index), ends(index))
    )
    words.build()
  }
}

private[text] object TokenList {

  /** A token that no phrase has. */
  val NO_ID: Int = -1
}
