package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ObjectNode
import com.networknt.schema.{ExecutionContext, Schema, SchemaRegistry, SpecificationVersion}

import scala.jdk.CollectionConverters._

/** One violation of a contract: the JSON pointer of the value, and what is wrong with it. */
final case class ContractProblem(pointer: String, message: String)

/** Validation against the JSON Schemas of docs/contracts, which the jar carries. */
object Contracts {
  val JOB_SPEC = "job-spec"
  val MANIFEST = "manifest"
  val PROGRESS = "progress"
  val PROBLEM = "problem"
  val CLAIM = "claim"
  private val RECIPE = "recipe"
  private val DEFINITIONS = s"$$defs"

  private val registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
  private val schemas: Map[String, Schema] =
    Seq(JOB_SPEC, MANIFEST, PROGRESS, PROBLEM, CLAIM)
      .map(name => name -> registry.getSchema(schemaNode(name)))
      .toMap

  /** All violations of the named contract; empty where the value is valid. */
  def problems(contract: String, value: JsonNode): Seq[ContractProblem] = problems(schemas(contract), value)

  /** All violations of the settings of a stage, with every default already filled in. */
  def settingsProblems(stage: String, settings: JsonNode): Seq[ContractProblem] = {
    val recipe = schemaNode(RECIPE)
    val schema = Json.objectNode()
    Seq(s"$$schema", DEFINITIONS).foreach(key => schema.set[JsonNode](key, recipe.get(key)))
    schema.put(s"$$ref", s"#/$DEFINITIONS/$stage")
    problems(registry.getSchema(schema: JsonNode), settings)
  }

  private def problems(schema: Schema, value: JsonNode): Seq[ContractProblem] =
    schema
      .validate(
        value,
        (context: ExecutionContext) =>
          context.executionConfig { config =>
            val _ = config.formatAssertionsEnabled(true)
          }
      )
      .asScala
      .toSeq
      .map(error => ContractProblem(error.getInstanceLocation.toString, error.getMessage))

  private def schemaNode(name: String): ObjectNode = {
    val resource = s"/dev/corpusmill/contracts/$name.schema.json"
    val stream = Option(getClass.getResourceAsStream(resource))
      .getOrElse(throw new IllegalStateException(s"the jar lacks $resource"))
    try Json.parse(stream.readAllBytes()).asInstanceOf[ObjectNode]
    finally stream.close()
  }
}
