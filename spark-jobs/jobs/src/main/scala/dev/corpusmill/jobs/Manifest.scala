package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ObjectNode
import dev.corpusmill.core.CorpusmillError

import java.time.Instant
import java.time.temporal.ChronoUnit.SECONDS
import scala.collection.immutable.{SortedMap, VectorMap}

/** A file of a version, `path` below the attempt's prefix. */
final case class ManifestFile(
    path: String,
    role: String,
    format: String,
    bytes: Long,
    sha256: String,
    rows: Option[Long],
    tokens: Option[Long]
)

/** in = kept + rejected + quarantined, by its construction checked. */
final case class SourceCounts(in: Long, kept: Long, rejected: Long, quarantined: Long)

/** Counts of a version. `tokens` is None before tokenize. */
final case class Counts(
    bySource: SortedMap[String, SourceCounts],
    rejectedByReason: Map[String, Long],
    quarantinedByReason: Map[String, Long],
    byLanguage: Map[String, Long],
    tokens: Option[Long]
) {
  def total: SourceCounts = bySource.values.foldLeft(SourceCounts(0, 0, 0, 0)) { (sum, counts) =>
    SourceCounts(
      sum.in + counts.in,
      sum.kept + counts.kept,
      sum.rejected + counts.rejected,
      sum.quarantined + counts.quarantined
    )
  }
}

object Counts {

  /**
   * Counts of what was written, against `in`, counted elsewhere: the records seen, or the input version's manifest.
   * `keptRole` is the role of the kept rows. Raises COUNTS_DO_NOT_ADD_UP that names the first source that differs.
   */
  def of(
      in: Map[String, Long],
      tally: Tally,
      keptRole: String = Role.DOCUMENTS,
      tokens: Option[Long] = None
  ): Counts = {
    val kept = tally.rowsBySource(keptRole)
    val rejected = tally.rowsBySource(Role.REJECTED)
    val quarantined = tally.rowsBySource(Role.QUARANTINE)
    val sources = in.keySet ++ kept.keySet ++ rejected.keySet ++ quarantined.keySet
    val bySource = sources.toSeq.map { source =>
      source -> checked(
        source,
        SourceCounts(
          in.getOrElse(source, 0L),
          kept.getOrElse(source, 0L),
          rejected.getOrElse(source, 0L),
          quarantined.getOrElse(source, 0L)
        )
      )
    }
    Counts(
      SortedMap.from(bySource),
      tally.rowsByReason(Role.REJECTED),
      tally.rowsByReason(Role.QUARANTINE),
      tally.languages,
      tokens
    )
  }

  private def checked(source: String, counts: SourceCounts): SourceCounts = {
    if (counts.in != counts.kept + counts.rejected + counts.quarantined)
      throw new CorpusmillError(
        "COUNTS_DO_NOT_ADD_UP",
        s"source $source: ${counts.in} in, but ${counts.kept} kept + ${counts.rejected} rejected + " +
          s"${counts.quarantined} quarantined; nothing was committed, please report this",
        Map(
          "source" -> source,
          "in" -> counts.in,
          "kept" -> counts.kept,
          "rejected" -> counts.rejected,
          "quarantined" -> counts.quarantined
        )
      )
    counts
  }
}

/** The tokenizer that a version's tokens belong to. */
final case class TokenizerIdentity(name: String, sha256: String, vocabSize: Int, endOfTextId: Int)

/**
 * What a stage hands over to be committed. `digests` are sums of row hashes by role; `report` is the stage's own. With
 * `approval`, a person has to look at the output before it is committed.
 */
final case class StageOutput(
    files: Seq[ManifestFile],
    counts: Counts,
    digests: Map[String, BigInt],
    tokenizer: Option[TokenizerIdentity] = None,
    report: Map[String, Any] = Map.empty,
    approval: Option[CorpusmillError] = None
)

/** Builds manifest.json (docs/contracts/manifest.schema.json). */
object Manifest {

  /** An input of the version, with the SHA-256 of its manifest's bytes. */
  final case class Input(reference: InputReference, manifestSha256: String)

  /** When the job ended, and how long it and its phases took, in seconds. */
  final case class Timings(endedAt: Instant, wallSeconds: Double, phases: Map[String, Double])

  def build(
      spec: JobSpec,
      inputs: Seq[Input],
      output: StageOutput,
      timings: Timings
  ): ObjectNode = {
    val manifest = identity(spec, timings.endedAt)
    set(manifest, "inputs", inputs.map(inputNode))
    set(manifest, "sources", spec.sources.map(sourceNode))
    set(
      manifest,
      "models",
      spec.models.map(model => VectorMap("name" -> model.get("name"), "sha256" -> model.get("sha256")))
    )
    set(manifest, "tokenizer", output.tokenizer.map(tokenizerNode))
    manifest.put("prefix", spec.prefix)
    set(manifest, "files", output.files.sortBy(_.path).map(fileNode))
    set(manifest, "counts", countsNode(output.counts))
    set(manifest, "contentDigests", SortedMap.from(output.digests.view.mapValues(ContentDigest.hex)))
    set(
      manifest,
      "timings",
      VectorMap[String, Any]("wallSeconds" -> timings.wallSeconds, "phases" -> SortedMap.from(timings.phases))
    )
    set(manifest, "report", output.report)
    manifest
  }

  private def identity(spec: JobSpec, createdAt: Instant): ObjectNode = {
    val manifest = Json.objectNode()
    manifest.put("apiVersion", ApiVersion.VALUE)
    manifest.put("stage", spec.stage)
    manifest.put("dataset", spec.dataset)
    manifest.put("versionKey", spec.versionKey)
    manifest.put("runId", spec.runId)
    set(manifest, "attempt", VectorMap[String, Any]("id" -> spec.attempt.id, "number" -> spec.attempt.number))
    manifest.put("createdAt", createdAt.truncatedTo(SECONDS).toString)
    manifest.put("codeVersion", spec.codeVersion)
    set(manifest, "settings", spec.settings)
    manifest.put("settingsDigest", spec.settingsDigest)
  }

  private def inputNode(input: Input): Map[String, Any] = VectorMap(
    "dataset" -> input.reference.dataset,
    "stage" -> input.reference.stage,
    "versionKey" -> input.reference.versionKey,
    "manifestSha256" -> input.manifestSha256
  )

  private def sourceNode(source: SourceReference): Map[String, Any] = VectorMap[String, Any](
    "name" -> source.name,
    "kind" -> source.kind,
    "domain" -> source.domain,
    "files" -> source.files,
    "bytes" -> source.bytes
  )

  private def tokenizerNode(tokenizer: TokenizerIdentity): Map[String, Any] = VectorMap(
    "name" -> tokenizer.name,
    "sha256" -> tokenizer.sha256,
    "vocabSize" -> tokenizer.vocabSize,
    "endOfTextId" -> tokenizer.endOfTextId
  )

  private def fileNode(file: ManifestFile): Map[String, Any] = VectorMap[String, Any](
    "path" -> file.path,
    "role" -> file.role,
    "format" -> file.format,
    "bytes" -> file.bytes,
    "sha256" -> file.sha256,
    "rows" -> file.rows,
    "tokens" -> file.tokens
  )

  private def countsNode(counts: Counts): Map[String, Any] = sourceCountsNode(counts.total) ++ VectorMap(
    "rejectedByReason" -> SortedMap.from(counts.rejectedByReason),
    "quarantinedByReason" -> SortedMap.from(counts.quarantinedByReason),
    "bySource" -> SortedMap.from(counts.bySource.view.mapValues(sourceCountsNode)),
    "byLanguage" -> SortedMap.from(counts.byLanguage),
    "tokens" -> counts.tokens
  )

  private def sourceCountsNode(counts: SourceCounts): Map[String, Any] = VectorMap(
    "in" -> counts.in,
    "kept" -> counts.kept,
    "rejected" -> counts.rejected,
    "quarantined" -> counts.quarantined
  )

  private def set(node: ObjectNode, key: String, value: Any): Unit = {
    val _ = node.set[JsonNode](key, Json.toNode(value))
  }
}
