package dev.corpusmill.jobs

import org.apache.spark.sql.SparkSession
import org.slf4j.LoggerFactory

import scala.util.control.NonFatal

/** Entry point of the Scala stages: `Main.run` on a session that is there, `main` for spark-submit. */
object Main {
  private val log = LoggerFactory.getLogger(getClass)

  /** Runs the job spec that the single argument names; exit status as [[run]]. */
  def main(arguments: Array[String]): Unit = arguments match {
    case Array(specUri) =>
      val status = run(specUri)
      SparkSession.active.stop()
      sys.exit(status)
    case _ =>
      log.error("usage: Main SPEC_URI")
      sys.exit(2)
  }

  /** 0 where the version is committed or the attempt is somebody else's; 1 where problem.json tells why not, or what has to be approved. */
  def run(specUri: String): Int = {
    val spark = SparkSession.builder().getOrCreate()
    try JobRun.open(spark, specUri).fold(0)(runStage)
    catch {
      case NonFatal(error) =>
        log.error("job.unopened error={} message={}", error.getClass.getName, error.getMessage: Any)
        1
    }
  }

  private def runStage(job: JobRun): Int =
    try
      if (job.commit(StageJob.of(job.spec.stage).run(job))) 0 else 1
    catch {
      case failure @ (NonFatal(_) | _: OutOfMemoryError) =>
        job.fail(failure)
        1
    } finally job.close()
}
