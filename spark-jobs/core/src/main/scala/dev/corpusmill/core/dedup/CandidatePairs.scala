package dev.corpusmill.core.dedup

import org.apache.spark.sql.functions.col
import org.apache.spark.sql.{Dataset, Encoder, Encoders}

/** A document that fuzzy dedup looks at. Its rank is its place in the survivor order: the least survives. */
final case class Ranked(
    rank: Long,
    docId: String,
    partition: Int,
    row: Long,
    shingles: Int,
    bandKeys: Array[Long]
)

/** A document in a bucket. */
private[dedup] final case class BucketEntry(key: Long, rank: Long, shingles: Int)

/** Pairs of documents that may be near duplicates. */
private[dedup] object CandidatePairs {
  private implicit val entryEncoder: Encoder[BucketEntry] = Encoders.product[BucketEntry]
  private implicit val edgeEncoder: Encoder[Edge] = Encoders.product[Edge]

  /**
   * In every bucket, each document with the best-ranked one and with the one ranked just before it: two pairs per
   * document at most, however large the bucket. Pairs whose sizes rule `minJaccard` out are left out. No task holds
   * more than three entries of a bucket at a time.
   */
  def of(documents: Dataset[Ranked], minJaccard: Double): Dataset[Edge] =
    documents
      .flatMap(document => document.bandKeys.iterator.map(BucketEntry(_, document.rank, document.shingles)))
      .repartition(col("key"))
      .sortWithinPartitions("key", "rank")
      .mapPartitions(pairsOfSorted(_, minJaccard))
      .distinct()

  private def pairsOfSorted(entries: Iterator[BucketEntry], minJaccard: Double): Iterator[Edge] = {
    var best = Option.empty[BucketEntry]
    var previous = Option.empty[BucketEntry]
    entries.flatMap { entry =>
      if (!best.exists(_.key == entry.key)) {
        best = Some(entry)
        previous = None
        Nil
      } else {
        val partners = (best ++ previous).filter(partner => isCandidate(partner, entry, minJaccard))
        previous = Some(entry)
        partners.map(partner => Edge(entry.rank, partner.rank))
      }
    }
  }

  private def isCandidate(one: BucketEntry, other: BucketEntry, minJaccard: Double): Boolean =
    one.rank != other.rank && Jaccard.isPossible(one.shingles, other.shingles, minJaccard)
}
