package dev.corpusmill.core.dedup

import org.apache.spark.serializer.{Serializer, SerializerInstance}

import java.io.{BufferedInputStream, BufferedOutputStream, File, FileInputStream, FileOutputStream}
import scala.collection.mutable

/**
 * Sorts rows by key within one task, in `memoryBytes` and, beyond that, in runs on disk. Spark's own sorter follows
 * every object of a sample of its rows to know how large it is, which took twice the time of the sorting; rows of dedup
 * are small trees of a few types, and are weighed by a glance at each.
 */
private[dedup] final class RowSorter[K, V](
    serializer: Serializer,
    memoryBytes: Long = RowSorter.MEMORY_BYTES
)(implicit order: Ordering[K]) {
  private val byKey: Ordering[(K, V)] = Ordering.by(_._1)

  /** The rows in order; rows with one key in any order. */
  def sorted(rows: Iterator[(K, V)]): Iterator[(K, V)] = {
    val held = mutable.ArrayBuffer.empty[(K, V)]
    val runs = Vector.newBuilder[Iterator[(K, V)]]
    var weight = 0L
    rows.foreach { row =>
      if (weight > memoryBytes) {
        runs += spill(held)
        held.clear()
        weight = 0L
      }
      held += row
      weight += RowSorter.weigh(row)
    }
    val spilled = runs.result()
    held.sortInPlace()(byKey)
    if (spilled.isEmpty) held.iterator else SortedRuns.merge(spilled :+ held.iterator)(byKey)
  }

  private def spill(held: mutable.ArrayBuffer[(K, V)]): Iterator[(K, V)] = {
    held.sortInPlace()(byKey)
    val file = SpillFile.create()
    val instance = serializer.newInstance()
    val output = new BufferedOutputStream(new FileOutputStream(file), SpillFile.BUFFER_BYTES)
    val stream = instance.serializeStream(output)
    try held.foreach(row => stream.writeObject[Any](row))
    finally stream.close()
    read(file, instance)
  }

  private def read(file: File, instance: SerializerInstance): Iterator[(K, V)] = {
    lazy val stream = {
      val input = new BufferedInputStream(new FileInputStream(file), SpillFile.BUFFER_BYTES)
      SpillFile.atTaskEnd(() => input.close())
      instance.deserializeStream(input).asIterator.asInstanceOf[Iterator[(K, V)]]
    }
    Iterator.empty[(K, V)] ++ stream
  }
}

private[dedup] object RowSorter {

  /** Rows that a task holds in memory. */
  val MEMORY_BYTES: Long = 96L << 20

  private val OBJECT_BYTES = 24L

  /** About what a row takes in memory. */
  def weigh(value: Any): Long = value match {
    case bytes: Array[Byte] => OBJECT_BYTES + bytes.length
    case numbers: Array[Long] => OBJECT_BYTES + numbers.length.toLong * java.lang.Long.BYTES
    case text: String => 2 * OBJECT_BYTES + text.length
    case tree: Product =>
      var weight = OBJECT_BYTES
      var index = 0
      while (index < tree.productArity) {
        weight += weigh(tree.productElement(index))
        index += 1
      }
      weight
    case _ => OBJECT_BYTES
  }
}

/** Merges sorted runs. */
private[dedup] object SortedRuns {
  def merge[A](runs: Seq[Iterator[A]])(order: Ordering[A]): Iterator[A] = {
    val byHead = Ordering.by[scala.collection.BufferedIterator[A], A](_.head)(order).reverse
    val heads = mutable.PriorityQueue.from(runs.filter(_.hasNext).map(_.buffered))(byHead)
    Iterator.continually(heads).takeWhile(_.nonEmpty).map { queue =>
      val run = queue.dequeue()
      val value = run.next()
      if (run.hasNext) queue.enqueue(run)
      value
    }
  }
}
