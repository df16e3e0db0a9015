package dev.corpusmill.jobs

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.sql.{DataFrame, Row, SparkSession}

import java.security.MessageDigest
import java.util.HexFormat

/** A committed version that a stage reads. */
final case class InputVersion(
    reference: InputReference,
    manifest: JsonNode,
    manifestSha256: String,
    private val isUsed: String => Boolean = InputVersion.ALL
) {
  private val folderUri = reference.manifestUri.stripSuffix("manifest.json") +
    manifest.get("prefix").textValue()

  /** URIs of the files of a role. */
  def fileUris(role: String): Seq[String] = files(role).map(file => folderUri + file.get("path").textValue())

  /** The version with some of its files only, by their paths. */
  def only(isWanted: String => Boolean): InputVersion = copy(isUsed = isWanted)

  /** Bytes of the files of a role. */
  def sizeBytes(role: String): Long = files(role).map(_.get("bytes").longValue()).sum

  /** True where all its files are there with the manifest's sizes. */
  def hasFiles: Boolean = Json.elements(manifest.get("files")).forall { file =>
    val uri = folderUri + file.get("path").textValue()
    Storage.of(uri).exists(uri) && Storage.of(uri).size(uri) == file.get("bytes").longValue()
  }

  /** Documents by source: what goes into the next stage. */
  def keptBySource: Map[String, Long] =
    Json.fields(manifest.at("/counts/bySource")).map { case (source, counts) =>
      source -> counts.get("kept").longValue()
    }.toMap

  /** The tokenizer of its tokens; None before tokenize. */
  def tokenizer: Option[TokenizerIdentity] =
    Option(manifest.get("tokenizer")).filterNot(_.isNull).map { node =>
      TokenizerIdentity(
        node.get("name").textValue(),
        node.get("sha256").textValue(),
        node.get("vocabSize").intValue(),
        node.get("endOfTextId").intValue()
      )
    }

  def asManifestInput: Manifest.Input = Manifest.Input(reference, manifestSha256)

  /** Raises INPUT_MISSING or INPUT_CORRUPT unless every file of the role has its manifest's size and SHA-256. */
  def verify(spark: SparkSession, role: String): Unit = {
    val expected = files(role).map { file =>
      (
        folderUri + file.get("path").textValue(),
        file.get("bytes").longValue(),
        file.get("sha256").textValue()
      )
    }
    if (expected.nonEmpty)
      spark.sparkContext.parallelize(expected, expected.size).foreach { case (uri, bytes, sha256) =>
        InputVersion.verifyFile(uri, bytes, sha256)
      }
  }

  /**
   * The rows of a role's files, without the columns that only the stage which wrote them reads; without files, no rows
   * with the columns of a document.
   */
  def read(spark: SparkSession, role: String): DataFrame = {
    val rows = readOwn(spark, role)
    rows.drop(rows.columns.filter(_.startsWith(Columns.OWN_PREFIX)).toIndexedSeq: _*)
  }

  /** As `read`, with all columns: for the stage that wrote them. */
  def readOwn(spark: SparkSession, role: String): DataFrame = {
    val paths = fileUris(role).map(InputVersion.literalPath)
    if (paths.isEmpty) spark.createDataFrame(java.util.List.of[Row](), Columns.DOCUMENT_SCHEMA)
    else spark.read.parquet(paths: _*)
  }

  private def files(role: String): Seq[JsonNode] =
    Json.elements(manifest.get("files"))
      .filter(file => file.get("role").textValue() == role && isUsed(file.get("path").textValue()))
}

object InputVersion {
  private val ALL: String => Boolean = _ => true
  private val GLOB_CHARACTERS = "([\\\\*?\\[\\]{}])".r

  /** The path for Spark's reader, which would take some characters of a name for patterns. */
  def literalPath(uri: String): String =
    GLOB_CHARACTERS.replaceAllIn(Storage.of(uri).hadoopPath(uri).toString, "\\\\$1")

  /** Reads and checks the manifest that `reference` names. */
  def load(reference: InputReference): InputVersion = {
    val bytes = Storage.of(reference.manifestUri).read(reference.manifestUri)
    val manifest = parse(reference.manifestUri, bytes)
    if (manifest.get("versionKey").textValue() != reference.versionKey)
      throw corrupt(reference.manifestUri, s"its version key is not ${reference.versionKey}")
    InputVersion(
      reference,
      manifest,
      HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
    )
  }

  private def parse(uri: String, bytes: Array[Byte]): JsonNode = {
    val manifest =
      try Json.parse(bytes)
      catch { case _: JsonProcessingException => throw corrupt(uri, "it is no JSON document") }
    Contracts.problems(Contracts.MANIFEST, manifest).headOption.foreach { problem =>
      throw corrupt(uri, s"${problem.pointer}: ${problem.message}")
    }
    manifest
  }

  private def verifyFile(uri: String, bytes: Long, sha256: String): Unit = {
    val actualBytes = Storage.of(uri).size(uri)
    if (actualBytes != bytes) throw corrupt(uri, s"it has $actualBytes bytes, the manifest says $bytes")
    val (_, actualSha256) = ManifestFiles.sizeAndSha256(uri)
    if (actualSha256 != sha256) throw corrupt(uri, s"its SHA-256 is $actualSha256, the manifest says $sha256")
  }

  private def corrupt(uri: String, what: String): CorpusmillError =
    new CorpusmillError(
      "INPUT_CORRUPT",
      s"$uri is damaged: $what; delete its version and run again",
      Map("uri" -> uri)
    )
}
