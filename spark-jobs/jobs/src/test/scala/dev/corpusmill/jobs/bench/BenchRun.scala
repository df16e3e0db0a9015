package dev.corpusmill.jobs.bench

import com.fasterxml.jackson.databind.ObjectMapper
import com.sun.management.OperatingSystemMXBean

import java.lang.management.ManagementFactory
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import scala.collection.mutable
import scala.io.{Codec, Source}
import scala.util.Using

/** What the bench programs do alike: texts in batches, CPU time of the work alone, one JSON line at the end. */
object BenchRun {
  private val BATCH_BYTES = 4000000L

  /** The code is warm when the compilers were idle for so long, but for a fiftieth of it. */
  private val QUIET_SECONDS = 3.0
  private val QUIET_SHARE = 0.02
  private val LONGEST_WARM_UP_SECONDS = 60.0
  private val NANOS = 1e9
  private val MEASURED_SECONDS = 1.0
  private val mapper = new ObjectMapper()

  /** Does what `newWork` gives on every text of JSON lines with `text`, and prints what it cost. */
  def report(path: Path, isCold: Boolean = false)(newWork: () => String => Unit): Unit =
    reportBatches(path, isCold)(identity) { () =>
      val work = newWork()
      (_: Seq[String]).foreach(work)
    }

  /**
   * The same for batches of texts; `prepare` makes of a batch what is worked on, while the clock stands.
   *
   * The code is warmed up until the compilers are done, and the input is worked on again until enough time is counted:
   * the system counts in steps of 10 ms. Each time it is a new work, which remembers nothing of the texts. From a cold
   * start the first time is all. Work that is done with a batch at once is done `passes` times, as reading it takes
   * longer.
   */
  def reportBatches[A](path: Path, isCold: Boolean = false, passes: Int = 1)(prepare: Seq[String] => A)(
      newWork: () => A => Unit
  ): Unit = {
    if (!isCold) warmUp(path, passes)(prepare)(newWork)
    var bytes = 0L
    var cpuSeconds = 0.0
    var wall = 0.0
    do {
      val work = newWork()
      batches(path) { batch =>
        bytes += passes * batch.map(_.getBytes(UTF_8).length.toLong).sum
        val prepared = prepare(batch)
        val cpuBefore = processCpuSeconds
        val wallBefore = wallSeconds
        (1 to passes).foreach(_ => work(prepared))
        cpuSeconds += processCpuSeconds - cpuBefore
        wall += wallSeconds - wallBefore
      }
      if (bytes == 0) throw new IllegalArgumentException(s"no texts in $path")
    } while (!isCold && cpuSeconds < MEASURED_SECONDS)
    print(Map("bytes" -> bytes, "cpuSeconds" -> cpuSeconds, "wallSeconds" -> wall))
  }

  private def warmUp[A](
      path: Path,
      passes: Int
  )(prepare: Seq[String] => A)(newWork: () => A => Unit): Unit = {
    val start = wallSeconds
    var compiled = compiledSeconds
    var quietSince = start
    def isWarm = wallSeconds - quietSince >= QUIET_SECONDS || wallSeconds - start >= LONGEST_WARM_UP_SECONDS
    while (!isWarm) {
      val work = newWork()
      batches(path) { batch =>
        val prepared = prepare(batch)
        (1 to passes).foreach(_ => if (!isWarm) work(prepared))
        if (compiledSeconds - compiled > QUIET_SHARE * QUIET_SECONDS) {
          compiled = compiledSeconds
          quietSince = wallSeconds
        }
      }
    }
  }

  /** Calls `work` with each text of JSON lines with `text`. */
  def texts(path: Path)(work: String => Unit): Unit = documents(path)((text, _) => work(text))

  /** The same with the `url` of each text. */
  def documents(path: Path)(work: (String, Option[String]) => Unit): Unit =
    Using.resource(Source.fromFile(path.toFile)(Codec.UTF8))(_.getLines().foreach { line =>
      val document = mapper.readTree(line)
      work(
        document.get("text").textValue(),
        Option(document.get("url")).flatMap(url => Option(url.textValue()))
      )
    })

  /** Prints the last line of a bench program, the process' peak memory added. */
  def print(measured: Map[String, Any]): Unit = {
    val node = mapper.createObjectNode()
    (measured + ("peakMemoryBytes" -> peakMemoryBytes)).foreach {
      case (key, value: Double) => node.put(key, value)
      case (key, value) => node.put(key, value.toString.toLong)
    }
    System.out.println(mapper.writeValueAsString(node))
  }

  private def batches(path: Path)(work: Seq[String] => Unit): Unit = {
    val batch = mutable.ArrayBuffer.empty[String]
    var bytes = 0L
    texts(path) { text =>
      batch += text
      bytes += text.length
      if (bytes >= BATCH_BYTES) {
        work(batch.toSeq)
        batch.clear()
        bytes = 0L
      }
    }
    if (batch.nonEmpty) work(batch.toSeq)
  }

  private def wallSeconds: Double = System.nanoTime() / NANOS

  /** Time that the compilers have worked. */
  private def compiledSeconds: Double = ManagementFactory.getCompilationMXBean.getTotalCompilationTime / 1e3

  /** User and system time of this process, the threads of the compiler and the collector among them. */
  private def processCpuSeconds: Double = ManagementFactory.getOperatingSystemMXBean match {
    case system: OperatingSystemMXBean => system.getProcessCpuTime / NANOS
    case other => throw new IllegalStateException(s"no CPU time from ${other.getName}")
  }

  /** The largest resident set so far (Linux); 0 where the system does not say. */
  private def peakMemoryBytes: Long = {
    val status = Path.of("/proc/self/status")
    if (!Files.exists(status)) 0L
    else
      Files.readString(status).linesIterator
        .collectFirst { case s"VmHWM:$kibibytes kB" => kibibytes.trim.toLong * 1024 }
        .getOrElse(0L)
  }
}
