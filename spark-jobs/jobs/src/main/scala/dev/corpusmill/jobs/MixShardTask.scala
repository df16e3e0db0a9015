package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import dev.corpusmill.core.mixing.PlacedPiece
import dev.corpusmill.core.shards.{Llmc, Megatron, ShardFormat, TfRecord}
import org.apache.spark.broadcast.Broadcast

import scala.collection.BufferedIterator

/**
 * Writes the shards of one partition, one after another, from the pieces of the stream in their order.
 *
 * llm.c shards hold exactly `shardTokens` tokens (the last one fewer), and documents go on in the next one.
 * Megatron and TFRecord shards hold whole pieces: a piece belongs to the shard in which its first token would
 * stand in that same stream, so a shard within one very long document does not exist in them.
 */
final class MixShardTask(plan: Broadcast[MixPlan], outputUri: String) extends Serializable {

  def run(pieces: Iterator[PlacedPiece]): Iterator[ManifestFile] = {
    val buffered = pieces.buffered
    Iterator.continually(buffered).takeWhile(_.hasNext).flatMap(_ => writeShard(buffered))
  }

  private def writeShard(pieces: BufferedIterator[PlacedPiece]): Seq[ManifestFile] = {
    val shard = pieces.head.shard
    val target = ShardTarget(outputUri, plan.value.settings.name, shard, plan.value.tokenizer)
    val writers = plan.value.settings.formats.map(newWriter(_, target))
    try {
      feed(pieces, shard, writers)
      writers.flatMap(_.finish())
    } finally writers.foreach(_.close())
  }

  private def newWriter(format: ShardFormat, target: ShardTarget): ShardWriter = format match {
    case Llmc => new LlmcShardWriter(target, tokensOf(target.shard))
    case Megatron => new MegatronShardWriter(target)
    case TfRecord => new TfRecordShardWriter(target)
  }

  private def startOf(shard: Int): Long = shard * plan.value.layout.shardTokens

  private def tokensOf(shard: Int): Long =
    plan.value.layout.shardTokens.min(plan.value.layout.totalTokens - startOf(shard))

  private def feed(pieces: BufferedIterator[PlacedPiece], shard: Int, writers: Seq[ShardWriter]): Unit = {
    val start = startOf(shard)
    val end = start + tokensOf(shard)
    var position = plan.value.layout.startOfBucket(pieces.head.order)
    while (pieces.hasNext && pieces.head.shard == shard) {
      val piece = pieces.next()
      checkPosition(piece, position)
      val span = PieceSpan(start - position, end - position, piece.pieceTokens)
      writers.foreach(_.add(piece, span))
      position += piece.pieceTokens
    }
    if (position < end) throw inconsistent(shard)
  }

  private def checkPosition(piece: PlacedPiece, position: Long): Unit = {
    val layout = plan.value.layout
    if (
      position < layout.startOfBucket(piece.order) ||
      position + piece.pieceTokens > layout.endOfBucket(piece.order)
    )
      throw inconsistent(piece.shard)
  }

  private def inconsistent(shard: Int): CorpusmillError =
    new CorpusmillError(
      "JOB_FAILED",
      s"shard $shard does not hold the tokens that were planned for it; please report this"
    )
}

/**
 * Where a piece of `length` tokens stands to its shard: the shard begins at `from` and ends at `until`, both
 * counted from the piece's first token.
 */
final case class PieceSpan(from: Long, until: Long, length: Long) {

  /** Whether the piece's first token is in the shard. */
  def beginsInside: Boolean = from <= 0 && until > 0

  /** First token of the piece that is in the shard. */
  def first: Long = from.max(0L)

  /** Tokens of the piece that are in the shard. */
  def tokens: Long = (until.min(length) - first).max(0L)
}
