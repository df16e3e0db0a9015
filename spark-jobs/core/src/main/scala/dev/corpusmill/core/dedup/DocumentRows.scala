package dev.corpusmill.core.dedup

import org.apache.spark.Partitioner
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.StructType

import scala.reflect.ClassTag

/** Where a row stands in the input: a partition of it, and the row's number there. Never part of any output. */
final case class RowPosition(partition: Int, row: Long)

/**
 * The documents as they are read, every time in the same partitions and order. What is found out about a row goes back
 * to it by its position, so that text never crosses the network.
 */
final case class DocumentRows(rows: RDD[InternalRow], schema: StructType) {

  /** Calls `f` for each row; the rows are reused by Spark and must not be kept. */
  def map[A: ClassTag](f: (RowPosition, InternalRow) => A): RDD[A] =
    rows.mapPartitionsWithIndex { (partition, partitionRows) =>
      partitionRows.zipWithIndex.map { case (row, index) => f(RowPosition(partition, index.toLong), row) }
    }

  /** Rows for which `values` has an entry, with it. Each position must be there at most once. */
  def join[V: ClassTag, A: ClassTag](values: RDD[(RowPosition, V)])(f: (InternalRow, V) => A): RDD[A] =
    rows.zipPartitions(byPosition(values)) { (partitionRows, partitionValues) =>
      val sorted = partitionValues.buffered
      partitionRows.zipWithIndex.flatMap { case (row, index) =>
        Option.when(sorted.headOption.exists(_._1.row == index))(f(row, sorted.next()._2))
      }
    }

  private def byPosition[V: ClassTag](values: RDD[(RowPosition, V)]): RDD[(RowPosition, V)] = {
    implicit val byRow: Ordering[RowPosition] = Ordering.by(_.row)
    values.repartitionAndSortWithinPartitions(PositionPartitioner(rows.getNumPartitions))
  }
}

private final case class PositionPartitioner(numPartitions: Int) extends Partitioner {
  override def getPartition(key: Any): Int = key match {
    case position: RowPosition => position.partition
    case other => throw new IllegalArgumentException(s"no position: ${other.getClass.getName}")
  }
}
