package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode

import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.util.HexFormat
import scala.jdk.CollectionConverters._

/** A store, here in a temporary folder, and job specs for it. */
class TestStore {

  /** The name is awkward on purpose: spaces, brackets and percent signs must all survive. */
  val root: Path = Files.createTempDirectory("corpusmill store [1] 100%{a}")

  locally { val _ = sys.addShutdownHook(FileStorage.deleteFolder(root.toUri.toString)) }

  def uri(path: String): String = root.toUri.toString + path

  /** Writes a spec and returns its URI. `input` is the spec of the step that is read. */
  def writeSpec(
      stage: String,
      settings: Map[String, Any],
      input: Option[SpecFile] = None,
      attempt: Int = 1,
      partitionsPerCore: Int = 1,
      tokenizer: Option[Map[String, Any]] = None,
      earlier: Seq[SpecFile] = Seq.empty,
      models: Seq[Map[String, Any]] = Seq.empty,
      against: Seq[SpecFile] = Seq.empty
  ): SpecFile = {
    val key = digest(s"$stage $settings ${input.map(_.versionKey)} $tokenizer ${against.map(_.versionKey)}")
    val attemptId = s"$stage-${key.take(12)}-$attempt"
    val spec = Json.toNode(
      Map[String, Any](
        "apiVersion" -> ApiVersion.VALUE,
        "runId" -> "run-1",
        "stepId" -> s"step-$stage",
        "stage" -> stage,
        "attempt" ->
          Map[String, Any]("id" -> attemptId, "number" -> attempt, "token" -> "0123456789abcdef" * 2),
        "dataset" -> s"web/$stage",
        "versionKey" -> key,
        "codeVersion" -> digest("code"),
        "settings" -> settings,
        "settingsDigest" -> digest(settings.toString),
        "inputs" -> (input.toSeq ++ against).map(_.asInput),
        "earlier" -> earlier.map(_.asInput),
        "sources" -> Seq.empty,
        "models" -> models,
        "tokenizer" -> tokenizer,
        "output" -> Map("versionUri" -> uri(s"versions/$stage/$key/"), "prefix" -> s"attempts/$attemptId/"),
        "control" -> Map("uri" -> uri(s"runs/run-1/$stage/$attemptId/")),
        "resources" -> Map("cpu" -> 2, "memoryMb" -> 1024, "partitionsPerCore" -> partitionsPerCore)
      )
    )
    val file = SpecFile(this, stage, key, attemptId)
    val _ = Storage.of(file.uri).create(file.uri, Json.prettyBytes(spec))
    file
  }

  def digest(text: String): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8")))
}

/** A written job spec, and what its job leaves behind. */
final case class SpecFile(store: TestStore, stage: String, versionKey: String, attemptId: String) {
  val control: String = store.uri(s"runs/run-1/$stage/$attemptId/")
  val uri: String = control + "spec.json"
  val versionUri: String = store.uri(s"versions/$stage/$versionKey/")
  val manifestUri: String = versionUri + "manifest.json"
  val outputUri: String = s"${versionUri}attempts/$attemptId/"

  def asInput: Map[String, String] = Map(
    "dataset" -> s"web/$stage",
    "stage" -> stage,
    "versionKey" -> versionKey,
    "manifestUri" -> manifestUri
  )

  def manifest: JsonNode = Json.parse(Storage.of(manifestUri).read(manifestUri))

  def problem: JsonNode = Json.parse(Storage.of(control).read(control + "problem.json"))

  def held: JsonNode = Json.parse(Storage.of(control).read(control + "held.json"))

  def isCommitted: Boolean = Storage.of(manifestUri).exists(manifestUri)

  /** Names of all files below the attempt's prefix. */
  def outputFiles: Set[String] = {
    val folder = FileStorage.path(outputUri)
    if (!Files.exists(folder)) Set.empty
    else Files.walk(
      folder
    ).iterator().asScala.filter(Files.isRegularFile(_)).map(folder.relativize(_).toString).toSet
  }
}
