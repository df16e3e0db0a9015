package dev.corpusmill.jobs

import org.apache.spark.sql.SparkSession

/** Spark settings of one job on a session that other jobs use before and after it. */
object SessionSettings {

  /** Applies the settings of every job; the function that comes back restores what was there. */
  def apply(spark: SparkSession, resources: Resources): () => Unit = {
    val partitions = resources.partitions.toString
    set(
      spark,
      Map(
        "spark.sql.shuffle.partitions" -> partitions,
        "spark.sql.files.minPartitionNum" -> partitions,
        "spark.sql.session.timeZone" -> "UTC",
        "spark.sql.caseSensitive" -> "true",
        // A batch of documents is in memory at once: Spark's 4096 would be gigabytes where documents are books.
        "spark.sql.parquet.columnarReaderBatchSize" -> "64",
        // A task that fails on damaged input must fail, not skip it.
        "spark.sql.files.ignoreCorruptFiles" -> "false",
        "spark.sql.files.ignoreMissingFiles" -> "false"
      )
    )
  }

  private def set(spark: SparkSession, settings: Map[String, String]): () => Unit = {
    val before = settings.keys.map(key => key -> spark.conf.getOption(key)).toSeq
    settings.foreach { case (key, value) => spark.conf.set(key, value) }
    () =>
      before.foreach {
        case (key, Some(value)) => spark.conf.set(key, value)
        case (key, None) => spark.conf.unset(key)
      }
  }
}
