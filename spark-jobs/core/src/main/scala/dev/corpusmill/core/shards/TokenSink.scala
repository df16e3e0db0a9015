package dev.corpusmill.core.shards

import dev.corpusmill.core.CorpusmillError
import java.io.OutputStream

/** How a token id is laid down; both are little-endian. */
sealed trait TokenWidth {
  def bytes: Int
}

case object TwoBytes extends TokenWidth { val bytes = 2 }
case object FourBytes extends TokenWidth { val bytes = 4 }

/** Lays token ids down. Ids of `vocabSize` and above are refused: a reader would take them for others. */
final class TokenSink(out: OutputStream, width: TokenWidth, vocabSize: Int) {
  private val buffer = new Array[Byte](1 << 16)
  private var filled = 0

  def put(token: Int): Unit = {
    if (token < 0 || token >= vocabSize)
      throw new CorpusmillError(
        "INPUT_CORRUPT",
        s"token id $token is not below the vocabulary's size $vocabSize; tokenize again"
      )
    if (filled + width.bytes > buffer.length) flush()
    buffer(filled) = token.toByte
    buffer(filled + 1) = (token >>> 8).toByte
    if (width == FourBytes) {
      buffer(filled + 2) = (token >>> 16).toByte
      buffer(filled + 3) = (token >>> 24).toByte
    }
    filled += width.bytes
  }

  /** Hands everything on; to be called before the stream is closed. */
  def flush(): Unit = {
    out.write(buffer, 0, filled)
    filled = 0
  }
}
