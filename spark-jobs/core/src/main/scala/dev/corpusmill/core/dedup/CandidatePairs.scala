package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

import scala.collection.mutable

/** A document that fuzzy dedup looks at. Its rank is its place in the survivor order: the least survives. */
final case class Ranked(rank: Long, docId: String, position: RowPosition)

/** The bucket keys of a document, by its rank. */
final case class Banded(rank: Long, keys: Array[Long])

/** Ranks of a bucket that one task has: the least and the greatest of them. */
private[dedup] final case class BucketPart(bucket: Long, first: Long, last: Long)

/**
 * Pairs of documents that may be near duplicates.
 *
 * @param hotBucketEntries a bucket that may have more entries is split over all tasks by rank
 */
private[dedup] final case class CandidatePairs(
    shuffles: Shuffles,
    hotBucketEntries: Long = CandidatePairs.HOT_BUCKET_ENTRIES
) {
  import CandidatePairs._

  /**
   * In every bucket, each document with the best-ranked one and with the one ranked just before it: two pairs per
   * document at most, however large the bucket. The same pairs whichever buckets are split. No task holds more than
   * three entries of a bucket at a time.
   *
   * @param count of the documents
   */
  def of(documents: RDD[Banded], count: Long): RDD[Edge] = {
    // An edge from bucket to rank: sorted by bucket, then by rank.
    val entries = documents.flatMap(document => document.keys.iterator.map(Edge(_, document.rank)))
    val hot = if (count <= hotBucketEntries) Set.empty[Long] else hotBuckets(documents)
    val pairs =
      if (hot.isEmpty) shuffles.sortedEdges(entries).mapPartitions(pairsOfSorted(_, Map.empty))
      else pairsWithHot(entries, hot)
    shuffles.distinctEdges(pairs)
  }

  private def pairsWithHot(entries: RDD[Edge], hot: Set[Long]): RDD[Edge] = {
    val highest = entries.map(_.lesser).fold(0L)(math.max)
    val partitions = shuffles.partitions
    val sorted = shuffles.sortedEdges(
      entries,
      entry => {
        val spread = (Hashing.mix(entry.greater) >>> 32).toInt
        if (hot.contains(entry.greater)) spread + partOf(entry.lesser, highest, partitions) else spread
      }
    )
    val parts = sorted.mapPartitions(partsOf(_, hot)).collect()
    val before = beforeEach(parts)
    sorted.mapPartitions(pairsOfSorted(_, before))
  }

  /**
   * Buckets that may have more than `hotBucketEntries`: heavy hitters by Misra and Gries (1982) among the keys of one in
   * SAMPLED documents, so that the driver holds a bounded number of keys. Which ones are found changes who does the
   * work and never the pairs.
   */
  private def hotBuckets(documents: RDD[Banded]): Set[Long] = {
    val limit = hotBucketEntries / SAMPLED
    documents
      .mapPartitions { rows =>
        val hitters = new HeavyHitters(HOT_BUCKETS)
        rows.filter(_.rank % SAMPLED == 0).foreach(_.keys.foreach(hitters.add))
        Iterator.single(hitters)
      }
      .treeReduce(_ merge _)
      .above(limit)
  }
}

private[dedup] object CandidatePairs {

  /** A task sorts so many entries in some seconds. */
  val HOT_BUCKET_ENTRIES: Long = 1000000L

  /** Hot buckets that can be told apart: any with more than a thousandth of all entries is found. */
  private val HOT_BUCKETS = 1000

  /** One in so many documents is looked at to find hot buckets. */
  private val SAMPLED = 16L

  /** Grows with the rank. */
  private def partOf(rank: Long, highest: Long, parts: Int): Int =
    math.min((rank.toDouble / (highest + 1.0) * parts).toInt, parts - 1)

  private def partsOf(sorted: Iterator[Edge], hot: Set[Long]): Iterator[BucketPart] = {
    val parts = mutable.LinkedHashMap.empty[Long, BucketPart]
    sorted.filter(entry => hot.contains(entry.greater)).foreach { entry =>
      val first = parts.get(entry.greater).fold(entry.lesser)(_.first)
      parts.update(entry.greater, BucketPart(entry.greater, first, entry.lesser))
    }
    parts.valuesIterator
  }

  /** For the first rank of each part of a bucket: the bucket's best rank and the rank just before, in other tasks. */
  private def beforeEach(parts: Array[BucketPart]): Map[Edge, Edge] =
    parts.groupBy(_.bucket).values.flatMap { of =>
      val ordered = of.sortBy(_.first)
      ordered.sliding(2).collect { case Array(before, part) =>
        Edge(part.bucket, part.first) -> Edge(ordered.head.first, before.last)
      }
    }.toMap

  /** Pairs of entries sorted by bucket and rank; `before` tells what other tasks have of the buckets that are split. */
  def pairsOfSorted(sorted: Iterator[Edge], before: Map[Edge, Edge]): Iterator[Edge] = {
    var best = Option.empty[Edge]
    var previous = 0L
    sorted.flatMap { entry =>
      val isFirst = !best.exists(_.greater == entry.greater)
      val elsewhere = if (isFirst && before.nonEmpty) before.get(entry) else None
      if (isFirst) best = Some(Edge(entry.greater, elsewhere.fold(entry.lesser)(_.greater)))
      if (isFirst) previous = elsewhere.fold(entry.lesser)(_.lesser)
      val pairs = pairsOf(entry.lesser, best.fold(entry.lesser)(_.lesser), previous)
      previous = entry.lesser
      pairs
    }
  }

  private def pairsOf(rank: Long, best: Long, previous: Long): Iterator[Edge] =
    if (rank == best) Iterator.empty
    else if (previous == best || previous == rank) Iterator.single(Edge(rank, best))
    else Iterator(Edge(rank, best), Edge(rank, previous))
}

/** Counts keys with `capacity` counters; a key's count is too low by at most total / capacity. */
private[dedup] final class HeavyHitters(capacity: Int) extends Serializable {
  private val counts = mutable.LongMap.empty[Long]
  private var undercount = 0L

  def add(key: Long): Unit = {
    counts.update(key, counts.getOrElse(key, 0L) + 1)
    if (counts.size > 2 * capacity) shrink()
  }

  def merge(other: HeavyHitters): HeavyHitters = {
    other.counts.foreach { case (key, count) => counts.update(key, counts.getOrElse(key, 0L) + count) }
    undercount += other.undercount
    if (counts.size > capacity) shrink()
    this
  }

  /** Keys that may have been added more than `limit` times. */
  def above(limit: Long): Set[Long] = countsAbove(limit).keySet

  /** The same with how often they may have been added at most. */
  def countsAbove(limit: Long): Map[Long, Long] =
    counts.iterator.collect {
      case (key, count) if count + undercount > limit && count > 1 => key -> (count + undercount)
    }.toMap

  /** Takes the count of the first key beyond the capacity from all. */
  private def shrink(): Unit = {
    val least = counts.valuesIterator.toArray.sorted(Ordering.Long.reverse)(capacity)
    undercount += least
    counts.mapValuesInPlace((_, count) => count - least)
    counts.filterInPlace((_, count) => count > 0)
  }
}
