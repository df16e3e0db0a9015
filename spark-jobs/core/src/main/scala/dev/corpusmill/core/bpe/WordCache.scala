package dev.corpusmill.core.bpe

/**
 * Pieces and their tokens, in memory of fixed size (11 MiB). Not thread-safe.
 *
 * A piece of up to 15 bytes and 5 tokens, as most are, stands in one of two slots, a cache line together, of four longs
 * each: its bytes and its length (last byte), then its tokens of 21 bits each and their number (last byte). A new piece
 * displaces the one in the second slot, and goes to the first when it is met again; all pieces stand in a [[PieceStore]]
 * behind.
 *
 * Pieces are looked for some at a time: the slots of all are touched before the first is read, so that the processor
 * waits for memory once and not for each.
 */
private[bpe] final class WordCache {
  import WordCache._

  private val slots = new Array[Long](SETS * SET_LONGS)
  private val store = new PieceStore
  private val firsts = new Array[Long](BLOCK)
  private val seconds = new Array[Long](BLOCK)
  private val places = new Array[Int](BLOCK)

  /** What the slots of the last pieces held, added up: kept, as reads that serve nothing are left out. */
  private[bpe] var readAhead = 0L

  /** Gets ready to look for the first `count` pieces, which end at `ends`. `text` has `PADDING` bytes after its end. */
  def locate(text: Array[Byte], from: Int, ends: Array[Int], count: Int): Unit = {
    var start = from
    var index = 0
    var sum = 0L
    while (index < count) {
      val length = ends(index) - start
      if (length <= MAX_SHORT_BYTES) {
        val first = Bytes.longAt(text, start) & FIRST_MASKS(length)
        val second = (Bytes.longAt(text, start + 8) & SECOND_MASKS(length)) | (length.toLong << 56)
        val place = ((first ^ (second * SECOND_FACTOR)) * FIRST_FACTOR >>> (64 - SET_BITS)).toInt * SET_LONGS
        firsts(index) = first
        seconds(index) = second
        places(index) = place
        sum += slots(place)
      }
      start = ends(index)
      index += 1
    }
    readAhead = sum
  }

  /** Adds the tokens of located piece `index`, which is `text[from, until)`, to `out` if it is here. */
  def find(index: Int, text: Array[Byte], from: Int, until: Int)(out: TokenBuffer): Boolean = {
    val place = places(index)
    if (until - from > MAX_SHORT_BYTES) store.find(text, from, until - from, out)
    else if (stands(index, place)) {
      emit(place, out)
      true
    } else if (stands(index, place + SLOT_LONGS)) {
      emit(place + SLOT_LONGS, out)
      swap(place)
      true
    } else {
      val start = out.size
      val isFound = store.find(text, from, until - from, out)
      if (isFound) fillSlot(index, out, start)
      isFound
    }
  }

  /** Keeps the tokens that `out` has from `start` on for piece `index`, which was just looked for and not found. */
  def put(index: Int, length: Int, out: TokenBuffer, start: Int): Unit = {
    store.put(out, start)
    if (length <= MAX_SHORT_BYTES) fillSlot(index, out, start)
  }

  private def stands(index: Int, place: Int): Boolean =
    slots(place) == firsts(index) && slots(place + 1) == seconds(index)

  private def swap(place: Int): Unit = {
    var at = place
    while (at < place + SLOT_LONGS) {
      val first = slots(at)
      slots(at) = slots(at + SLOT_LONGS)
      slots(at + SLOT_LONGS) = first
      at += 1
    }
  }

  private def emit(place: Int, out: TokenBuffer): Unit = {
    val last = slots(place + 3)
    val tokens = (last >>> 56).toInt
    out.addThree(slots(place + 2), math.min(3, tokens))
    if (tokens > 3) out.addThree(last, tokens - 3)
  }

  private def fillSlot(index: Int, out: TokenBuffer, start: Int): Unit =
    if (out.size - start <= MAX_SHORT_TOKENS) {
      val place = places(index) + SLOT_LONGS
      slots(place) = firsts(index)
      slots(place + 1) = seconds(index)
      slots(place + 2) = pack(out, start)
      slots(place + 3) = pack(out, start + 3) | ((out.size - start).toLong << 56)
    }

  /** Up to three tokens from `start` on. */
  private def pack(out: TokenBuffer, start: Int): Long = {
    var packed = 0L
    var index = math.min(out.size, start + 3) - 1
    while (index >= start) {
      packed = (packed << BpeModel.ID_BITS) | out(index).toLong
      index -= 1
    }
    packed
  }
}

private[bpe] object WordCache {

  /** Pieces that are looked for at a time. */
  val BLOCK = 64

  /** Longest piece, in bytes, that is cached. */
  val MAX_BYTES: Int = PieceStore.MAX_BYTES

  /** Bytes that may be read behind a piece. */
  val PADDING = 16

  private val MAX_SHORT_BYTES = 15
  private val MAX_SHORT_TOKENS = 5
  private val SET_BITS = 14
  private val SETS = 1 << SET_BITS
  private val SET_LONGS = 8
  private val SLOT_LONGS = 4

  /** Odd constants of splitmix64 (Steele et al. 2014). */
  private val FIRST_FACTOR = 0x9e3779b97f4a7c15L
  private val SECOND_FACTOR = 0xbf58476d1ce4e5b9L

  private val FIRST_MASKS = Array.tabulate(MAX_SHORT_BYTES + 1)(length => Bytes.prefixMask(length))
  private val SECOND_MASKS = Array.tabulate(MAX_SHORT_BYTES + 1)(length => Bytes.prefixMask(length - 8))
}
