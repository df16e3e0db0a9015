package dev.corpusmill.core.bpe

import java.nio.{ByteBuffer, ByteOrder}

/**
 * Direct-mapped cache from short pieces to their tokens; a newer piece displaces an older one, so that its
 * memory is fixed (4 MiB). Not thread-safe.
 *
 * A piece of up to 31 bytes is held as four longs, its length in the last byte; its tokens, seven at most,
 * follow their count.
 */
private[bpe] final class WordCache {
  import WordCache._

  private val keys = new Array[Long](SLOTS * KEY_LONGS)
  private val tokens = new Array[Int](SLOTS * SLOT_INTS)
  private var first = 0L
  private var second = 0L
  private var third = 0L
  private var fourth = 0L
  private var slot = 0

  /** Adds the tokens of the piece to `out` if it is here. `padded` has `PADDING` bytes after its text. */
  def find(padded: ByteBuffer, from: Int, length: Int, out: TokenBuffer): Boolean = {
    load(padded, from, length)
    val at = slot * KEY_LONGS
    val hit = keys(at) == first && keys(at + 1) == second && keys(at + 2) == third && keys(at + 3) == fourth
    if (hit) emit(out)
    hit
  }

  /** Keeps the tokens that `out` has from `start` on for the piece that was just looked for. */
  def put(out: TokenBuffer, start: Int): Unit = {
    val count = out.size - start
    if (count < SLOT_INTS) {
      val at = slot * KEY_LONGS
      keys(at) = first
      keys(at + 1) = second
      keys(at + 2) = third
      keys(at + 3) = fourth
      tokens(slot * SLOT_INTS) = count
      var index = 0
      while (index < count) {
        tokens(slot * SLOT_INTS + 1 + index) = out(start + index)
        index += 1
      }
    }
  }

  private def emit(out: TokenBuffer): Unit = {
    val at = slot * SLOT_INTS
    val count = tokens(at)
    var index = 1
    while (index <= count) {
      out.add(tokens(at + index))
      index += 1
    }
  }

  private def load(padded: ByteBuffer, from: Int, length: Int): Unit = {
    first = padded.getLong(from) & prefixMask(length)
    second = if (length > 8) padded.getLong(from + 8) & prefixMask(length - 8) else 0L
    third = if (length > 16) padded.getLong(from + 16) & prefixMask(length - 16) else 0L
    fourth = (if (length > 24) padded.getLong(from + 24) & prefixMask(length - 24) else 0L) |
      (length.toLong << 56)
    val mixed = (first ^ (second * 0xbf58476d1ce4e5b9L)) * 0x9e3779b97f4a7c15L
    val rest = (third ^ fourth) * 0x94d049bb133111ebL
    slot = ((mixed ^ (mixed >>> 29) ^ rest) * 0x9e3779b97f4a7c15L >>> (64 - SLOT_BITS)).toInt
  }

  private def prefixMask(length: Int): Long = if (length >= 8) -1L else (1L << (length * 8)) - 1
}

private[bpe] object WordCache {

  /** Longest piece, in bytes, that is cached. */
  val MAX_BYTES = 31

  /** Bytes that may be read behind a piece. */
  val PADDING = 32

  private val SLOT_BITS = 16
  private val SLOTS = 1 << SLOT_BITS
  private val KEY_LONGS = 4
  private val SLOT_INTS = 8

  /** `text` with room for reading behind its end. */
  def pad(text: Array[Byte]): ByteBuffer =
    ByteBuffer.wrap(java.util.Arrays.copyOf(text, text.length + PADDING)).order(ByteOrder.LITTLE_ENDIAN)
}
