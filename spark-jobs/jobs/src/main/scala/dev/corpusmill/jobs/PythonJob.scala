package dev.corpusmill.jobs

import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.sql.{Dataset, Row, SparkSession}

import scala.util.control.NonFatal

/**
 * The lifecycle of an attempt for the extract job, which is written in Python and calls this through py4j.
 *
 * Staged rows have `role` (documents, rejected, quarantine or summary), the columns of a document, and `reason`,
 * `detail`, `uri`, `offset`; rows of role summary count in `records` the records seen in one input file of `source`.
 */
final class PythonJob private (run: JobRun, spec: String) {
  private var failure = Option.empty[Throwable]

  /** The job spec as it was read. */
  def specJson(): String = spec

  def phase(name: String): Unit = run.phase(name)

  /** Folder of the attempt's prefix; ends with '/'. */
  def outputUri(): String = run.spec.outputUri

  /** Computes the staged rows once, writes them to their roles' files, checks the counts and commits. */
  def commitStaged(staged: Dataset[Row]): Unit =
    try {
      run.phase("extract and write")
      val output = RoleWriter.write(run, staged, PythonJob.PLANS)
      val counts = Counts.of(output.tally.recordsSeen, output.tally)
      BadRecords.check(counts, run.spec.settings.get("maxBadRecordFraction").doubleValue())
      val _ = run.commit(StageOutput(output.files, counts, output.tally.digests))
    } catch {
      case NonFatal(error) =>
        failure = Some(error)
        throw error
    }

  /** Writes problem.json for an expected error; `detailsJson` is a JSON object. */
  def fail(code: String, message: String, detailsJson: String, retryable: Boolean): Unit = {
    val details = Json.fields(Json.parse(detailsJson.getBytes("UTF-8"))).toMap
    run.fail(new CorpusmillError(code, message, details, retryable))
  }

  /**
   * Writes problem.json for anything else that ended the job: the error of [[commitStaged]] under its own code where
   * that raised one, else JOB_FAILED with the class of the Python error.
   */
  def failUnexpected(errorClass: String): Unit =
    run.fail(failure.getOrElse(Problem.unexpected(Seq(errorClass), run.currentPhase)))

  /** Ends progress and restores the session's settings. */
  def close(): Unit = run.close()
}

object PythonJob {
  private val DOCUMENT_COLUMNS = Columns.DOCUMENT_SCHEMA.fieldNames.toSeq
  private val PLANS = Seq(
    RolePlan(Role.DOCUMENTS, DOCUMENT_COLUMNS),
    RolePlan(Role.REJECTED, DOCUMENT_COLUMNS ++ Seq(Columns.REASON, Columns.DETAIL)),
    RolePlan(Role.QUARANTINE, Seq(Columns.SOURCE, "uri", "offset", Columns.REASON, Columns.DETAIL))
  )

  /** Parses the spec, claims the attempt and starts progress; null where the claim or the version is another's. */
  def open(specUri: String): PythonJob = {
    val spark = SparkSession.builder().getOrCreate()
    JobRun
      .open(spark, specUri)
      .map(run => new PythonJob(run, new String(Storage.of(specUri).read(specUri), "UTF-8")))
      .orNull
  }
}

/** The stop where too much of a source could not be read. */
object BadRecords {

  /** Raises BAD_RECORD_FRACTION_EXCEEDED where quarantined / in of a source is above `limit`. */
  def check(counts: Counts, limit: Double): Unit =
    counts.bySource.foreach { case (source, of) =>
      val fraction = if (of.in == 0) 0.0 else of.quarantined.toDouble / of.in
      if (fraction > limit)
        throw new CorpusmillError(
          "BAD_RECORD_FRACTION_EXCEEDED",
          s"source $source: ${of.quarantined} of ${of.in} records are quarantined, $fraction is above " +
            s"maxBadRecordFraction $limit; look at the source's files or raise the limit",
          Map("source" -> source, "fraction" -> fraction, "limit" -> limit)
        )
    }
}
