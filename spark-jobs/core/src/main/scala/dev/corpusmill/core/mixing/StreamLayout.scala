package dev.corpusmill.core.mixing

import dev.corpusmill.core.Columns.DOC_ID
import dev.corpusmill.core.mixing.MixInput.{DOMAIN, LENGTH, TIE}
import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.functions.{col, explode, sum, udf}

/**
 * Where the shards cut the stream. The stream is ordered by `Piece.order`; its buckets are the pieces whose
 * order begins with the same bits, and only their sums are known here: a shard's writer gets every bucket
 * that the shard overlaps, and finds the exact places by adding up in order.
 *
 * @param shardTokens tokens per shard
 * @param bits of `Piece.order` that name a bucket
 * @param starts first token of each bucket in the stream, and the end of the last one
 */
final case class StreamLayout(shardTokens: Long, bits: Int, starts: Array[Long]) {

  def totalTokens: Long = starts.last

  def shards: Int = ((totalTokens + shardTokens - 1) / shardTokens).toInt

  /** Shards that overlap the bucket of a piece with this order. */
  def shardsOf(order: Long): Range = {
    val bucket = bucketOf(order)
    (starts(bucket) / shardTokens).toInt to ((starts(bucket + 1) - 1) / shardTokens).toInt
  }

  /** First token, in the stream, of the bucket of a piece with this order. */
  def startOfBucket(order: Long): Long = starts(bucketOf(order))

  def endOfBucket(order: Long): Long = starts(bucketOf(order) + 1)

  private def bucketOf(order: Long): Int = MixOrder.prefixOf(order, bits).toInt
}

object StreamLayout {

  /** Enough buckets that a shard overlaps few tokens of others; 2^20 sums are 8 MiB. */
  private val BUCKETS_PER_SHARD = 16L
  private val MIN_BITS = 8
  private val MAX_BITS = 20

  def of(documents: DataFrame, selection: MixSelection, shardTokens: Long): StreamLayout = {
    val bits = bitsFor(selection.totalTokens / shardTokens + 1)
    val sums = new Array[Long](1 << bits)
    bucketSums(documents, selection, bits).foreach { case (bucket, tokens) => sums(bucket) += tokens }
    selection.boundaryPieces.foreach(piece =>
      sums(MixOrder.prefixOf(piece.order, bits).toInt) += piece.tokens
    )
    StreamLayout(shardTokens, bits, sums.scanLeft(0L)(_ + _))
  }

  private def bitsFor(shards: Long): Int =
    (64 - java.lang.Long.numberOfLeadingZeros(shards * BUCKETS_PER_SHARD)).max(MIN_BITS).min(MAX_BITS)

  /** Sums of all pieces but those at a boundary's place. */
  private def bucketSums(documents: DataFrame, selection: MixSelection, bits: Int): Array[(Int, Long)] = {
    val buckets = udf { (domain: String, docId: String, tie: Long, length: Long) =>
      selection.piecesOffBoundary(Candidate(domain, docId, tie, length, 1L)).map { piece =>
        (MixOrder.prefixOf(piece.order, bits).toInt, piece.tokens)
      }
    }
    MixInput
      .candidates(documents)
      .select(explode(buckets(col(DOMAIN), col(DOC_ID), col(TIE), col(LENGTH))).as("bucket"))
      .groupBy(col("bucket._1"))
      .agg(sum("bucket._2"))
      .collect()
      .map(row => (row.getInt(0), row.getLong(1)))
  }
}
