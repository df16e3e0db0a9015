package dev.corpusmill.core.bpe

/**
 * Merges the bytes of one piece into tokens: always the pair of lowest rank, the leftmost of equals, until
 * no pair has a rank (Sennrich et al. 2016). Not thread-safe.
 *
 * Short pieces scan an array for the lowest rank; long ones keep a heap over a linked list, so that a piece
 * of n bytes costs O(n log n).
 */
private[bpe] final class BpeMerger(model: BpeModel) {
  private val pairs = model.pairs
  private val mergedIds = model.mergedIds
  private val byteIds = model.byteIds
  private val bytePairRanks = model.bytePairRanks
  private val symbols = new Array[Int](BpeMerger.SHORT_BYTES)
  private val ranks = new Array[Int](BpeMerger.SHORT_BYTES)

  /** Adds the tokens of the piece `text[from, until)` to `out`. */
  def merge(text: Array[Byte], from: Int, until: Int, out: TokenBuffer): Unit =
    if (until - from <= BpeMerger.SHORT_BYTES) mergeShort(text, from, until, out)
    else new LongPieceMerger(model, text, from, until).mergeInto(out)

  private def mergeShort(text: Array[Byte], from: Int, until: Int, out: TokenBuffer): Unit = {
    var count = until - from
    loadShort(text, from, count)
    var lowest = lowestRank(count)
    while (lowest >= 0) {
      symbols(lowest) = mergedIds(ranks(lowest))
      count -= 1
      System.arraycopy(symbols, lowest + 2, symbols, lowest + 1, count - lowest - 1)
      System.arraycopy(ranks, lowest + 2, ranks, lowest + 1, count - lowest - 1)
      ranks(lowest) =
        if (lowest + 1 < count) pairs.rankOf(symbols(lowest), symbols(lowest + 1)) else PairRanks.NONE
      if (lowest > 0) ranks(lowest - 1) = pairs.rankOf(symbols(lowest - 1), symbols(lowest))
      lowest = lowestRank(count)
    }
    var index = 0
    while (index < count) {
      out.add(symbols(index))
      index += 1
    }
  }

  private def loadShort(text: Array[Byte], from: Int, count: Int): Unit = {
    var index = 0
    while (index < count) {
      val byte = text(from + index) & 0xff
      symbols(index) = byteIds(byte)
      ranks(index) =
        if (index + 1 < count) bytePairRanks((byte << 8) | (text(from + index + 1) & 0xff))
        else PairRanks.NONE
      index += 1
    }
  }

  /** Index of the lowest rank, the leftmost of equals; -1 where nothing merges. */
  private def lowestRank(count: Int): Int = {
    var lowest = -1
    var rank = PairRanks.NONE
    var index = 0
    while (index < count) {
      if (ranks(index) < rank) {
        rank = ranks(index)
        lowest = index
      }
      index += 1
    }
    lowest
  }
}

private[bpe] object BpeMerger {

  /** Longest piece, in bytes, that is merged by scanning. */
  val SHORT_BYTES = 64
}
