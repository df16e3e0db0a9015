package dev.corpusmill.core.bpe

import org.apache.spark.unsafe.Platform

/**
 * Pieces and their tokens, in memory of fixed size (11 MiB). Not thread-safe.
 *
 * A piece of up to 15 bytes whose tokens fit, as most do, stands in one of the two slots of its set. A slot is four
 * longs: the piece's bytes and, in the last one, its length; then its tokens and, in the last byte, their number. A new
 * piece takes the second slot of a full set, and the first one when it is met again there. Longer pieces, and those with
 * more tokens, stand in a [[PieceStore]]; the slots of the latter say so.
 *
 * Pieces are looked for some at a time: the slots of all are touched before the first is read, so that the processor
 * waits for memory once and not for each.
 *
 * @param idBits bits of a token's id: the fewer, the more tokens fit into a slot
 */
private[bpe] final class WordCache(idBits: Int) {
  import WordCache._

  private val slots = new Array[Long](SETS * SET_LONGS)
  private val store = new PieceStore
  private val firsts = new Array[Long](PieceScanner.MOST)
  private val seconds = new Array[Long](PieceScanner.MOST)
  // Offsets of sets as `Platform` counts them: looking into slots is most of the work, and bounds are known to hold
  private val places = new Array[Long](PieceScanner.MOST)
  private val idMask = (1L << idBits) - 1
  private val firstIds = 64 / idBits
  private val slotIds = firstIds + 56 / idBits

  /** What the slots of the last pieces held, added up: kept, as reads that serve nothing are left out. */
  private[bpe] var readAhead = 0L

  /** Gets ready to look for the first `count` pieces, which end at `ends`. `text` has `PADDING` bytes after its end. */
  def locate(text: Array[Byte], from: Int, ends: Array[Int], count: Int): Unit = {
    var start = from
    var index = 0
    while (index < count) {
      val length = ends(index) - start
      if (length <= MAX_SHORT_BYTES) {
        val first = Bytes.longAt(text, start) & FIRST_MASKS(length)
        val second = (Bytes.longAt(text, start + 8) & SECOND_MASKS(length)) | (length.toLong << 56)
        firsts(index) = first
        seconds(index) = second
        places(index) = offsetOf((first ^ (second * SECOND_FACTOR)) * FIRST_FACTOR >>> (64 - SET_BITS))
      } else {
        seconds(index) = NOT_SHORT
        places(index) = offsetOf(0)
      }
      start = ends(index)
      index += 1
    }
    touch(count)
  }

  /**
   * Reads the slots in a loop of its own, as short as can be: so the most reads are under way at a time. A set may lie in
   * two lines of the processor's cache, so both its ends are read.
   */
  private def touch(count: Int): Unit = {
    var sum = 0L
    var index = 0
    while (index < count) {
      sum += Platform.getLong(slots, places(index)) + Platform.getLong(slots, places(index) + LAST_LONG)
      index += 1
    }
    readAhead = sum
  }

  /** Adds the tokens of located pieces from `index` on to `out`, up to one without a slot; returns that one's index. */
  def addKnown(index: Int, count: Int, out: TokenBuffer): Int = {
    val ids = out.reserve((count - index) * slotIds + firstIds)
    var size = out.size
    var at = index
    var tokens = 1
    while (tokens > 0 && at < count) {
      val slot = slotOf(at)
      tokens = 0
      if (slot != NO_SLOT) {
        val packed = Platform.getLong(slots, slot + 16)
        val more = Platform.getLong(slots, slot + 24)
        tokens = (more >>> 56).toInt
        val place = Platform.INT_ARRAY_OFFSET + size * 4L
        Platform.putInt(ids, place, (packed & idMask).toInt)
        Platform.putInt(ids, place + 4, (packed >>> idBits & idMask).toInt)
        Platform.putInt(ids, place + 8, (packed >>> (2 * idBits) & idMask).toInt)
        if (tokens > 3) addMore(ids, size, packed, more)
        size += tokens
        if (tokens > 0) at += 1
      }
    }
    out.resize(size)
    at
  }

  /** Adds the tokens of located piece `index`, which is `text[from, until)` and has no slot, to `out` if it is here. */
  def find(index: Int, text: Array[Byte], from: Int, until: Int)(out: TokenBuffer): Boolean =
    (seconds(index) == NOT_SHORT || slotOf(index) != NO_SLOT) && store.find(text, from, until - from, out)

  /** Keeps the tokens that `out` has from `start` on for piece `index`, which is `text[from, until)` and not here. */
  def put(index: Int, text: Array[Byte], from: Int, until: Int)(out: TokenBuffer, start: Int): Unit = {
    val tokens = out.size - start
    val isStored = seconds(index) == NOT_SHORT || tokens > slotIds
    if (isStored) store.put(text, from, until - from)(out, start)
    if (seconds(index) != NOT_SHORT) fillSlot(index, out, start)(if (isStored) 0 else tokens)
  }

  private def slotOf(index: Int): Long = {
    val place = places(index)
    val first = firsts(index)
    val second = seconds(index)
    if (Platform.getLong(slots, place) == first && Platform.getLong(slots, place + 8) == second) place
    else if (
      Platform.getLong(slots, place + SLOT_BYTES) == first &&
      Platform.getLong(slots, place + SLOT_BYTES + 8) == second
    ) {
      swap(place)
      place
    } else NO_SLOT
  }

  private def swap(place: Long): Unit = {
    var at = place
    while (at < place + SLOT_BYTES) {
      val first = Platform.getLong(slots, at)
      Platform.putLong(slots, at, Platform.getLong(slots, at + SLOT_BYTES))
      Platform.putLong(slots, at + SLOT_BYTES, first)
      at += 8
    }
  }

  private def addMore(ids: Array[Int], size: Int, packed: Long, more: Long): Unit = {
    var token = 3
    while (token < slotIds) {
      val id = if (token < firstIds) packed >>> (token * idBits) else more >>> ((token - firstIds) * idBits)
      ids(size + token) = (id & idMask).toInt
      token += 1
    }
  }

  private def fillSlot(index: Int, out: TokenBuffer, start: Int)(tokens: Int): Unit = {
    val place = places(index)
    val slot = if (Platform.getLong(slots, place + 8) == 0) place else place + SLOT_BYTES
    Platform.putLong(slots, slot, firsts(index))
    Platform.putLong(slots, slot + 8, seconds(index))
    val first = math.min(tokens, firstIds)
    Platform.putLong(slots, slot + 16, pack(out, start, start + first))
    Platform.putLong(slots, slot + 24, pack(out, start + first, start + tokens) | (tokens.toLong << 56))
  }

  private def pack(out: TokenBuffer, from: Int, until: Int): Long = {
    var packed = 0L
    var index = until - 1
    while (index >= from) {
      packed = (packed << idBits) | out(index).toLong
      index -= 1
    }
    packed
  }
}

private[bpe] object WordCache {

  /** Longest piece, in bytes, that is cached. */
  val MAX_BYTES: Int = PieceStore.MAX_BYTES

  /** Bytes that may be read behind a piece. */
  val PADDING = 64

  private val MAX_SHORT_BYTES = 15
  private val SET_BITS = 17
  private val SETS = 1 << SET_BITS
  private val SET_LONGS = 8
  private val SLOT_BYTES = 32
  private val LAST_LONG = SET_LONGS * 8L - 8
  private val NO_SLOT = -1L

  /** Stands for the second half of a piece that is too long for a slot, and in no slot. */
  private val NOT_SHORT = -1L

  /** Odd constants of splitmix64 (Steele et al. 2014). */
  private val FIRST_FACTOR = 0x9e3779b97f4a7c15L
  private val SECOND_FACTOR = 0xbf58476d1ce4e5b9L

  private val FIRST_MASKS = Array.tabulate(MAX_SHORT_BYTES + 1)(length => Bytes.prefixMask(length))
  private val SECOND_MASKS = Array.tabulate(MAX_SHORT_BYTES + 1)(length => Bytes.prefixMask(length - 8))

  private def offsetOf(set: Long): Long = Platform.LONG_ARRAY_OFFSET + set * (SET_LONGS * 8)
}
