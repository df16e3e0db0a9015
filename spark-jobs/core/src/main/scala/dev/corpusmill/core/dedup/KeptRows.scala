package dev.corpusmill.core.dedup

import com.esotericsoftware.kryo.Kryo
import org.apache.spark.rdd.RDD
import org.apache.spark.serializer.{KryoSerializer, Serializer, SerializerInstance}
import org.apache.spark.storage.StorageLevel
import org.apache.spark.{SparkConf, SparkContext}

import java.io.{ByteArrayInputStream, ByteArrayOutputStream}
import scala.reflect.ClassTag

/**
 * Rows as bytes by Kryo. Spark keeps rows by Java's serialization where a session says nothing else, which costs ten
 * times as much, and dedup shares its session with other jobs.
 */
private[dedup] object KeptRows {
  private val CHUNK_BYTES = 1 << 16

  /** Registered, so that rows do not carry their class names. */
  private val CLASSES = Seq(
    classOf[Edge],
    classOf[ScoredPair],
    classOf[Signature],
    classOf[DocumentHead],
    classOf[Decision],
    classOf[RowPosition],
    classOf[Ranked],
    classOf[Banded],
    classOf[RowFate],
    classOf[Removal],
    classOf[FuzzyRemoval],
    classOf[FuzzyRound],
    classOf[SurvivorKey],
    classOf[TextSurvivor],
    classOf[Membership],
    classOf[EarlierSignature],
    classOf[EarlierReference],
    classOf[EarlierEntry],
    classOf[EarlierPair],
    classOf[OneTaskPlan],
    classOf[PassageKey],
    classOf[PlacedSpan],
    classOf[Left[_, _]],
    classOf[Right[_, _]]
  ).map(_.getName).mkString(",")

  /** Rows are trees of values: looking for one object that occurs twice costs as much as writing it. */
  def serializer(context: SparkContext): Serializer = new SharedKryo(
    context.getConf.set("spark.kryo.classesToRegister", CLASSES).set("spark.kryo.referenceTracking", "false")
  )

  /** Keeps rows on the executors' disks, to be computed again where they are lost. */
  def keep[A: ClassTag](rows: RDD[A]): RDD[A] = {
    val kryo = serializer(rows.sparkContext)
    val chunks = rows.mapPartitions(encoded(_, kryo)).persist(StorageLevel.DISK_ONLY)
    chunks.mapPartitions { partitionChunks =>
      val instance = kryo.newInstance()
      partitionChunks.flatMap(decoded[A](_, instance))
    }
  }

  private def encoded[A: ClassTag](rows: Iterator[A], kryo: Serializer): Iterator[Array[Byte]] = {
    val instance = kryo.newInstance()
    Iterator.continually(rows).takeWhile(_.hasNext).map { rest =>
      val bytes = new ByteArrayOutputStream(CHUNK_BYTES)
      val stream = instance.serializeStream(bytes)
      var count = 0
      while (rest.hasNext && count < CHUNK_ROWS && bytes.size < CHUNK_BYTES) {
        val _ = stream.writeObject(rest.next())
        count += 1
        if (count % FLUSH_ROWS == 0) stream.flush()
      }
      stream.close()
      bytes.toByteArray
    }
  }

  private def decoded[A](chunk: Array[Byte], instance: SerializerInstance): Iterator[A] =
    instance.deserializeStream(new ByteArrayInputStream(chunk)).asIterator.asInstanceOf[Iterator[A]]

  private val CHUNK_ROWS = 4096

  /** The size of a chunk is looked at so often: Kryo writes to a buffer first. */
  private val FLUSH_ROWS = 16
}

/**
 * Kryo with one pool a process. A serializer comes with every task, and a Kryo with all its registrations takes a
 * millisecond to make: over a few thousand tasks and chunks that was more than was spent on many rows.
 */
private final class SharedKryo(conf: SparkConf) extends KryoSerializer(conf) {
  override def newInstance(): SerializerInstance = SharedKryo.ofProcess(this).pooled()

  override def newKryo(): Kryo = RowSerializers.register(super.newKryo())

  private def pooled(): SerializerInstance = super.newInstance()
}

private object SharedKryo {
  private var first = Option.empty[SharedKryo]

  /** All of them are made with the same settings, so any one's pool will do. */
  private def ofProcess(serializer: SharedKryo): SharedKryo = synchronized {
    val shared = first.getOrElse(serializer)
    first = Some(shared)
    shared
  }
}
