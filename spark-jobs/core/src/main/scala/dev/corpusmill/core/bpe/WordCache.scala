package dev.corpusmill.core.bpe

/**
 * Direct-mapped caches from short pieces to their tokens; a newer piece displaces an older one, so that their memory is
 * fixed (3 MiB). Not thread-safe.
 *
 * A piece of up to 15 bytes, which most are, stands in one slot of four longs, half a cache line: its bytes and its
 * length (last byte), then up to six tokens of 21 bits. Longer ones, up to 31 bytes, stand in a table of their own.
 */
private[bpe] final class WordCache {
  import WordCache._

  private val slots = new Array[Long](SHORT_SLOTS * SHORT_LONGS)
  private val long = new LongPieceCache
  private var first = 0L
  private var second = 0L
  private var slot = 0

  /** Adds the tokens of the piece to `out` if it is here. `text` has `PADDING` bytes after its end. */
  def find(text: Array[Byte], from: Int, length: Int, out: TokenBuffer): Boolean =
    if (length > MAX_SHORT_BYTES) long.find(text, from, length, out)
    else {
      first = Bytes.longAt(text, from) & FIRST_MASKS(length)
      second = (Bytes.longAt(text, from + 8) & SECOND_MASKS(length)) | (length.toLong << 56)
      slot = ((first ^ (second * SECOND_FACTOR)) * FIRST_FACTOR >>> (64 - SHORT_BITS)).toInt * SHORT_LONGS
      val hit = slots(slot) == first && slots(slot + 1) == second
      if (hit) emit(out)
      hit
    }

  /** Keeps the tokens that `out` has from `start` on for the piece of this length that was just looked for. */
  def put(length: Int, out: TokenBuffer, start: Int): Unit =
    if (length > MAX_SHORT_BYTES) long.put(out, start)
    else if (isShort(out, start)) {
      slots(slot) = first
      slots(slot + 1) = second
      slots(slot + 2) = pack(out, start)
      slots(slot + 3) = pack(out, start + PACKED)
    }

  private def emit(out: TokenBuffer): Unit = {
    emitPacked(slots(slot + 2), out)
    if (slots(slot + 3) != NOTHING) emitPacked(slots(slot + 3), out)
  }

  private def emitPacked(packed: Long, out: TokenBuffer): Unit = {
    var rest = packed
    while (rest != NOTHING) {
      out.add((rest & TOKEN_MASK).toInt - 1)
      rest >>>= TOKEN_BITS
    }
  }

  /** Up to three tokens from `start` on, each one more than its id, so that 0 is none. */
  private def pack(out: TokenBuffer, start: Int): Long = {
    var packed = NOTHING
    var index = math.min(out.size, start + PACKED) - 1
    while (index >= start) {
      packed = (packed << TOKEN_BITS) | (out(index) + 1L)
      index -= 1
    }
    packed
  }

  private def isShort(out: TokenBuffer, start: Int): Boolean = out.size - start <= 2 * PACKED && {
    var index = start
    while (index < out.size && out(index) < TOKEN_MASK) index += 1
    index == out.size
  }
}

private[bpe] object WordCache {

  /** Longest piece, in bytes, that is cached. */
  val MAX_BYTES = 31

  /** Bytes that may be read behind a piece. */
  val PADDING = 32

  private val MAX_SHORT_BYTES = 15
  private val SHORT_BITS = 16
  private val SHORT_SLOTS = 1 << SHORT_BITS
  private val SHORT_LONGS = 4
  private val TOKEN_BITS = 21
  private val TOKEN_MASK = (1L << TOKEN_BITS) - 1
  private val PACKED = 3
  private val NOTHING = 0L

  /** Odd constants of splitmix64 (Steele et al. 2014). */
  private val FIRST_FACTOR = 0x9e3779b97f4a7c15L
  private val SECOND_FACTOR = 0xbf58476d1ce4e5b9L

  private val FIRST_MASKS = Array.tabulate(MAX_SHORT_BYTES + 1)(length => Bytes.prefixMask(length))
  private val SECOND_MASKS = Array.tabulate(MAX_SHORT_BYTES + 1)(length => Bytes.prefixMask(length - 8))

  /** `text` with room for reading behind its end. */
  def pad(text: Array[Byte]): Array[Byte] = java.util.Arrays.copyOf(text, text.length + PADDING)
}

/** As WordCache, for pieces of up to 31 bytes: four longs, and up to seven tokens after their count. */
private final class LongPieceCache {
  import LongPieceCache._

  private val keys = new Array[Long](SLOTS * KEY_LONGS)
  private val tokens = new Array[Int](SLOTS * SLOT_INTS)
  private val wanted = new Array[Long](KEY_LONGS)
  private var slot = 0

  def find(text: Array[Byte], from: Int, length: Int, out: TokenBuffer): Boolean = {
    load(text, from, length)
    val at = slot * KEY_LONGS
    val hit = keys(at) == wanted(0) && keys(at + 1) == wanted(1) && keys(at + 2) == wanted(2) &&
      keys(at + 3) == wanted(3)
    if (hit) emit(out)
    hit
  }

  def put(out: TokenBuffer, start: Int): Unit = {
    val count = out.size - start
    if (count < SLOT_INTS) {
      System.arraycopy(wanted, 0, keys, slot * KEY_LONGS, KEY_LONGS)
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
    var index = 1
    while (index <= tokens(at)) {
      out.add(tokens(at + index))
      index += 1
    }
  }

  private def load(text: Array[Byte], from: Int, length: Int): Unit = {
    var hash = length.toLong
    var index = 0
    while (index < KEY_LONGS) {
      wanted(index) = Bytes.longAt(text, from + 8 * index) & Bytes.prefixMask(length - 8 * index)
      hash = (hash ^ wanted(index)) * MIX
      hash ^= hash >>> 29
      index += 1
    }
    wanted(KEY_LONGS - 1) |= length.toLong << 56
    slot = (hash * MIX >>> (64 - SLOT_BITS)).toInt
  }
}

private object LongPieceCache {
  private val SLOT_BITS = 14
  private val SLOTS = 1 << SLOT_BITS
  private val KEY_LONGS = 4
  private val SLOT_INTS = 8
  private val MIX = 0x9e3779b97f4a7c15L
}
