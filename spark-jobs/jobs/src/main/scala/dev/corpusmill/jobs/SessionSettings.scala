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
        // Of a larger batch no more than a fifth is reserved in vain, and nothing is kept for the next one.
        "spark.sql.inMemoryColumnarStorage.hugeVectorThreshold" -> (64 << 20).toString,
        // A task that fails on damaged input must fail, not skip it.
        "spark.sql.files.ignoreCorruptFiles" -> "false",
        "spark.sql.files.ignoreMissingFiles" -> "false"
      )
    )
  }

  /** Tasks are told, too: Spark does that for queries only, and the stages read what queries plan as RDDs. */
  private def set(spark: SparkSession, settings: Map[String, String]): () => Unit = {
    val context = spark.sparkContext
    val before = settings.keys.map(key => key -> spark.conf.getOption(key)).toSeq
    val localBefore = settings.keys.map(key => key -> context.getLocalProperty(key)).toSeq
    settings.foreach { case (key, value) =>
      spark.conf.set(key, value)
      context.setLocalProperty(key, value)
    }
    () => {
      before.foreach {
        case (key, Some(value)) => spark.conf.set(key, value)
        case (key, None) => spark.conf.unset(key)
      }
      localBefore.foreach { case (key, value) => context.setLocalProperty(key, value) }
    }
  }
}
