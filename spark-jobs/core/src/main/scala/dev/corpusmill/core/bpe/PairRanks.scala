package dev.corpusmill.core.bpe

/**
 * Immutable map from a pair of token ids to the rank of their merge: open addressing, linear probing, at
 * most half full. A lower rank merges first.
 */
final class PairRanks private (keys: Array[Long], ranks: Array[Int]) extends Serializable {
  private val mask = keys.length - 1

  /** Rank of the merge of `left` and `right`, or `PairRanks.NONE`. */
  def rankOf(left: Int, right: Int): Int = {
    val key = PairRanks.keyOf(left, right)
    var slot = PairRanks.hash(key) & mask
    while (keys(slot) != key && keys(slot) != PairRanks.EMPTY) slot = (slot + 1) & mask
    if (keys(slot) == key) ranks(slot) else PairRanks.NONE
  }
}

object PairRanks {
  val NONE: Int = Int.MaxValue
  private val EMPTY = -1L

  /** Where a pair is given more than once, its lowest rank counts. */
  def apply(pairs: IndexedSeq[RankedPair]): PairRanks = {
    val slots = Integer.highestOneBit(math.max(16, pairs.size) * 2 - 1) * 2
    val keys = Array.fill(slots)(EMPTY)
    val ranks = new Array[Int](slots)
    pairs.foreach { pair =>
      val key = keyOf(pair.left, pair.right)
      var slot = hash(key) & (slots - 1)
      while (keys(slot) != key && keys(slot) != EMPTY) slot = (slot + 1) & (slots - 1)
      ranks(slot) = if (keys(slot) == key) math.min(ranks(slot), pair.rank) else pair.rank
      keys(slot) = key
    }
    new PairRanks(keys, ranks)
  }

  private def keyOf(left: Int, right: Int): Long = (left.toLong << 32) | right

  /** Fibonacci hashing: the high half of the product is well mixed. */
  private def hash(key: Long): Int = ((key * 0x9e3779b97f4a7c15L) >>> 32).toInt & Int.MaxValue
}

/** A merge: tokens `left` and `right` in that order; a lower rank merges first. */
final case class RankedPair(left: Int, right: Int, rank: Int)
