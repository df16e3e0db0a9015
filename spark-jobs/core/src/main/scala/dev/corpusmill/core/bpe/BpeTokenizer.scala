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

  def newEncoder(): TokenEncoder =
    new BpeEncoder(
      this,
      nativeModel.fold[PartEncoder](new JvmPartEncoder(this))(new NativePartEncoder(model, _))
    )

  /** An encoder that leaves nothing to the library. */
  private[bpe] def newJvmEncoder(): TokenEncoder = new BpeEncoder(this, new JvmPartEncoder(this))

  @transient private lazy val nativeModel: Option[NativeModel] = rules.pieces match {
    case Gpt2PreTokenizer => NativeModel.of(model, vocabSize)
    case _: Cl100kPreTokenizer => None
  }

  private[bpe] def isNative: Boolean = nativeModel.nonEmpty

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

/** Encodes with one tokenizer; `parts` encodes what is left of a text when added tokens are found. */
private final class BpeEncoder(tokenizer: BpeTokenizer, parts: PartEncoder) extends TokenEncoder {
  private val rules = tokenizer.rules
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

  private def encodePart(part: Array[Byte]): Unit = parts.encode(pad(part), part.length, tokens)

  override def close(): Unit = parts.close()

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
}

private object BpeEncoder {
  private val KEPT_BYTES = 1 << 20
}
