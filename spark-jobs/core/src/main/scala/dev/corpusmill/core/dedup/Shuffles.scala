package dev.corpusmill.core.dedup

import org.apache.spark.rdd.{PartitionCoalescer, PartitionGroup, RDD, ShuffledRDD}
import org.apache.spark.{HashPartitioner, Partitioner, RangePartitioner}

import scala.reflect.ClassTag

/**
 * Shuffles of dedup. All of them sort and let the caller stream over sorted rows, so that no task holds a group.
 *
 * They are RDDs and not DataFrames because dedup is several dozen steps: planned and compiled as queries they take
 * some 20 s of CPU before the first document is looked at, as RDDs less than one.
 */
private[dedup] final case class Shuffles(partitions: Int) {
  import Shuffles._

  /** Rows sorted by key within partitions; all keys of a group are in one. Keys must be ordered by group first. */
  def grouped[K: Ordering: ClassTag, V: ClassTag](rows: RDD[(K, V)])(group: K => Any): RDD[(K, V)] =
    sorted(rows, GroupPartitioner(partitions, key => group(key.asInstanceOf[K])))

  /** Rows sorted by key within the partitions where they are. */
  def sortedWithin[K: Ordering, V](rows: RDD[(K, V)]): RDD[(K, V)] = {
    val serializer = KeptRows.serializer(rows.sparkContext)
    rows.mapPartitions(new RowSorter[K, V](serializer).sorted(_))
  }

  /** Rows sorted within partitions; all rows of a group are in one. Rows must be ordered by group first. */
  def sortedRows[A: ClassTag](rows: RDD[A], order: Ordering[A])(group: A => Any): RDD[A] = {
    implicit val ordering: Ordering[A] = order
    grouped(rows.map(_ -> UNIT))(group).map(_._1)
  }

  /** Rows sorted by key over all partitions. */
  def ordered[K: Ordering: ClassTag, V: ClassTag](rows: RDD[(K, V)]): RDD[(K, V)] =
    sorted(rows, new RangePartitioner(partitions, rows))

  /** Edges sorted by (greater, lesser); all edges of a greater node are in one partition. */
  def sortedEdges(edges: RDD[Edge]): RDD[Edge] = sortedEdges(edges, edge => hashOf(edge.greater))

  /** Edges sorted by (greater, lesser) within partitions that `hash` spreads them over. */
  def sortedEdges(edges: RDD[Edge], hash: Edge => Int): RDD[Edge] = {
    val count = partitions
    EdgeSorter.sorted(edges, count, KeptRows.serializer(edges.sparkContext))(edge =>
      java.lang.Math.floorMod(hash(edge), count)
    )
  }

  /** Distinct edges, sorted as by [[sortedEdges]]. */
  def distinctEdges(edges: RDD[Edge]): RDD[Edge] = sortedEdges(edges).mapPartitions { sorted =>
    var previous = Option.empty[Edge]
    sorted.filter { edge =>
      val isNew = !previous.contains(edge)
      previous = Some(edge)
      isNew
    }
  }

  /** Distinct keys. */
  def distinct[K: Ordering: ClassTag](keys: RDD[K]): RDD[K] =
    grouped(keys.map(_ -> UNIT))(identity).mapPartitions { sortedRows =>
      var previous = Option.empty[K]
      sortedRows.map(_._1).filter { key =>
        val isNew = !previous.contains(key)
        previous = Some(key)
        isNew
      }
    }

  /** Each row of `many` with the row of `one` that has its key, if there is any; keys of `one` are unique. */
  def lookup[K: Ordering, U, V, A: ClassTag](one: RDD[(K, U)], many: RDD[(K, V)])(
      f: (K, Option[U], V) => A
  ): RDD[A] = {
    val sides = one.map { case (key, value) => (key, 0) -> (Left(value): Either[U, V]) } ++
      many.map { case (key, value) => (key, 1) -> (Right(value): Either[U, V]) }
    grouped(sides)(_._1).mapPartitions { sortedRows =>
      var current = Option.empty[(K, U)]
      sortedRows.flatMap {
        case ((key, _), Left(value)) =>
          current = Some((key, value))
          None
        case ((key, _), Right(value)) => Some(f(key, current.collect { case (`key`, found) => found }, value))
      }
    }
  }

  /**
   * The same where some keys, a few thousand at most, have more rows in `many` than one task should have: what `one` has
   * of them is known to all tasks.
   */
  def lookupWithHot[K: Ordering, U, V, A: ClassTag](one: RDD[(K, U)], many: RDD[(K, V)])(
      isHot: K => Boolean
  )(f: (K, Option[U], V) => A): RDD[A] = {
    val known = one.sparkContext.broadcast(one.filter(row => isHot(row._1)).collect().toMap)
    lookup(one, many.filter(row => !isHot(row._1)))(f) ++
      many.filter(row => isHot(row._1)).map { case (key, value) => f(key, known.value.get(key), value) }
  }

  /**
   * The same where `one` comes from [[grouped]] by its whole key and is looked up more than once: it stays where it is
   * and only `many` is shuffled.
   */
  def lookupGrouped[K: ClassTag, U, V: ClassTag, A: ClassTag](one: RDD[(K, U)], many: RDD[(K, V)])(
      f: (K, Option[U], V) => A
  )(implicit order: Ordering[K]): RDD[A] =
    one.zipPartitions(grouped(many)(identity)) { (sortedOnes, sortedMany) =>
      val ones = sortedOnes.buffered
      var current = Option.empty[(K, U)]
      sortedMany.map { case (key, value) =>
        while (ones.headOption.exists(found => order.lteq(found._1, key))) current = Some(ones.next())
        f(key, current.collect { case (found, unique) if order.equiv(found, key) => unique }, value)
      }
    }

  /**
   * The same where some keys have more rows in `many` than one task should have: those are spread, by their values, over
   * the parts of a key, each of which gets a copy of what `one` has.
   */
  def lookupGroupedSplit[K: ClassTag, U, V: ClassTag, A: ClassTag](one: RDD[(K, U)], many: RDD[(K, V)])(
      split: SplitKeys[K]
  )(f: (K, Option[U], V) => A)(implicit order: Ordering[K]): RDD[A] =
    if (split.isEmpty) lookupGrouped(one, many)(f)
    else lookupGrouped(one, unsplit(many, split))(f) ++ lookupParts(one, many)(split)(f)

  /** As [[lookup]], for keys of which very many rows are in `many`. */
  def lookupSplit[K: Ordering, U, V, A: ClassTag](one: RDD[(K, U)], many: RDD[(K, V)])(split: SplitKeys[K])(
      f: (K, Option[U], V) => A
  ): RDD[A] =
    if (split.isEmpty) lookup(one, many)(f)
    else lookup(one, unsplit(many, split))(f) ++ lookupParts(one, many)(split)(f)

  private def unsplit[K, V](many: RDD[(K, V)], split: SplitKeys[K]): RDD[(K, V)] =
    many.filter(row => split.partsOf(row._1) == 0)

  private def lookupParts[K: Ordering, U, V, A: ClassTag](one: RDD[(K, U)], many: RDD[(K, V)])(
      split: SplitKeys[K]
  )(f: (K, Option[U], V) => A): RDD[A] = {
    val copies = one.flatMap { case (key, value) =>
      Iterator.range(0, split.partsOf(key)).map(part => (key, part) -> value)
    }
    // By value and not in turn: a task that is run again must send each row to where it went before.
    val spread = many.filter(row => split.partsOf(row._1) > 0).map { case (key, value) =>
      (key, java.lang.Math.floorMod(hashOf(value.##.toLong), split.partsOf(key))) -> value
    }
    lookup(copies, spread) { case ((key, _), found, value) => f(key, found, value) }
  }

  /** One value for each key. */
  def reduced[K: ClassTag, V: ClassTag](rows: RDD[(K, V)])(f: (V, V) => V): RDD[(K, V)] =
    rows.combineByKeyWithClassTag[V](
      (value: V) => value,
      f,
      f,
      new HashPartitioner(partitions),
      mapSideCombine = true,
      KeptRows.serializer(rows.sparkContext)
    )
}

private[dedup] object Shuffles {
  private val UNIT: Byte = 0

  /** Spreads numbers that may be close together. */
  private def hashOf(number: Long): Int = (Hashing.mix(number) >>> 32).toInt

  /** All rows in one partition, in their order, where they are. */
  def inOrder[A](rows: RDD[A]): RDD[A] = rows.coalesce(1, shuffle = false, Some(new InOrder))

  /** All rows in one partition, in any order. */
  def inOnePartition[K: ClassTag, V: ClassTag](rows: RDD[(K, V)]): RDD[(K, V)] =
    new ShuffledRDD[K, V, V](
      rows,
      new HashPartitioner(1)
    ).setSerializer(KeptRows.serializer(rows.sparkContext))

  /** As [[KeptRows.keep]]. */
  def keep[A: ClassTag](rows: RDD[A]): RDD[A] = KeptRows.keep(rows)

  /** Rows sorted by key within the partitions of `partitioner`. */
  def sorted[K: Ordering: ClassTag, V: ClassTag](
      rows: RDD[(K, V)],
      partitioner: Partitioner
  ): RDD[(K, V)] = {
    val serializer = KeptRows.serializer(rows.sparkContext)
    new ShuffledRDD[K, V, V](rows, partitioner)
      .setSerializer(serializer)
      .mapPartitions(new RowSorter[K, V](serializer).sorted(_), preservesPartitioning = true)
  }
}

/** Spark's own begins with partitions that are near, which differ from time to time. */
private final class InOrder extends PartitionCoalescer with Serializable {
  override def coalesce(maxPartitions: Int, parent: RDD[_]): Array[PartitionGroup] = {
    val all = new PartitionGroup()
    all.partitions ++= parent.partitions
    Array(all)
  }
}

private final case class GroupPartitioner(numPartitions: Int, group: Any => Any) extends Partitioner {
  override def getPartition(key: Any): Int = java.lang.Math.floorMod(group(key).##, numPartitions)
}
