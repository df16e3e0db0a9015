package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.filter.Subject

/**
 * One text through the rules of a filter, without Spark: reads `{ settings, models, text, url, language }` as one JSON
 * document on standard input (settings and models as in a job spec) and writes what [[RuleReport.explain]] says.
 */
object Explain {
  def main(arguments: Array[String]): Unit = {
    require(arguments.isEmpty, "the request is read from standard input")
    System.out.write(Json.prettyBytes(answer(System.in.readAllBytes())))
    System.out.flush()
  }

  /** The answer to one request. Raises SPEC_INVALID for settings that the schema does not allow. */
  def answer(request: Array[Byte]): JsonNode = {
    val node = Json.parse(request)
    val uris = Json.elements(node.get("models"))
      .map(model => model.get("sha256").textValue() -> model.get("uri").textValue())
    val chain = FilterSettings.parse(node.get("settings"), uris.toMap)
    val subject = Subject(Option(node.get("url").textValue()), Option(node.get("language").textValue()))
    Json.toNode(RuleReport.explain(chain, node.get("text").textValue(), subject))
  }
}
