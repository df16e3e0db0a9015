package dev.corpusmill.core.shards

import java.nio.{ByteBuffer, ByteOrder}

/**
 * `.bin` files of llm.c (`dev/data/data_common.py`, `llmc/dataloader.h`): a header of 256 int32, then the
 * tokens. Version 1 holds uint16 (GPT-2), version 7 uint32 (Llama 3).
 */
object LlmcFormat {
  val HEADER_BYTES = 1024
  private val MAX_TWO_BYTE_VOCAB = 1 << 16

  def widthFor(vocabSize: Int): TokenWidth = if (vocabSize <= MAX_TWO_BYTE_VOCAB) TwoBytes else FourBytes

  /** The header of a file with `tokens` tokens; fewer than 2^31. */
  def header(tokens: Long, width: TokenWidth): Array[Byte] = {
    val (magic, version) = width match {
      case TwoBytes => (20240520, 1)
      case FourBytes => (20240801, 7)
    }
    val buffer = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN)
    buffer.putInt(magic).putInt(version).putInt(Math.toIntExact(tokens)).array()
  }
}
