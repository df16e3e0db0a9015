package dev.corpusmill.core.dedup

import org.apache.spark.sql.Dataset
import org.apache.spark.storage.StorageLevel

/**
 * Computes a dataset now and keeps its rows on the executors' disks, without the plan that led to them: a plan that
 * grows from round to round is printed, analysed and shipped in time that doubles with each. Rows lost with an executor
 * cannot be computed again; the attempt fails then and is tried again. Spark removes the rows once nothing refers to
 * them.
 */
private[dedup] object Materialize {
  def apply[A](rows: Dataset[A]): Dataset[A] = rows.localCheckpoint(eager = true, StorageLevel.DISK_ONLY)
}
