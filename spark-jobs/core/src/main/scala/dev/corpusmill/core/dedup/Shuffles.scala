package dev.corpusmill.core.dedup

import org.apache.spark.rdd.{RDD, ShuffledRDD}
import org.apache.spark.serializer.{KryoSerializer, Serializer}
import org.apache.spark.storage.StorageLevel
import org.apache.spark.{Partitioner, RangePartitioner, SparkContext}

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

  /** Rows sorted by key over all partitions. */
  def ordered[K: Ordering: ClassTag, V: ClassTag](rows: RDD[(K, V)]): RDD[(K, V)] =
    sorted(rows, new RangePartitioner(partitions, rows))

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

  private def sorted[K: Ordering: ClassTag, V: ClassTag](
      rows: RDD[(K, V)],
      partitioner: Partitioner
  ): RDD[(K, V)] =
    new ShuffledRDD[K, V, V](rows, partitioner)
      .setKeyOrdering(implicitly[Ordering[K]])
      .setSerializer(serializer(rows.sparkContext))
}

private[dedup] object Shuffles {
  private val UNIT: Byte = 0

  /** Registered, so that rows do not carry their class names. */
  private val CLASSES = Seq(
    classOf[Edge],
    classOf[ScoredPair],
    classOf[Signature],
    classOf[Ranked],
    classOf[RowFate],
    classOf[Removal],
    classOf[FuzzyRemoval],
    classOf[IdKey],
    classOf[TextKey],
    classOf[SurvivorKey],
    classOf[TextSurvivor],
    classOf[Left[_, _]],
    classOf[Right[_, _]]
  ).map(_.getName).mkString(",")

  /** Keeps rows on the executors' disks, to be computed again where they are lost. */
  def keep[A](rows: RDD[A]): RDD[A] = rows.persist(StorageLevel.DISK_ONLY)

  private def serializer(context: SparkContext): Serializer =
    new KryoSerializer(context.getConf.set("spark.kryo.classesToRegister", CLASSES))
}

private final case class GroupPartitioner(numPartitions: Int, group: Any => Any) extends Partitioner {
  override def getPartition(key: Any): Int = java.lang.Math.floorMod(group(key).##, numPartitions)
}
