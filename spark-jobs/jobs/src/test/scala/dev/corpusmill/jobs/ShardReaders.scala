package dev.corpusmill.jobs

import java.nio.file.{Files, Path}
import java.nio.{ByteBuffer, ByteOrder}
import java.util.zip.CRC32C
import scala.collection.mutable

/** Readers of shards that follow the byte layouts alone; nothing of the writers is used. */
object ShardReaders {

  final case class LlmcShard(magic: Int, version: Int, tokens: Seq[Int])
  final case class MegatronShard(dtype: Int, documents: Seq[Seq[Int]])
  final case class Example(docId: String, inputIds: Seq[Int])

  def llmc(file: Path): LlmcShard = {
    val bytes = open(file)
    val (magic, version, count) = (bytes.getInt(0), bytes.getInt(4), bytes.getInt(8))
    val width = if (version == 1) 2 else 4
    require(
      bytes.capacity == 1024 + width * count,
      s"${bytes.capacity} bytes for $count tokens of $width bytes"
    )
    require((12 until 1024).forall(bytes.get(_) == 0), "the header's rest is not zero")
    LlmcShard(magic, version, tokens(bytes, 1024, count, width))
  }

  def megatron(bin: Path, idx: Path): MegatronShard = {
    val index = open(idx)
    require(
      (0 until 9).map(index.get).map(_.toInt) == Seq(0x4d, 0x4d, 0x49, 0x44, 0x49, 0x44, 0x58, 0, 0),
      "magic"
    )
    require(index.getLong(9) == 1, "version")
    val dtype = index.get(17).toInt
    val count = Math.toIntExact(index.getLong(18))
    require(
      index.getLong(26) == count + 1 && index.capacity == 42 + 20 * count,
      s"$count documents in ${index.capacity} bytes"
    )
    require((0 to count).forall(at => index.getLong(34 + 12 * count + 8 * at) == at), "document indices")
    val width = if (dtype == 8) 2 else 4
    val data = open(bin)
    val documents = (0 until count).map { at =>
      tokens(data, Math.toIntExact(index.getLong(34 + 4 * count + 8 * at)), index.getInt(34 + 4 * at), width)
    }
    require(documents.map(_.size).sum * width == data.capacity, "the .bin has bytes of no document")
    MegatronShard(dtype, documents)
  }

  def tfrecord(file: Path): Seq[Example] = {
    val bytes = open(file)
    val examples = mutable.Buffer.empty[Example]
    while (bytes.hasRemaining) {
      val length = checked(bytes, 8).getLong(0)
      examples += example(checked(bytes, Math.toIntExact(length)))
    }
    examples.toSeq
  }

  private def open(file: Path): ByteBuffer =
    ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN)

  private def tokens(bytes: ByteBuffer, at: Int, count: Int, width: Int): Seq[Int] = (0 until count).map {
    index =>
      if (width == 2) bytes.getShort(at + 2 * index) & 0xffff else bytes.getInt(at + 4 * index)
  }

  /** The next `length` bytes and their masked CRC-32C. */
  private def checked(bytes: ByteBuffer, length: Int): ByteBuffer = {
    val content = new Array[Byte](length)
    bytes.get(content)
    val crc = new CRC32C
    crc.update(content)
    val value = crc.getValue
    val masked = (((value >>> 15) | (value << 17)) + 0xa282ead8L) & 0xffffffffL
    require((bytes.getInt() & 0xffffffffL) == masked, "CRC")
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN)
  }

  private def example(bytes: ByteBuffer): Example = {
    val features = fields(fields(bytes)(1).head)(1).map { entry =>
      val parts = fields(entry)
      text(parts(1).head) -> fields(parts(2).head)
    }.toMap
    val values = fields(features("input_ids")(3).head)(1).head
    val ids = mutable.Buffer.empty[Int]
    while (values.hasRemaining) ids += varint(values).toInt
    Example(text(fields(features("doc_id")(1).head)(1).head), ids.toSeq)
  }

  /** Length-delimited fields of a message by number. */
  private def fields(message: ByteBuffer): Map[Int, Seq[ByteBuffer]] = {
    val buffer = message.duplicate()
    val found = mutable.Buffer.empty[(Int, ByteBuffer)]
    while (buffer.hasRemaining) {
      val tag = varint(buffer).toInt
      require((tag & 7) == 2, s"wire type ${tag & 7}")
      val length = varint(buffer).toInt
      found += ((tag >>> 3, buffer.slice().limit(length)))
      buffer.position(buffer.position() + length)
    }
    found.toSeq.groupMap(_._1)(_._2)
  }

  private def varint(buffer: ByteBuffer): Long = {
    var value = 0L
    var shift = 0
    var byte = buffer.get()
    while (byte < 0) {
      value |= (byte & 0x7fL) << shift
      shift += 7
      byte = buffer.get()
    }
    value | (byte.toLong << shift)
  }

  private def text(buffer: ByteBuffer): String = {
    val bytes = new Array[Byte](buffer.remaining())
    buffer.duplicate().get(bytes)
    new String(bytes, "UTF-8")
  }
}
