package dev.corpusmill.core.shards

import java.io.{BufferedOutputStream, OutputStream}
import java.nio.charset.StandardCharsets.US_ASCII
import java.nio.{ByteBuffer, ByteOrder}

/**
 * `.idx` files of Megatron-LM (`megatron/core/datasets/indexed_dataset.py`) with one sequence for each
 * document: 34 bytes of header, then the lengths (int32), the byte offsets in the `.bin` (int64) and the
 * document indices (int64, one more than documents). The `.bin` is the tokens alone.
 */
object MegatronIndex {

  /** Megatron takes uint16 below this. */
  private val MAX_TWO_BYTE_VOCAB = 65500
  private val MAGIC = "MMIDIDX\u0000\u0000".getBytes(US_ASCII)
  private val VERSION = 1L
  private val CODE_INT32: Byte = 4
  private val CODE_UINT16: Byte = 8

  def widthFor(vocabSize: Int): TokenWidth = if (vocabSize < MAX_TWO_BYTE_VOCAB) TwoBytes else FourBytes

  /** Writes the index of `documents` documents, whose lengths in tokens `lengths` goes through once a call. */
  def write(out: OutputStream, width: TokenWidth, documents: Long)(lengths: () => Iterator[Int]): Unit = {
    val buffered = new BufferedOutputStream(out, 1 << 16)
    buffered.write(header(width, documents))
    lengths().foreach(length => buffered.write(int32(length)))
    var pointer = 0L
    lengths().foreach { length =>
      buffered.write(int64(pointer))
      pointer += length.toLong * width.bytes
    }
    var document = 0L
    while (document <= documents) {
      buffered.write(int64(document))
      document += 1
    }
    buffered.flush()
  }

  private def header(width: TokenWidth, documents: Long): Array[Byte] = {
    val code = width match {
      case TwoBytes => CODE_UINT16
      case FourBytes => CODE_INT32
    }
    littleEndian(34).put(MAGIC).putLong(VERSION).put(code).putLong(documents).putLong(documents + 1).array()
  }

  private def int32(value: Int): Array[Byte] = littleEndian(4).putInt(value).array()

  private def int64(value: Long): Array[Byte] = littleEndian(8).putLong(value).array()

  private def littleEndian(bytes: Int): ByteBuffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN)
}
