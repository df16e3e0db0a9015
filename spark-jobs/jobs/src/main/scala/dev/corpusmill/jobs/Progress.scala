package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.node.ObjectNode
import org.apache.spark.scheduler.{SparkListener, SparkListenerStageSubmitted, SparkListenerTaskEnd}
import org.apache.spark.{SparkContext, Success}
import org.slf4j.LoggerFactory

import java.io.IOException
import java.time.{Clock, Instant}
import java.time.temporal.ChronoUnit.SECONDS
import java.util.concurrent.{ExecutorService, Executors, ScheduledExecutorService, TimeUnit}

/** Where a job stands. Units are the Spark tasks of the current phase, as far as they are known. */
final case class ProgressState(
    phase: String,
    unitsDone: Long = 0,
    unitsTotal: Option[Long] = None,
    phaseRows: Long = 0,
    phaseBytes: Long = 0,
    rows: Long = 0,
    bytes: Long = 0
) {

  /** Rows and bytes never go back: a phase that reads its input again starts below what was seen before. */
  def addTask(rowsRead: Long, bytesRead: Long): ProgressState = {
    val rowsNow = phaseRows + rowsRead
    val bytesNow = phaseBytes + bytesRead
    copy(
      unitsDone = unitsDone + 1,
      phaseRows = rowsNow,
      phaseBytes = bytesNow,
      rows = rows.max(rowsNow),
      bytes = bytes.max(bytesNow)
    )
  }

  def addStage(tasks: Long): ProgressState = copy(unitsTotal = Some(unitsTotal.getOrElse(0L) + tasks))

  def startPhase(next: String): ProgressState = ProgressState(next, rows = rows, bytes = bytes)
}

/**
 * Rewrites progress.json every two seconds (docs/contracts/progress.schema.json) from a thread of its own, fed by
 * the tasks that Spark ends, and measures the phases.
 */
final class Progress(context: SparkContext, spec: JobSpec, clock: Clock) extends AutoCloseable {
  private val log = LoggerFactory.getLogger(getClass)
  private val storage = Storage.of(spec.controlUri)
  private val startedAt = clock.instant()
  private var state = ProgressState("start")
  private var phaseStartedAt = startedAt
  private var phaseSeconds = Map.empty[String, Double]

  private val writer: ScheduledExecutorService = Executors.newSingleThreadScheduledExecutor { task =>
    val thread = new Thread(task, s"corpusmill-progress-${spec.attempt.id}")
    thread.setDaemon(true)
    thread
  }

  private val listener = new SparkListener {
    override def onStageSubmitted(event: SparkListenerStageSubmitted): Unit =
      update(_.addStage(event.stageInfo.numTasks.toLong))

    override def onTaskEnd(event: SparkListenerTaskEnd): Unit =
      if (event.reason == Success && event.taskMetrics != null) {
        val input = event.taskMetrics.inputMetrics
        update(_.addTask(input.recordsRead, input.bytesRead))
      }
  }

  /** Starts reporting. */
  def start(): Unit = {
    context.addSparkListener(listener)
    val _ =
      writer.scheduleWithFixedDelay(() => writeQuietly(), 0L, Progress.INTERVAL_SECONDS, TimeUnit.SECONDS)
  }

  /** Names what the job does from now on; at most 60 characters. */
  def phase(name: String): Unit = synchronized {
    endPhase()
    state = state.startPhase(name)
    log.info("phase.started runId={} stepId={} phase={}", spec.runId, spec.stepId, name)
  }

  def currentPhase: String = synchronized(state.phase)

  /** Seconds since the job started. */
  def wallSeconds: Double = secondsSince(startedAt)

  /** Seconds per phase, the current one as far as it has come. */
  def phases: Map[String, Double] = synchronized {
    endPhase()
    phaseSeconds
  }

  override def close(): Unit = {
    context.removeSparkListener(listener)
    stop(writer)
    writeQuietly()
  }

  private def update(change: ProgressState => ProgressState): Unit = synchronized { state = change(state) }

  private def endPhase(): Unit = {
    val now = clock.instant()
    val seconds = java.time.Duration.between(phaseStartedAt, now).toNanos / 1e9
    phaseSeconds = phaseSeconds.updated(state.phase, phaseSeconds.getOrElse(state.phase, 0.0) + seconds)
    phaseStartedAt = now
  }

  private def secondsSince(instant: Instant): Double =
    java.time.Duration.between(instant, clock.instant()).toNanos / 1e9

  /** A progress file that cannot be written now is tried again in two seconds: the work itself must not end by it. */
  private def writeQuietly(): Unit =
    try storage.replace(spec.controlUri + "progress.json", Json.prettyBytes(build()))
    catch { case error: IOException => log.warn("progress.unwritable error={}", error.getClass.getName) }

  private def build(): ObjectNode = {
    val now = synchronized(state)
    val progress = Json.objectNode()
    progress.put("apiVersion", ApiVersion.VALUE)
    progress.put("attemptId", spec.attempt.id)
    progress.put("phase", now.phase)
    progress.put("unitsDone", now.unitsDone)
    progress.set[com.fasterxml.jackson.databind.JsonNode]("unitsTotal", Json.toNode(now.unitsTotal))
    progress.set[com.fasterxml.jackson.databind.JsonNode](
      "rows",
      Json.toNode(Option.when(now.rows > 0)(now.rows))
    )
    progress.set[com.fasterxml.jackson.databind.JsonNode](
      "bytes",
      Json.toNode(Option.when(now.bytes > 0)(now.bytes))
    )
    progress.put("updatedAt", clock.instant().truncatedTo(SECONDS).toString)
  }

  private def stop(executor: ExecutorService): Unit = {
    executor.shutdown()
    val _ = executor.awaitTermination(Progress.INTERVAL_SECONDS * 5, TimeUnit.SECONDS)
  }
}

object Progress {
  val INTERVAL_SECONDS = 2L
}
