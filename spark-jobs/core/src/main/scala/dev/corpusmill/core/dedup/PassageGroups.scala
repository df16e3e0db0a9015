package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/** Where a passage stands; the first in this order stays. */
private[dedup] final case class PassageKey(high: Long, low: Long, rank: Long, start: Int) {
  def isSameAs(other: PassageKey): Boolean = high == other.high && low == other.low
}

private[dedup] object PassageKey {
  implicit val ordering: Ordering[PassageKey] = (left: PassageKey, right: PassageKey) => {
    val byHigh = java.lang.Long.compare(left.high, right.high)
    val byLow = if (byHigh != 0) byHigh else java.lang.Long.compare(left.low, right.low)
    val byRank = if (byLow != 0) byLow else java.lang.Long.compare(left.rank, right.rank)
    if (byRank != 0) byRank else java.lang.Integer.compare(left.start, right.start)
  }
}

/**
 * Groups passages by what they say: each task settles first what it can of those of its own documents, and of the rest
 * of a group one task gets a few from each other one, however many there are. The result is that of one step, as no
 * document is in two tasks.
 */
private[dedup] final case class PassageGroups(shuffles: Shuffles) {
  import PassageGroups._

  /** All but the first of each group, and but those that overlap with it in its own text. */
  def laterOnes(passages: RDD[(PassageKey, PlacedSpan)]): RDD[PlacedSpan] = {
    val left = shuffles.sortedWithin(passages).mapPartitions(settleLater)
    shuffles.grouped(left)(key => (key.high, key.low)).mapPartitions(laterOfSorted)
  }

  /** All of each group of two or more; a group has one `high`. */
  def repeatedOnes(passages: RDD[(PassageKey, PlacedSpan)]): RDD[PlacedSpan] = {
    val left = shuffles.sortedWithin(passages).mapPartitions(settleRepeated)
    shuffles.grouped(left)(_.high).mapPartitions(repeatedOfSorted)
  }
}

private object PassageGroups {

  /** No document has this rank: the passage belongs to the result, and goes to any task. */
  private val SETTLED = -1L

  private def settled(span: PlacedSpan): (PassageKey, PlacedSpan) =
    PassageKey(Hashing.mix(span.hashCode.toLong), 0L, SETTLED, span.start) -> span

  /**
   * Settles what is not of the document of the task's first one, or does not overlap with that: the first one of all is
   * of a better document then, or is the task's first.
   */
  private def settleLater(sorted: Iterator[(PassageKey, PlacedSpan)]): Iterator[(PassageKey, PlacedSpan)] = {
    var first = Option.empty[(PassageKey, PlacedSpan)]
    sorted.map { case passage @ (key, span) =>
      val known = first.filter(_._1.isSameAs(key))
      if (known.isEmpty) first = Some(passage)
      if (known.forall { case (before, kept) => before.rank == key.rank && span.start < kept.end }) passage
      else settled(span)
    }
  }

  private def laterOfSorted(sorted: Iterator[(PassageKey, PlacedSpan)]): Iterator[PlacedSpan] = {
    var first = Option.empty[(PassageKey, PlacedSpan)]
    sorted.flatMap { case passage @ (key, span) =>
      if (key.rank == SETTLED) Some(span)
      else {
        val known = first.filter(_._1.isSameAs(key))
        if (known.isEmpty) first = Some(passage)
        known.collect { case (before, kept) if before.rank != key.rank || span.start >= kept.end => span }
      }
    }
  }

  /** Settles all but the first two of each group: these tell the group that it has two. */
  private def settleRepeated(sorted: Iterator[(PassageKey, PlacedSpan)])
      : Iterator[(PassageKey, PlacedSpan)] = {
    var high = Option.empty[Long]
    var count = 0
    sorted.map { case passage @ (key, span) =>
      if (!high.contains(key.high)) count = 0
      high = Some(key.high)
      count = math.min(count + 1, 3)
      if (count < 3) passage else settled(span)
    }
  }

  /** Each as soon as the next one is known. */
  private def repeatedOfSorted(sorted: Iterator[(PassageKey, PlacedSpan)]): Iterator[PlacedSpan] = {
    val rows = sorted.buffered
    var isRepeated = false
    rows.flatMap { case (key, span) =>
      val isFollowed = key.rank != SETTLED && rows.headOption.exists(_._1.high == key.high)
      val isFound = key.rank == SETTLED || isRepeated || isFollowed
      isRepeated = isFollowed
      Option.when(isFound)(span)
    }
  }
}
