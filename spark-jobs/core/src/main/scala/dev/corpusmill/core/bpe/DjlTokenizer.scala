package dev.corpusmill.core.bpe

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.{ArrayNode, JsonNodeFactory, ObjectNode}
import dev.corpusmill.core.bpe.TokenizerLoader.invalid
import java.io.ByteArrayInputStream
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Map.{of => javaMapOf}
import scala.jdk.CollectionConverters._

/**
 * Any tokenizer of the HF library, run by that library (native code inside the DJL jar, no network).
 *
 * @param json the tokenizer without truncation, padding, post-processor and special tokens in text
 * @param tokenIds id of every token by its content
 */
final class DjlTokenizer private (json: String, tokenIds: Map[String, Int]) extends Tokenizer {
  val vocabSize: Int = tokenIds.valuesIterator.max + 1

  /** One for all tasks of a JVM: the library's tokenizers are thread-safe. */
  @transient private lazy val library: HuggingFaceTokenizer = DjlTokenizer.start(json)

  def findTokenId(content: String): Option[Int] = tokenIds.get(content)

  def newEncoder(): TokenEncoder =
    utf8 => library.encode(new String(utf8, UTF_8), false, false).getIds.map(_.toInt)
}

private[bpe] object DjlTokenizer {

  /** What a special token is renamed to: documents hold no control characters, so no text is it. */
  private val UNWRITABLE = "\u0000special:"

  def load(root: ObjectNode, name: String): DjlTokenizer = {
    val vocab = parseVocab(root.path("model").path("vocab"), name)
    val added = TokenizerJson.parseAddedTokens(root.path("added_tokens"), vocab, name)
    val tokenizer = new DjlTokenizer(
      withoutSpecials(root, added, vocab).toString,
      vocab ++ added.map(token => token.content -> token.id)
    )
    tryOut(tokenizer, name)
    tokenizer
  }

  private def tryOut(tokenizer: DjlTokenizer, name: String): Unit =
    try {
      val _ = tokenizer.newEncoder().encode("a")
    } catch {
      case error: RuntimeException =>
        throw invalid(name, s"is refused by the tokenizers library: ${error.getMessage}")
    }

  private def start(json: String): HuggingFaceTokenizer = {
    stayOffline()
    HuggingFaceTokenizer.newInstance(
      new ByteArrayInputStream(json.getBytes(UTF_8)),
      javaMapOf("truncation", "false", "padding", "false", "addSpecialTokens", "false")
    )
  }

  /** The library would ask the cloud's metadata service where it runs and report its use (`Ec2Utils.callHome`). */
  private def stayOffline(): Unit =
    Seq("ai.djl.offline", "OPT_OUT_TRACKING").foreach(property => System.setProperty(property, "true"))

  /** BPE, WordPiece and WordLevel hold an object of token to id, Unigram a list of (token, score). */
  private def parseVocab(vocab: JsonNode, name: String): Map[String, Int] =
    if (vocab.isArray) vocab.elements.asScala.map(_.path(0).asText).zipWithIndex.toMap
    else VocabMerges.parseVocab(vocab, name)

  /**
   * Special tokens lose their text, not their ids. Those outside the model's vocabulary are renamed, as
   * the library counts the ids of added tokens on; the others are no added tokens any more, and are renamed
   * in vocabularies whose tokens match whole words of text.
   */
  private def withoutSpecials(
      root: ObjectNode,
      added: Seq[AddedTokenJson],
      vocab: Map[String, Int]
  ): ObjectNode = {
    val copy = root.deepCopy()
    Seq("truncation", "padding", "post_processor").foreach(key =>
      copy.set[JsonNode](key, JsonNodeFactory.instance.nullNode)
    )
    copy.set[JsonNode]("added_tokens", keptTokens(added, vocab))
    val model = copy.path("model").asInstanceOf[ObjectNode]
    added.filter(token => token.special && vocab.contains(token.content)).foreach(hide(model, _))
    copy
  }

  private def keptTokens(added: Seq[AddedTokenJson], vocab: Map[String, Int]): ArrayNode = {
    val kept = JsonNodeFactory.instance.arrayNode()
    added.filterNot(token => token.special && vocab.contains(token.content)).foreach { token =>
      val entry = token.json.deepCopy[ObjectNode]()
      if (token.special) entry.put("content", s"$UNWRITABLE${token.id}")
      kept.add(entry)
    }
    kept
  }

  private def hide(model: ObjectNode, token: AddedTokenJson): Unit =
    (model.path("type").asText, model.path("vocab")) match {
      case ("BPE", _) =>
      case (_, pieces: ArrayNode) =>
        pieces.get(token.id) match {
          case piece: ArrayNode => val _ = piece.set(0, s"$UNWRITABLE${token.id}")
          case _ =>
        }
      case (_, words: ObjectNode) if model.path("unk_token").asText != token.content =>
        words.remove(token.content)
        val _ = words.put(s"$UNWRITABLE${token.id}", token.id)
      case _ =>
    }
}
