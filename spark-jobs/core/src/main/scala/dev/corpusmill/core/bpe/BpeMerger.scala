package dev.corpusmill.core.bpe

/**
 * Merges the bytes of one piece into tokens: always the pair of lowest rank, the leftmost of equals, until
 * no pair has a rank (Sennrich et al. 2016). Not thread-safe.
 *
 * Short pieces scan their pairs for the lowest rank; long ones keep a heap over a linked list, so that a piece
 * of n bytes costs O(n log n). A symbol stays where its first byte was, and the bits of a long say where one begins.
 */
private[bpe] final class BpeMerger(model: BpeModel) {
  private val pairs = model.pairs
  private val mergedIds = if (model.idsAboveRanks.isEmpty) model.mergedIds else null
  private val idsAboveRanks = model.idsAboveRanks.getOrElse(0)
  private val byteIds = model.byteIds
  private val bytePairRanks = model.bytePairRanks
  private val symbols = new Array[Int](BpeMerger.SHORT_BYTES)
  // The rank of the pair that begins at each symbol (high half) and its place, so that the least is the one to merge
  private val ranked = new Array[Long](BpeMerger.SHORT_BYTES)

  /** Adds the tokens of the piece `text[from, until)` to `out`. */
  def merge(text: Array[Byte], from: Int, until: Int, out: TokenBuffer): Unit =
    if (until - from <= BpeMerger.SHORT_BYTES) mergeShort(text, from, until - from, out)
    else new LongPieceMerger(model, text, from, until).mergeInto(out)

  private def mergeShort(text: Array[Byte], from: Int, count: Int, out: TokenBuffer): Unit = {
    load(text, from, count)
    var begins = -1L >>> (64 - count)
    var least = leastOf(begins)
    while (least < BpeMerger.UNRANKED) {
      begins = mergeAt(least.toInt, (least >>> 32).toInt, begins)
      least = leastOf(begins)
    }
    while (begins != 0) {
      out.add(symbols(java.lang.Long.numberOfTrailingZeros(begins)))
      begins &= begins - 1
    }
  }

  private def load(text: Array[Byte], from: Int, count: Int): Unit = {
    var index = 0
    while (index < count) {
      val byte = text(from + index) & 0xff
      symbols(index) = byteIds(byte)
      ranked(index) =
        if (index + 1 < count) entry(bytePairRanks((byte << 8) | (text(from + index + 1) & 0xff)), index)
        else BpeMerger.UNRANKED
      index += 1
    }
  }

  /** Merges the symbol at `place` with the next one; returns where symbols begin after that. */
  private def mergeAt(place: Int, rank: Int, begins: Long): Long = {
    val after = begins & (-2L << place)
    val left = begins & (after - 1)
    symbols(place) = if (mergedIds == null) rank + idsAboveRanks else mergedIds(rank)
    val rest = after & (after - 1)
    ranked(place) =
      if (rest == 0) BpeMerger.UNRANKED
      else entry(pairs.rankOf(symbols(place), symbols(java.lang.Long.numberOfTrailingZeros(rest))), place)
    val before = left & ((1L << place) - 1)
    if (before != 0) {
      val previous = 63 - java.lang.Long.numberOfLeadingZeros(before)
      ranked(previous) = entry(pairs.rankOf(symbols(previous), symbols(place)), previous)
    }
    left | rest
  }

  private def leastOf(begins: Long): Long = {
    var least = Long.MaxValue
    var rest = begins
    while (rest != 0) {
      least = math.min(least, ranked(java.lang.Long.numberOfTrailingZeros(rest)))
      rest &= rest - 1
    }
    least
  }

  private def entry(rank: Int, place: Int): Long = (rank.toLong << 32) | place
}

private[bpe] object BpeMerger {

  /** Longest piece, in bytes, that is merged by scanning: a bit of a long each. */
  val SHORT_BYTES = 64

  /** Entries from here on have no rank. */
  private val UNRANKED = PairRanks.NONE.toLong << 32
}
