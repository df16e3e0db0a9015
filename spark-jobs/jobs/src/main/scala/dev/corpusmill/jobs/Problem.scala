package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ObjectNode
import dev.corpusmill.core.CorpusmillError
import org.apache.spark.SparkThrowable

import java.nio.file.FileSystemException

/**
 * Maps a failure to problem.json (docs/contracts/problem.schema.json). Errors of Spark, Parquet and the like may
 * quote rows, so of an unexpected error only the class names and the phase are told.
 */
object Problem {
  private val MAX_MESSAGE_CHARS = 4000
  private val PLACES_PER_CAUSE = 12
  private val NO_SPACE_MESSAGES = Seq("No space left on device", "Disk quota exceeded", "Not enough space")

  private val STORE_ERRORS =
    Seq("org.apache.hadoop.fs.s3a.", "software.amazon.awssdk.", "StorageUnavailableError")

  /** What the disk looked like when it was full. */
  final case class DiskState(path: String, freeBytes: Long, neededBytes: Long)

  /** The expected error behind a failure, whatever Spark wrapped around it. */
  def classify(failure: Throwable, phase: String, disk: => DiskState): CorpusmillError = {
    val chain = causes(failure)
    chain
      .collectFirst { case expected: CorpusmillError => expected }
      .orElse(Option.when(chain.exists(isDiskFull))(diskFull(disk)))
      .orElse(Option.when(chain.exists(isOutOfMemory))(memoryExceeded(phase)))
      .orElse(Option.when(chain.exists(isOfStore))(storageUnavailable(phase)))
      .getOrElse(unexpected(chain.map(_.getClass.getName), phase))
  }

  /** JOB_FAILED, with class names only. */
  def unexpected(classNames: Seq[String], phase: String): CorpusmillError = new CorpusmillError(
    "JOB_FAILED",
    s"the job failed while in phase '$phase': ${classNames.distinct.mkString(", caused by ")}; the attempt's log has more",
    Map("phase" -> phase, "errors" -> classNames.distinct),
    retryable = true
  )

  def diskFull(disk: DiskState): CorpusmillError = new CorpusmillError(
    "DISK_FULL",
    s"no space left at ${disk.path}: ${disk.freeBytes} bytes are free, about ${disk.neededBytes} are needed; " +
      "free space there and retry the run",
    Map("path" -> disk.path, "freeBytes" -> disk.freeBytes, "neededBytes" -> disk.neededBytes)
  )

  /** Class, Spark's error condition and stack frames of each cause: all that can be logged without quoting rows. */
  def places(failure: Throwable): Seq[String] = causes(failure).flatMap { cause =>
    val condition = cause match {
      case spark: SparkThrowable => Option(spark.getCondition).fold("")(name => s" [$name]")
      case _ => ""
    }
    (cause.getClass.getName + condition) +: cause.getStackTrace.take(PLACES_PER_CAUSE).map(_.toString).toSeq
  }

  def build(attemptId: String, error: CorpusmillError): ObjectNode = {
    val problem = Json.objectNode()
    problem.put("apiVersion", ApiVersion.VALUE)
    problem.put("attemptId", attemptId)
    problem.put("code", error.code)
    problem.put("message", error.getMessage.take(MAX_MESSAGE_CHARS))
    problem.set[JsonNode]("details", Json.toNode(error.details))
    problem.put("retryable", error.retryable)
  }

  /** True where the disk was full, whether the error came as an object or only as text through an executor. */
  private def isDiskFull(error: Throwable): Boolean = {
    val texts = Option(error.getMessage).toSeq ++
      (error match {
        case fileError: FileSystemException => Option(fileError.getReason).toSeq
        case _ => Seq.empty
      })
    texts.exists(text => NO_SPACE_MESSAGES.exists(text.contains))
  }

  /** True for what S3A, its SDK and our Python readers raise, as an object or as text through an executor. */
  private def isOfStore(error: Throwable): Boolean = {
    val texts = error.getClass.getName +: Option(error.getMessage).toSeq
    texts.exists(text => STORE_ERRORS.exists(text.contains))
  }

  private def storageUnavailable(phase: String): CorpusmillError = new CorpusmillError(
    "STORAGE_UNAVAILABLE",
    s"the object store did not answer in phase '$phase', although it was asked for minutes; look at the store, its " +
      "credentials and the attempt's log",
    Map("phase" -> phase),
    retryable = true
  )

  private def isOutOfMemory(error: Throwable): Boolean =
    error.isInstanceOf[OutOfMemoryError] ||
      Option(error.getMessage).exists(_.contains("java.lang.OutOfMemoryError"))

  private def memoryExceeded(phase: String): CorpusmillError = new CorpusmillError(
    "MEMORY_EXCEEDED",
    s"the job ran out of memory in phase '$phase'; raise resources.memoryMb or resources.partitionsPerCore",
    Map("phase" -> phase),
    retryable = true
  )

  private def causes(failure: Throwable): Seq[Throwable] =
    Iterator.iterate(failure)(_.getCause).takeWhile(_ != null).take(50).toSeq
}
