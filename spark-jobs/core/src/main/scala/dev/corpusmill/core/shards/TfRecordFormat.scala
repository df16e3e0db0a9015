package dev.corpusmill.core.shards

import java.io.{BufferedOutputStream, ByteArrayOutputStream, OutputStream}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.{ByteBuffer, ByteOrder}
import java.util.zip.{CRC32C, CheckedOutputStream}

/**
 * TFRecord files (tensorflow/core/lib/io/record_writer): length (uint64), its masked CRC-32C, the data, its
 * masked CRC-32C. The data is a `tf.train.Example` with `doc_id` (bytes) and `input_ids` (int64), written in
 * that order, the tokens streamed, as a document may be larger than memory allows twice.
 */
object TfRecordFormat {
  private val MASK_DELTA = 0xa282ead8
  private val LENGTH_DELIMITED = 2
  private val BYTES_LIST = 1
  private val INT64_LIST = 3

  /** Writes one record with the first `tokens` tokens of `stream`. */
  def write(out: OutputStream, docId: String, stream: OwnStream, tokens: Long): Unit = {
    val values = varintBytes(stream, tokens)
    val head = exampleHead(docId, values)
    val size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(head.length + values).array()
    out.write(size)
    out.write(maskedCrc(crcOf(size)))
    val checked = new CheckedOutputStream(out, new CRC32C)
    val data = new BufferedOutputStream(checked, 1 << 16)
    data.write(head)
    stream.foreach(0L, tokens)(token => writeVarint(data, token.toLong))
    data.flush()
    out.write(maskedCrc(checked.getChecksum.getValue.toInt))
  }

  /** Everything of the Example before the packed values of `input_ids`, which are its end. */
  private def exampleHead(docId: String, valueBytes: Long): Array[Byte] = {
    val bytes = docId.getBytes(UTF_8)
    val docEntry = mapEntry("doc_id", BYTES_LIST, field(1, bytes.length.toLong) ++ bytes, 0L)
    val idsEntry = mapEntry("input_ids", INT64_LIST, field(1, valueBytes), valueBytes)
    val features = field(1, docEntry.length.toLong) ++ docEntry ++ field(1, idsEntry.length + valueBytes) ++
      idsEntry
    field(1, features.length + valueBytes) ++ features
  }

  /** `{1: name, 2: Feature {kind: list}}`, whose list goes on for `rest` bytes after the entry. */
  private def mapEntry(name: String, kind: Int, list: Array[Byte], rest: Long): Array[Byte] = {
    val key = name.getBytes(UTF_8)
    val feature = field(kind, list.length + rest) ++ list
    field(1, key.length.toLong) ++ key ++ field(2, feature.length + rest) ++ feature
  }

  /** Tag and length of a length-delimited field. */
  private def field(number: Int, length: Long): Array[Byte] = {
    val out = new ByteArrayOutputStream()
    writeVarint(out, ((number << 3) | LENGTH_DELIMITED).toLong)
    writeVarint(out, length)
    out.toByteArray
  }

  private def varintBytes(stream: OwnStream, tokens: Long): Long = {
    var total = 0L
    stream.foreach(0L, tokens)(token => total += varintSize(token))
    total
  }

  private def varintSize(value: Int): Int = (38 - Integer.numberOfLeadingZeros(value | 1)) / 7

  private def writeVarint(out: OutputStream, value: Long): Unit = {
    var rest = value
    while (rest > 0x7f) {
      out.write(((rest & 0x7f) | 0x80).toInt)
      rest >>>= 7
    }
    out.write(rest.toInt)
  }

  private def crcOf(bytes: Array[Byte]): Int = {
    val crc = new CRC32C
    crc.update(bytes)
    crc.getValue.toInt
  }

  private def maskedCrc(crc: Int): Array[Byte] =
    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(((crc >>> 15) | (crc << 17)) +
      MASK_DELTA).array()
}
