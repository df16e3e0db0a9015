package dev.corpusmill.core.dedup

import org.apache.spark.{SparkEnv, TaskContext}

import java.io.File

/** Files on the executor's disk that are gone with their task. */
private[dedup] object SpillFile {
  val BUFFER_BYTES: Int = 1 << 16

  def create(): File = {
    val (_, file) = SparkEnv.get.blockManager.diskBlockManager.createTempLocalBlock()
    atTaskEnd { () =>
      val _ = file.delete()
    }
    file
  }

  def atTaskEnd(action: () => Unit): Unit =
    Option(TaskContext.get()).foreach(_.addTaskCompletionListener[Unit](_ => action()))
}
