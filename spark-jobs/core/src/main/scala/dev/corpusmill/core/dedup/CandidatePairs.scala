package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/** A document that fuzzy dedup looks at. Its rank is its place in the survivor order: the least survives. */
final case class Ranked(
    rank: Long,
    docId: String,
    partition: Int,
    row: Long,
    shingles: Int,
    bandKeys: Array[Long]
) {
  def position: RowPosition = RowPosition(partition, row)
}

/** Pairs of documents that may be near duplicates. */
private[dedup] final case class CandidatePairs(shuffles: Shuffles, minJaccard: Double) {

  /**
   * In every bucket, each document with the best-ranked one and with the one ranked just before it: two pairs per
   * document at most, however large the bucket. Pairs whose sizes rule `minJaccard` out are left out. No task holds
   * more than three entries of a bucket at a time.
   */
  def of(documents: RDD[Ranked]): RDD[Edge] = {
    // An edge from bucket to rank: sorted by bucket, then by rank.
    val entries =
      documents.flatMap(document => document.bandKeys.map(Edge(_, document.rank) -> document.shingles))
    shuffles.distinct(shuffles.grouped(entries)(_.greater).mapPartitions(pairsOfSorted))
  }

  private def pairsOfSorted(sorted: Iterator[(Edge, Int)]): Iterator[Edge] = {
    var best = Option.empty[(Edge, Int)]
    var previous = Option.empty[(Edge, Int)]
    sorted.flatMap { entry =>
      if (!best.exists(_._1.greater == entry._1.greater)) {
        best = Some(entry)
        previous = None
        Nil
      } else {
        val partners = (best ++ previous).filter(isCandidate(_, entry))
        previous = Some(entry)
        partners.map(partner => Edge(entry._1.lesser, partner._1.lesser))
      }
    }
  }

  private def isCandidate(one: (Edge, Int), other: (Edge, Int)): Boolean =
    one._1.lesser != other._1.lesser && Jaccard.isPossible(one._2, other._2, minJaccard)
}
