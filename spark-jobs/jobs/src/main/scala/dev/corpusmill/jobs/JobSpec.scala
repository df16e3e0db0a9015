package dev.corpusmill.jobs

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ObjectNode
import dev.corpusmill.core.CorpusmillError

/** One try at a step; `token` is repeated by the claim. */
final case class Attempt(id: String, number: Int, token: String)

/** A committed version to read. */
final case class InputReference(dataset: String, stage: String, versionKey: String, manifestUri: String)

/** A source of the extract stage. `bytes` counts the files that were there at submit time. */
final case class SourceReference(name: String, kind: String, domain: String, files: Int, bytes: Long)

/** A file of a tokenizer; `role` is tokenizer, vocab or merges. */
final case class TokenizerFile(role: String, uri: String, sha256: String)

/** The tokenizer to use: a built-in table, or files whose digests are checked. */
final case class TokenizerReference(
    name: String,
    builtin: Boolean,
    files: Seq[TokenizerFile],
    sha256: String,
    endOfText: Option[String]
)

/** Sizing: cores, MiB for the workload, and partitions per core. Never changes what is written. */
final case class Resources(cpu: Int, memoryMb: Int, partitionsPerCore: Int) {
  def partitions: Int = cpu * partitionsPerCore
}

/** What an executor hands a job (docs/contracts/job-spec.schema.json). */
final case class JobSpec(
    runId: String,
    stepId: String,
    stage: String,
    attempt: Attempt,
    dataset: String,
    versionKey: String,
    codeVersion: String,
    settings: ObjectNode,
    settingsDigest: String,
    inputs: Seq[InputReference],
    earlier: Seq[InputReference],
    sources: Seq[SourceReference],
    models: Seq[JsonNode],
    tokenizer: Option[TokenizerReference],
    versionUri: String,
    prefix: String,
    controlUri: String,
    resources: Resources
) {

  /** Folder that this attempt alone writes to; ends with '/'. */
  def outputUri: String = versionUri + prefix

  def manifestUri: String = versionUri + "manifest.json"

  /** Where the models and lists lie, by SHA-256. */
  def modelUris: Map[String, String] =
    models.map(model => model.get("sha256").textValue() -> model.get("uri").textValue()).toMap
}

object JobSpec {

  /** Parses and validates a spec. Raises SPEC_INVALID that lists every violation by its JSON pointer. */
  def parse(bytes: Array[Byte]): JobSpec = {
    val node = parseJson(bytes)
    val problems = Contracts.problems(Contracts.JOB_SPEC, node)
    if (problems.nonEmpty) throw invalid("the job spec", problems)
    fromNode(node)
  }

  /** The control folder a broken spec still names, so that its problem can be written down. */
  def findControlUri(bytes: Array[Byte]): Option[(String, String)] =
    try {
      val node = Json.parse(bytes)
      for {
        uri <- Option(node.at("/control/uri").textValue()) if uri.endsWith("/")
        attemptId <- Option(node.at("/attempt/id").textValue())
      } yield (uri, attemptId)
    } catch { case _: JsonProcessingException => None }

  /** A SPEC_INVALID error that lists `problems`. */
  def invalid(what: String, problems: Seq[ContractProblem]): CorpusmillError =
    new CorpusmillError(
      "SPEC_INVALID",
      s"$what is invalid: " +
        problems.map(problem => s"${problem.pointer}: ${problem.message}").mkString("; "),
      Map("errors" ->
        problems.map(problem => Map("pointer" -> problem.pointer, "message" -> problem.message)))
    )

  private def parseJson(bytes: Array[Byte]): JsonNode =
    try Json.parse(bytes)
    catch {
      case error: JsonProcessingException =>
        val location = error.getLocation
        throw new CorpusmillError(
          "SPEC_INVALID",
          s"the job spec is no JSON document: line ${location.getLineNr}, column ${location.getColumnNr}"
        )
    }

  private def fromNode(node: JsonNode): JobSpec = JobSpec(
    runId = text(node, "/runId"),
    stepId = text(node, "/stepId"),
    stage = text(node, "/stage"),
    attempt =
      Attempt(text(node, "/attempt/id"), node.at("/attempt/number").intValue(), text(node, "/attempt/token")),
    dataset = text(node, "/dataset"),
    versionKey = text(node, "/versionKey"),
    codeVersion = text(node, "/codeVersion"),
    settings = node.get("settings").asInstanceOf[ObjectNode],
    settingsDigest = text(node, "/settingsDigest"),
    inputs = Json.elements(node.get("inputs")).map(input),
    earlier = Option(node.get("earlier")).fold(Seq.empty[InputReference])(Json.elements(_).map(input)),
    sources = Json.elements(node.get("sources")).map(source),
    models = Json.elements(node.get("models")),
    tokenizer = Option(node.get("tokenizer")).filterNot(_.isNull).map(tokenizer),
    versionUri = text(node, "/output/versionUri"),
    prefix = text(node, "/output/prefix"),
    controlUri = text(node, "/control/uri"),
    resources = Resources(
      node.at("/resources/cpu").intValue(),
      node.at("/resources/memoryMb").intValue(),
      node.at("/resources/partitionsPerCore").intValue()
    )
  )

  private def input(node: JsonNode): InputReference = InputReference(
    text(node, "/dataset"),
    text(node, "/stage"),
    text(node, "/versionKey"),
    text(node, "/manifestUri")
  )

  private def source(node: JsonNode): SourceReference = {
    val files = Json.elements(node.get("files"))
    SourceReference(
      text(node, "/name"),
      text(node, "/kind"),
      text(node, "/domain"),
      files.size,
      files.map(_.get("bytes").asLong(0L)).sum
    )
  }

  private def tokenizer(node: JsonNode): TokenizerReference = TokenizerReference(
    text(node, "/name"),
    node.get("builtin").booleanValue(),
    Json
      .elements(node.get("files"))
      .map(file => TokenizerFile(text(file, "/role"), text(file, "/uri"), text(file, "/sha256"))),
    text(node, "/sha256"),
    Option(node.get("endOfText").textValue())
  )

  private def text(node: JsonNode, pointer: String): String = node.at(pointer).textValue()
}
