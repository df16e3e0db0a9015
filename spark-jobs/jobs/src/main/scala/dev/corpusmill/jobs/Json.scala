package dev.corpusmill.jobs

import com.fasterxml.jackson.core.JsonParser
import com.fasterxml.jackson.databind.node.{JsonNodeFactory, ObjectNode}
import com.fasterxml.jackson.databind.{DeserializationFeature, JsonNode, ObjectMapper}

import java.nio.charset.StandardCharsets.UTF_8
import scala.jdk.CollectionConverters._

/** JSON as Jackson trees: strict reading, plain writing. */
object Json {
  private val mapper: ObjectMapper = new ObjectMapper()
    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)

  /** Parses one JSON document; duplicate keys and trailing tokens raise a JsonProcessingException. */
  def parse(bytes: Array[Byte]): JsonNode = mapper.readTree(bytes)

  def objectNode(): ObjectNode = JsonNodeFactory.instance.objectNode()

  def prettyBytes(node: JsonNode): Array[Byte] =
    (mapper.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n").getBytes(UTF_8)

  def fields(node: JsonNode): Seq[(String, JsonNode)] =
    node.properties().asScala.toSeq.map(entry => entry.getKey -> entry.getValue)

  def elements(node: JsonNode): Seq[JsonNode] = node.elements().asScala.toSeq

  /** A tree of maps, sequences, strings, numbers, booleans, options and nulls. */
  def toNode(value: Any): JsonNode = value match {
    case null | None => JsonNodeFactory.instance.nullNode()
    case Some(inner) => toNode(inner)
    case node: JsonNode => node
    case text: String => JsonNodeFactory.instance.textNode(text)
    case number: Int => JsonNodeFactory.instance.numberNode(number)
    case number: Long => JsonNodeFactory.instance.numberNode(number)
    case number: Double => JsonNodeFactory.instance.numberNode(number)
    case flag: Boolean => JsonNodeFactory.instance.booleanNode(flag)
    case map: collection.Map[_, _] =>
      val node = objectNode()
      map.toSeq
        .map { case (key, inner) => key.toString -> inner }
        .foreach { case (key, inner) => node.set[JsonNode](key, toNode(inner)) }
      node
    case values: Iterable[_] =>
      val node = JsonNodeFactory.instance.arrayNode()
      values.foreach(inner => node.add(toNode(inner)))
      node
    case other => throw new IllegalArgumentException(s"no JSON for ${other.getClass.getName}")
  }
}
