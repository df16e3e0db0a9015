package dev.corpusmill.core.dedup

import org.apache.spark.Partitioner
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.StructType

import scala.reflect.ClassTag

/** Where a row stands in the input: a partition of it, and the row's number there. Never part of any output. */
final case class RowPosition(partition: Int, row: Long)

object RowPosition {
  implicit val ordering: Ordering[RowPosition] = (left: RowPosition, right: RowPosition) => {
    val byPartition = java.lang.Integer.compare(left.partition, right.partition)
    if (byPartition != 0) byPartition else java.lang.Long.compare(left.row, right.row)
  }

  /** Rows for which `values` has an entry, with it; `rows` stand where they stood when their positions were taken. */
  def join[R, V: ClassTag, A: ClassTag](rows: RDD[R], values: RDD[(RowPosition, V)])(
      f: (R, V) => A
  ): RDD[A] =
    joinAll(rows, values)((row, value) => value.map(f(row, _)).iterator)

  /** All rows, with the entry of `values` where there is one. */
  def joinAll[R, V: ClassTag, A: ClassTag](rows: RDD[R], values: RDD[(RowPosition, V)])(
      f: (R, Option[V]) => Iterator[A]
  ): RDD[A] =
    joinPlaced(rows, placed(rows, values))(f)

  /** The values, each in the partition of its row and in the order of rows there. */
  def placed[R, V: ClassTag](rows: RDD[R], values: RDD[(RowPosition, V)]): RDD[(RowPosition, V)] =
    Shuffles.sorted(values, PositionPartitioner(rows.getNumPartitions))

  /** All rows, with the entry of `placed` values where there is one. */
  def joinPlaced[R, V, A: ClassTag](rows: RDD[R], placed: RDD[(RowPosition, V)])(
      f: (R, Option[V]) => Iterator[A]
  ): RDD[A] =
    rows.zipPartitions(placed) { (partitionRows, partitionValues) =>
      val sorted = partitionValues.buffered
      partitionRows.zipWithIndex.flatMap { case (row, index) =>
        f(row, Option.when(sorted.headOption.exists(_._1.row == index))(sorted.next()._2))
      }
    }

  /** All rows, with the spans that stand at them: starts and ends in turn, in order. */
  def joinSpans[R, A: ClassTag](
      rows: RDD[R],
      spans: RDD[PlacedSpan]
  )(f: (R, Array[Int]) => A): RDD[A] = {
    val placed =
      Shuffles.sorted(spans.map(_ -> 0.toByte), PositionPartitioner(rows.getNumPartitions))
    rows.zipPartitions(placed) { (partitionRows, partitionSpans) =>
      val sorted = partitionSpans.map(_._1).buffered
      partitionRows.zipWithIndex.map { case (row, index) => f(row, takeSpans(sorted, index.toLong)) }
    }
  }

  private def takeSpans(sorted: scala.collection.BufferedIterator[PlacedSpan], row: Long): Array[Int] = {
    val taken = Array.newBuilder[Int]
    while (sorted.headOption.exists(_.position.row == row)) {
      val span = sorted.next()
      val _ = taken += span.start += span.end
    }
    taken.result()
  }

}

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
    RowPosition.join(rows, values)(f)
}

private final case class PositionPartitioner(numPartitions: Int) extends Partitioner {
  override def getPartition(key: Any): Int = key match {
    case position: RowPosition => position.partition
    case span: PlacedSpan => span.position.partition
    case other => throw new IllegalArgumentException(s"no position: ${other.getClass.getName}")
  }
}
