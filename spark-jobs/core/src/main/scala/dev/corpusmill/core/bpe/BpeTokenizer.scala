package dev.corpusmill.core.bpe

import com.ibm.icu.text.Normalizer2
import java.io.ByteArrayOutputStream
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

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
  private val scanner = rules.pieces.newScanner()
  private val wholePieces = tokenizer.model.wholePieces
  private val merger = new BpeMerger(tokenizer.model)
  private val cache = new WordCache(BpeModel.bitsOf(tokenizer.vocabSize - 1))
  private val tokens = new TokenBuffer
  private val isText = rules.addPrefixSpace || rules.normalizeNfc || tokenizer.addedTokens.ids.nonEmpty
  private var padded = Array.emptyByteArray

  def encode(utf8: Array[Byte]): Array[Int] = {
    tokens.clear()
    if (isText) encodeText(new String(utf8, UTF_8)) else encodePart(utf8)
    tokens.toArray
  }

  private def encodeText(text: String): Unit = tokenizer.addedTokens.split(normalize(text)) {
    case AddedTokens.Text(part) => encodePart(prefixed(part).getBytes(UTF_8))
    case AddedTokens.Token(id) => tokens.add(id)
  }

  private def normalize(text: String): String =
    if (rules.normalizeNfc) Normalizer2.getNFCInstance.normalize(text) else text

  private def prefixed(part: String): String =
    if (rules.addPrefixSpace && part.nonEmpty && part.charAt(0) != ' ') s" $part" else part

  private def encodePart(part: Array[Byte]): Unit = {
    val text = pad(part)
    var from = 0
    while (from < part.length) {
      val count = scanner.scan(text, from, part.length)
      cache.locate(text, from, scanner.ends, count)
      encodeBlock(text, from, count)
      from = scanner.ends(count - 1)
    }
  }

  private def encodeBlock(text: Array[Byte], from: Int, count: Int): Unit = {
    val ends = scanner.ends
    var index = cache.addKnown(0, count, tokens)
    while (index < count) {
      encodeRest(index, text, if (index == 0) from else ends(index - 1), ends(index))
      index = cache.addKnown(index + 1, count, tokens)
    }
  }

  private def encodeRest(index: Int, text: Array[Byte], start: Int, end: Int): Unit =
    if (end - start > WordCache.MAX_BYTES) encodePiece(text, start, end)
    else if (!cache.find(index, text, start, end)(tokens)) {
      val known = tokens.size
      encodePiece(text, start, end)
      cache.put(index, text, start, end)(tokens, known)
    }

  /** `part` with room for reading behind its end, in a buffer that is kept unless it is large. */
  private def pad(part: Array[Byte]): Array[Byte] = {
    val size = part.length + WordCache.PADDING
    if (size > BpeEncoder.KEPT_BYTES) Arrays.copyOf(part, size)
    else {
      if (size > padded.length) padded = new Array[Byte](math.min(BpeEncoder.KEPT_BYTES, size * 2))
      System.arraycopy(part, 0, padded, 0, part.length)
      padded
    }
  }

  private def encodePiece(text: Array[Byte], from: Int, until: Int): Unit = {
    val whole =
      if (wholePieces == null) null
      else wholePieces.get(ByteAlphabet.textOf(Arrays.copyOfRange(text, from, until)))
    if (whole == null) merger.merge(text, from, until, tokens) else tokens.add(whole)
  }
}

private object BpeEncoder {
  private val KEPT_BYTES = 1 << 20
}
