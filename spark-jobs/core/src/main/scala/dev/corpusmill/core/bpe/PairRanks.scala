package dev.corpusmill.core.bpe

/**
 * Immutable map from a pair of token ids to the rank of their merge. A lower rank merges first.
 *
 * Most pairs that are asked for have none, and a bit set by hash says so of most of them. The others are found by open
 * addressing with linear probing; a slot is a pair (42 bits) and its rank.
 */
final class PairRanks private (slots: Array[Long], present: Array[Long]) extends Serializable {
  import PairRanks._

  private val slotShift = 64 - Integer.numberOfTrailingZeros(slots.length)
  private val bitShift = 64 - Integer.numberOfTrailingZeros(present.length * 64)

  /** Rank of the merge of `left` and `right`, or `PairRanks.NONE`. */
  def rankOf(left: Int, right: Int): Int = {
    val key = keyOf(left, right)
    val hash = key * FACTOR
    val bit = (hash >>> bitShift).toInt
    if ((present(bit >>> 6) & (1L << bit)) == 0) NONE
    else {
      var slot = (hash >>> slotShift).toInt
      while (slots(slot) != EMPTY && (slots(slot) >>> RANK_BITS) != key) slot = (slot + 1) &
        (slots.length - 1)
      if (slots(slot) == EMPTY) NONE else (slots(slot) & MAX_RANK).toInt
    }
  }

  /** All merges, lowest ranks first. */
  private[bpe] def merges: Vector[RankedPair] =
    slots.iterator.filter(_ != EMPTY).map { slot =>
      val key = slot >>> RANK_BITS
      RankedPair((key >>> BpeModel.ID_BITS).toInt, (key & BpeModel.MAX_ID).toInt, (slot & MAX_RANK).toInt)
    }.toVector.sortBy(_.rank)
}

object PairRanks {
  val NONE: Int = Int.MaxValue

  private val RANK_BITS = 64 - 2 * BpeModel.ID_BITS

  /** Highest rank that a merge may have. */
  val MAX_RANK: Int = (1 << RANK_BITS) - 1

  // No pair of a model: ids are less than all ones
  private val EMPTY = -1L
  private val BITS_PER_SLOT = 16

  /** Fibonacci hashing: the high bits of the product are well mixed. */
  private val FACTOR = 0x9e3779b97f4a7c15L

  /** Where a pair is given more than once, its lowest rank counts. */
  def apply(pairs: IndexedSeq[RankedPair]): PairRanks = {
    val slots = Array.fill(Integer.highestOneBit(math.max(16, pairs.size) * 5 / 4) * 2)(EMPTY)
    val present = new Array[Long](slots.length * BITS_PER_SLOT / 64)
    val slotShift = 64 - Integer.numberOfTrailingZeros(slots.length)
    val bitShift = 64 - Integer.numberOfTrailingZeros(present.length * 64)
    pairs.foreach { pair =>
      val key = keyOf(pair.left, pair.right)
      val hash = key * FACTOR
      val bit = (hash >>> bitShift).toInt
      present(bit >>> 6) |= 1L << bit
      var slot = (hash >>> slotShift).toInt
      while (slots(slot) != EMPTY && (slots(slot) >>> RANK_BITS) != key) slot = (slot + 1) &
        (slots.length - 1)
      val known = if (slots(slot) == EMPTY) MAX_RANK else (slots(slot) & MAX_RANK).toInt
      slots(slot) = (key << RANK_BITS) | math.min(known, pair.rank).toLong
    }
    new PairRanks(slots, present)
  }

  private def keyOf(left: Int, right: Int): Long = (left.toLong << BpeModel.ID_BITS) | right
}

/** A merge: tokens `left` and `right` in that order; a lower rank merges first. */
final case class RankedPair(left: Int, right: Int, rank: Int)
