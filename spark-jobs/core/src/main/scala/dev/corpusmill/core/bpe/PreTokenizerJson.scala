package dev.corpusmill.core.bpe

import com.fasterxml.jackson.databind.JsonNode
import scala.jdk.CollectionConverters._

/** Recognises the pre-tokenizers of a `tokenizer.json` that are written here by hand. */
private[bpe] object PreTokenizerJson {
  private val CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private val GPT2 = """'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
  private val GPT2_GROUPED = """'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
  private val MAX_DIGITS = 3

  private val BY_PATTERN: Map[String, PreTokenizer] = Map(
    GPT2 -> Gpt2PreTokenizer,
    GPT2_GROUPED -> Gpt2PreTokenizer,
    cl100kPattern("""\p{N}{1,3}""") -> Cl100kPreTokenizer(MAX_DIGITS),
    cl100kPattern("""\p{N}""") -> Cl100kPreTokenizer(1)
  )

  /** The rules of `preTokenizer`, NFC left off, if they are known. */
  def find(preTokenizer: JsonNode): Option[TextRules] =
    preTokenizer.path("type").asText match {
      case "ByteLevel" if usesRegex(preTokenizer) =>
        Some(TextRules(Gpt2PreTokenizer, addsPrefixSpace(preTokenizer), normalizeNfc = false))
      case "Sequence" => findSplit(preTokenizer.path("pretokenizers").elements.asScala.toVector)
      case _ => None
    }

  private def findSplit(steps: Vector[JsonNode]): Option[TextRules] = steps match {
    case Vector(only) => find(only)
    case Vector(split, bytes) if isSplit(split) && isBytesOnly(bytes) =>
      BY_PATTERN.get(split.path("pattern").path("Regex").asText).map(TextRules(
        _,
        addPrefixSpace = false,
        normalizeNfc = false
      ))
    case _ => None
  }

  /** Every piece is a match and matches cover the text, so keeping the matches is all that a split can do. */
  private def isSplit(step: JsonNode): Boolean =
    step.path("type").asText == "Split" && {
      val behavior = step.path("behavior").asText
      if (step.path("invert").asBoolean(false)) behavior == "Removed" || behavior == "Isolated"
      else behavior == "Isolated"
    }

  private def isBytesOnly(step: JsonNode): Boolean =
    step.path("type").asText == "ByteLevel" && !usesRegex(step) && !addsPrefixSpace(step)

  private def usesRegex(step: JsonNode): Boolean = step.path("use_regex").asBoolean(true)

  private def addsPrefixSpace(step: JsonNode): Boolean = step.path("add_prefix_space").asBoolean(true)

  private def cl100kPattern(digits: String): String =
    CONTRACTIONS + """|[^\r\n\p{L}\p{N}]?\p{L}+|""" + digits +
      """| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
}
