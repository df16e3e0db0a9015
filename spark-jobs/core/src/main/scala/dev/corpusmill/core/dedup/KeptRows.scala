package dev.corpusmill.core.dedup

import org.apache.spark.SparkContext
import org.apache.spark.rdd.RDD
import org.apache.spark.serializer.{KryoSerializer, Serializer}
import org.apache.spark.storage.StorageLevel

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
    classOf[IdKey],
    classOf[TextKey],
    classOf[SurvivorKey],
    classOf[TextSurvivor],
    classOf[Membership],
    classOf[EarlierSignature],
    classOf[EarlierReference],
    classOf[EarlierEntry],
    classOf[EarlierPair],
    classOf[PassageKey],
    classOf[PlacedSpan],
    classOf[Left[_, _]],
    classOf[Right[_, _]]
  ).map(_.getName).mkString(",")

  def serializer(context: SparkContext): Serializer =
    new KryoSerializer(context.getConf.set("spark.kryo.classesToRegister", CLASSES))

  /** Keeps rows on the executors' disks, to be computed again where they are lost. */
  def keep[A: ClassTag](rows: RDD[A]): RDD[A] = {
    val kryo = serializer(rows.sparkContext)
    val chunks = rows.mapPartitions(encoded(_, kryo)).persist(StorageLevel.DISK_ONLY)
    chunks.mapPartitions(_.flatMap(decoded[A](_, kryo)))
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

  private def decoded[A](chunk: Array[Byte], kryo: Serializer): Iterator[A] =
    kryo.newInstance().deserializeStream(new ByteArrayInputStream(chunk)).asIterator.asInstanceOf[Iterator[A]]

  private val CHUNK_ROWS = 4096

  /** The size of a chunk is looked at so often: Kryo writes to a buffer first. */
  private val FLUSH_ROWS = 16
}
