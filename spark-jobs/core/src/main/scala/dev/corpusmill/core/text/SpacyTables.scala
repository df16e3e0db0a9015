package dev.corpusmill.core.text

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

import java.util.regex.Pattern
import scala.jdk.CollectionConverters._

/**
 * Tables of spaCy's English tokenizer (spacy-en.json, written by scripts/bench/peers/export_spacy_english.py).
 *
 * @param specials tokens of the strings that are split in a way of their own
 * @param phrases by the number of their first token, token numbers of the special cases that affixes would split
 */
private[text] final case class SpacyTables(
    prefix: Pattern,
    suffix: Pattern,
    infix: Pattern,
    url: Pattern,
    specials: java.util.Map[String, Seq[String]],
    tokenIds: java.util.Map[String, Integer],
    phrases: IndexedSeq[Seq[Array[Int]]]
) {

  /** The number of a token that some phrase has; [[TokenList.NO_ID]] of others. */
  def tokenId(token: String): Int = tokenIds.getOrDefault(token, TokenList.NO_ID)
}

private[text] object SpacyTables {
  private val RESOURCE = "spacy-en.json"

  def load(): SpacyTables = {
    val stream = getClass.getResourceAsStream(RESOURCE)
    val node =
      try new ObjectMapper().readTree(stream)
      finally stream.close()
    val phrases = node.get("phrases").elements().asScala.map(strings).toSeq
    val tokenIds = phrases.flatten.distinct.zipWithIndex.toMap
    val byFirst = phrases.map(_.map(tokenIds).toArray).groupBy(_.head)
    SpacyTables(
      pattern(node, "prefix"),
      pattern(node, "suffix"),
      pattern(node, "infix"),
      pattern(node, "url"),
      node.get("specials").properties().asScala.map(entry =>
        entry.getKey -> strings(entry.getValue)
      ).toMap.asJava,
      tokenIds.map { case (token, id) => token -> Integer.valueOf(id) }.asJava,
      tokenIds.values.toIndexedSeq.sorted.map(id => byFirst.getOrElse(id, Seq.empty))
    )
  }

  private def pattern(node: JsonNode, name: String): Pattern = Pattern.compile(node.get(name).textValue())

  private def strings(node: JsonNode): Seq[String] = node.elements().asScala.map(_.textValue()).toSeq
}
