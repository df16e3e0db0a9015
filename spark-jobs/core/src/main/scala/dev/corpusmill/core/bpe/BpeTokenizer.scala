package dev.corpusmill.core.bpe

import com.ibm.icu.text.Normalizer2
import java.io.ByteArrayOutputStream
import java.nio.charset.StandardCharsets.UTF_8

/** How a byte-level BPE tokenizer cuts text before it merges. */
final case class TextRules(pieces: PreTokenizer, addPrefixSpace: Boolean, normalizeNfc: Boolean)

/**
 * Byte-level BPE (Radford et al. 2019) without a regular expression on the way.
 *
 * @param tokenIds id of every token by its written form (the byte alphabet for the vocabulary's own)
 * @param addedTokens tokens found in the text before it is cut into pieces; no special ones
 */
final class BpeTokenizer(
    val model: BpeModel,
    val rules: TextRules,
    tokenIds: Map[String, Int],
    val addedTokens: AddedTokens
) extends Tokenizer {

  val vocabSize: Int = tokenIds.valuesIterator.max + 1

  def findTokenId(content: String): Option[Int] =
    tokenIds.get(content).orElse(tokenIds.get(ByteAlphabet.textOf(content.getBytes(UTF_8))))

  def newEncoder(): TokenEncoder = new BpeEncoder(this)

  /** The bytes that `ids` stand for, put together; ids that are no token give none. */
  def decode(ids: Array[Int]): Array[Byte] = {
    val bytes = new ByteArrayOutputStream()
    ids.foreach(id => bytesOfIds.get(id).foreach(bytes.writeBytes))
    bytes.toByteArray
  }

  @transient private lazy val bytesOfIds: Map[Int, Array[Byte]] =
    tokenIds.map { case (content, id) => id -> bytesOf(content, id) }

  private def bytesOf(content: String, id: Int): Array[Byte] =
    if (addedTokens.ids.contains(id)) content.getBytes(UTF_8)
    else ByteAlphabet.bytesOf(content).getOrElse(content.getBytes(UTF_8))
}

/** Encodes with one model; holds the caches of one task. */
private final class BpeEncoder(tokenizer: BpeTokenizer) extends TokenEncoder {
  private val rules = tokenizer.rules
  private val wholePieces = tokenizer.model.wholePieces
  private val merger = new BpeMerger(tokenizer.model)
  private val cache = new WordCache
  private val tokens = new TokenBuffer

  def encode(text: String): Array[Int] = {
    tokens.clear()
    tokenizer.addedTokens.split(normalize(text)) {
      case AddedTokens.Text(part) => encodePart(part)
      case AddedTokens.Token(id) => tokens.add(id)
    }
    tokens.toArray
  }

  private def normalize(text: String): String =
    if (rules.normalizeNfc) Normalizer2.getNFCInstance.normalize(text) else text

  private def encodePart(part: String): Unit = {
    val prefixed = if (rules.addPrefixSpace && part.nonEmpty && part.charAt(0) != ' ') s" $part" else part
    val bytes = prefixed.getBytes(UTF_8)
    encodeBytes(WordCache.pad(bytes), bytes.length)
  }

  private def encodeBytes(text: Array[Byte], length: Int): Unit = {
    val pieces = rules.pieces
    var from = 0
    while (from < length) {
      val end = pieces.pieceEnd(text, from, length)
      if (end - from > WordCache.MAX_BYTES) encodePiece(text, from, end)
      else if (!cache.find(text, from, end - from, tokens)) {
        val start = tokens.size
        encodePiece(text, from, end)
        cache.put(end - from, tokens, start)
      }
      from = end
    }
  }

  private def encodePiece(text: Array[Byte], from: Int, until: Int): Unit = {
    val whole =
      if (wholePieces == null) null
      else wholePieces.get(ByteAlphabet.textOf(java.util.Arrays.copyOfRange(text, from, until)))
    if (whole == null) merger.merge(text, from, until, tokens) else tokens.add(whole)
  }
}
