package dev.corpusmill.core.bpe

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import com.fasterxml.jackson.databind.node.{MissingNode, ObjectNode}
import com.ibm.icu.text.Normalizer2
import dev.corpusmill.core.bpe.TokenizerLoader.invalid
import java.io.IOException
import scala.jdk.CollectionConverters._

/**
 * Reads a `tokenizer.json` of HF tokenizers. Byte-level BPE with a known pattern is ours; every other kind
 * goes to the library itself (`DjlTokenizer`). Post-processors, truncation and padding are not applied:
 * documents get no special tokens here.
 */
private[bpe] object TokenizerJson {
  private val MAPPER = new ObjectMapper()

  def load(file: TokenizerFile): Tokenizer = {
    val root = parseObject(file)
    val model = root.path("model")
    if (!model.isObject) throw invalid(file.name, "has no model")
    if (model.path("dropout").asDouble(0) != 0)
      throw invalid(file.name, "drops merges at random (model.dropout); set it to null")
    findByteLevel(root, file.name).getOrElse(DjlTokenizer.load(root, file.name))
  }

  /** The JSON object in `file`. */
  def parseObject(file: TokenizerFile): ObjectNode =
    try
      MAPPER.readTree(file.content) match {
        case root: ObjectNode => root
        case _ => throw invalid(file.name, "is no JSON object")
      }
    catch {
      case error: JsonProcessingException =>
        val where =
          Option(error.getLocation).fold("")(at => s" (line ${at.getLineNr}, column ${at.getColumnNr})")
        throw invalid(file.name, s"is no valid JSON$where")
      case error: IOException =>
        throw invalid(file.name, s"is no valid JSON (${error.getClass.getSimpleName})")
    }

  private def findByteLevel(root: ObjectNode, name: String): Option[Tokenizer] =
    for {
      rules <- findRules(root)
      if isPlainBpe(root.path("model"))
      ids = VocabMerges.parseVocab(root.path("model").path("vocab"), name)
      if VocabMerges.missingBytes(ids).isEmpty
      added = parseAddedTokens(root.path("added_tokens"), ids, name)
      entries <- findTextTokens(added, rules)
    } yield {
      val merges = parseMerges(root.path("model").path("merges"), name)
      val model = withWholePieces(
        VocabMerges.model(ids, merges, name),
        root.path("model"),
        ids -- specialContents(added)
      )
      new BpeTokenizer(
        model,
        rules,
        ids ++ added.map(token => token.content -> token.id),
        AddedTokens(entries)
      )
    }

  private def isPlainBpe(model: JsonNode): Boolean =
    model.path("type").asText == "BPE" &&
      !model.path("byte_fallback").asBoolean(false) &&
      Seq("continuing_subword_prefix", "end_of_word_suffix").forall(key =>
        model.path(key).asText("").isEmpty || model.path(key).isNull
      )

  private def findRules(root: ObjectNode): Option[TextRules] =
    for {
      nfc <- findNormalization(root.path("normalizer"))
      rules <- PreTokenizerJson.find(root.path("pre_tokenizer"))
    } yield rules.copy(normalizeNfc = nfc)

  private def findNormalization(normalizer: JsonNode): Option[Boolean] =
    if (isAbsent(normalizer)) Some(false)
    else Option.when(normalizer.path("type").asText == "NFC")(true)

  private def withWholePieces(model: BpeModel, json: JsonNode, ids: Map[String, Int]): BpeModel =
    if (!json.path("ignore_merges").asBoolean(false)) model
    else {
      val pieces = new java.util.HashMap[String, Integer](ids.size * 2)
      ids.foreach { case (content, id) => pieces.put(content, id) }
      new BpeModel(model.byteIds, model.pairs, model.mergedIds, pieces)
    }

  private def parseMerges(merges: JsonNode, name: String): IndexedSeq[(String, String)] = {
    if (!merges.isArray) throw invalid(name, "has no list of merges")
    merges.elements.asScala.zipWithIndex.map { case (merge, index) =>
      val place = s"merge ${index + 1}"
      if (merge.isArray && merge.size == 2) (merge.get(0).asText, merge.get(1).asText)
      else VocabMerges.parseMerge(merge.asText, name, place)
    }.toIndexedSeq
  }

  private def specialContents(added: Seq[AddedTokenJson]): Seq[String] =
    added.filter(_.special).map(_.content)

  /** The tokens looked for in text, if all of them are of the one plain kind that `AddedTokens` finds. */
  private def findTextTokens(added: Seq[AddedTokenJson], rules: TextRules): Option[Seq[AddedTokens.Entry]] = {
    val ordinary = added.filterNot(_.special)
    val alike = ordinary.map(_.normalized).distinct.size <= 1
    val afterNfc = !rules.normalizeNfc || ordinary.forall(_.normalized)
    Option.when(alike && afterNfc && ordinary.forall(!_.trims)) {
      ordinary.map(token => AddedTokens.Entry(normalized(token.content, rules), token.id))
    }
  }

  private def normalized(content: String, rules: TextRules): String =
    if (rules.normalizeNfc) Normalizer2.getNFCInstance.normalize(content) else content

  /** Added tokens of `tokens`, empty ones left out, as the library does. */
  def parseAddedTokens(tokens: JsonNode, ids: Map[String, Int], name: String): Seq[AddedTokenJson] =
    tokens.elements.asScala.map { token =>
      val content = token.path("content").asText
      if (!token.path("id").isInt || token.path("id").intValue < 0 || !token.path("content").isTextual)
        throw invalid(name, "has an added token without an id or content")
      if (ids.get(content).exists(_ != token.path("id").intValue))
        throw invalid(name, s"gives the added token $content another id than its vocabulary")
      AddedTokenJson(content, token.path("id").intValue, token)
    }.filter(_.content.nonEmpty).toVector

  private[bpe] def isAbsent(node: JsonNode): Boolean = node.isNull || node.isInstanceOf[MissingNode]
}

/** An entry of `added_tokens`. */
private[bpe] final case class AddedTokenJson(content: String, id: Int, json: JsonNode) {
  def special: Boolean = json.path("special").asBoolean(false)

  /** Whether it is looked for after normalization. */
  def normalized: Boolean = json.path("normalized").asBoolean(!special)

  /** Whether it matches whole words only, or takes the white space beside it. */
  def trims: Boolean = Seq("single_word", "lstrip", "rstrip").exists(key => json.path(key).asBoolean(false))
}
