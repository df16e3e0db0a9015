package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.node.ObjectNode
import dev.corpusmill.core.CorpusmillError
import org.apache.spark.sql.SparkSession
import org.slf4j.LoggerFactory

import java.nio.file.Paths
import java.time.Clock

/**
 * One attempt at work, from claim to commit or problem:
 * {{{
 * parse spec -> claim -> (manifest there? end) -> work -> commit | fail -> close
 * }}}
 */
final class JobRun private (val spark: SparkSession, val spec: JobSpec, clock: Clock) extends AutoCloseable {
  private val log = LoggerFactory.getLogger(getClass)
  private val storage = Storage.of(spec.controlUri)
  private val progress = new Progress(spark.sparkContext, spec, clock)
  private val restoreSettings = SessionSettings.apply(spark, spec.resources)
  private var inputBytes = spec.sources.map(_.bytes).sum

  /** The committed versions that the spec names; read when first asked for. */
  lazy val inputs: Seq[InputVersion] = {
    val versions = spec.inputs.map(InputVersion.load)
    inputBytes += versions.map(_.sizeBytes(Role.DOCUMENTS)).sum
    versions
  }

  /** The one input of every stage but extract; dedup's other inputs are versions that it compares with. */
  def input: InputVersion = inputs match {
    case Seq(only) => only
    case first +: _ if spec.stage == "dedup" => first
    case others =>
      throw new CorpusmillError(
        "SPEC_INVALID",
        s"stage ${spec.stage} reads one input version, not ${others.size}"
      )
  }

  /** Versions of the same stage and input that the spec names, as far as they can still be read. */
  def earlier: Seq[InputVersion] =
    spec.earlier.flatMap(reference =>
      try Some(InputVersion.load(reference)).filter(_.hasFiles)
      catch { case _: CorpusmillError => None }
    )

  /** Names what the job does from now on, in a few words. */
  def phase(name: String): Unit = {
    spark.sparkContext.setJobDescription(s"${spec.attempt.id}: $name")
    progress.phase(name)
  }

  /** What the job does now. */
  def currentPhase: String = progress.currentPhase

  /**
   * Commits the output by creating manifest.json; a version that somebody else has committed stays theirs. False where
   * the output has to be approved first: the manifest then waits as held.json beside the problem that says why.
   */
  def commit(output: StageOutput): Boolean = {
    phase("commit")
    val manifest = buildManifest(output)
    output.approval.foreach(hold(manifest, _))
    if (output.approval.isEmpty) publish(manifest)
    output.approval.isEmpty
  }

  private def publish(manifest: ObjectNode): Unit = {
    val isOurs = Storage.of(spec.versionUri).create(spec.manifestUri, Json.prettyBytes(manifest))
    log.info("job.committed runId={} stepId={} stage={} ours={}", spec.runId, spec.stepId, spec.stage, isOurs)
  }

  private def hold(manifest: ObjectNode, reason: CorpusmillError): Unit = {
    storage.replace(spec.controlUri + "held.json", Json.prettyBytes(manifest))
    storage.replace(
      spec.controlUri + "problem.json",
      Json.prettyBytes(Problem.build(spec.attempt.id, reason))
    )
    log.info("job.held runId={} stepId={} stage={} code={}", spec.runId, spec.stepId, spec.stage, reason.code)
  }

  private def buildManifest(output: StageOutput): ObjectNode = {
    val timings = Manifest.Timings(clock.instant(), progress.wallSeconds, progress.phases)
    val manifest = Manifest.build(spec, inputs.map(_.asManifestInput), output, timings)
    val problems = Contracts.problems(Contracts.MANIFEST, manifest)
    if (problems.nonEmpty)
      throw new IllegalStateException("manifest breaks its contract at " +
        problems.map(_.pointer).mkString(", "))
    manifest
  }

  /** Deletes what the attempt wrote, which makes room on a full disk, and writes problem.json. */
  def fail(failure: Throwable): Unit = {
    val error = Problem.classify(failure, progress.currentPhase, diskState)
    log.error(
      "job.failed runId={} stepId={} stage={} code={} message={}",
      spec.runId,
      spec.stepId,
      spec.stage,
      error.code,
      error.getMessage
    )
    Problem.places(failure).foreach(place => log.error("job.failed at {}", place))
    Storage.of(spec.versionUri).deleteFolder(spec.outputUri)
    storage.replace(spec.controlUri + "problem.json", Json.prettyBytes(Problem.build(spec.attempt.id, error)))
  }

  override def close(): Unit = {
    progress.close()
    restoreSettings()
    spark.sparkContext.setJobDescription(null)
  }

  /**
   * Where the least is left: the output folder or Spark's own scratch folder. About as much is needed as is read, and
   * no less than was written before the disk was full.
   */
  private def diskState: Problem.DiskState = {
    val neededBytes = math.max(inputBytes, Storage.of(spec.outputUri).folderBytes(spec.outputUri))
    val scratch = spark.sparkContext.getConf.get("spark.local.dir", System.getProperty("java.io.tmpdir"))
    val folders = spec.outputUri +:
      scratch.split(',').toSeq.map(folder => Paths.get(folder.trim).toUri.toString)
    val states =
      folders.flatMap(uri => Storage.of(uri).usableBytes(uri).map(Problem.DiskState(uri, _, neededBytes)))
    states.minByOption(_.freeBytes).getOrElse(Problem.DiskState(spec.outputUri, 0L, neededBytes))
  }
}

object JobRun {
  private val log = LoggerFactory.getLogger(getClass)

  /**
   * Opens the attempt of the spec at `specUri`; None where another process holds its claim or the version is
   * committed already. A spec that is not valid leaves a problem where it names a control folder, and raises
   * SPEC_INVALID.
   */
  def open(spark: SparkSession, specUri: String, clock: Clock = Clock.systemUTC()): Option[JobRun] = {
    S3Settings.applyTo(spark.sparkContext.hadoopConfiguration)
    val spec = parseSpec(specUri)
    if (!Claim.make(spec, clock.instant())) {
      log.info("job.skipped attemptId={} because=claimed", spec.attempt.id)
      None
    } else if (Storage.of(spec.versionUri).exists(spec.manifestUri)) {
      log.info("job.skipped attemptId={} because=committed", spec.attempt.id)
      None
    } else Some(start(spark, spec, clock))
  }

  private def start(spark: SparkSession, spec: JobSpec, clock: Clock): JobRun = {
    val run = new JobRun(spark, spec, clock)
    run.progress.start()
    log.info(
      "job.started runId={} stepId={} stage={} attemptId={}",
      spec.runId,
      spec.stepId,
      spec.stage,
      spec.attempt.id
    )
    run
  }

  private def parseSpec(specUri: String): JobSpec = {
    val bytes = Storage.of(specUri).read(specUri)
    try JobSpec.parse(bytes)
    catch {
      case error: CorpusmillError =>
        JobSpec.findControlUri(bytes).foreach { case (controlUri, attemptId) =>
          Storage.of(controlUri).replace(
            controlUri + "problem.json",
            Json.prettyBytes(Problem.build(attemptId, error))
          )
        }
        throw error
    }
  }
}
