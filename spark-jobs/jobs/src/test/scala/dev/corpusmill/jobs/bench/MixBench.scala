package dev.corpusmill.jobs.bench

import dev.corpusmill.core.bpe.TokenizerLoader
import dev.corpusmill.core.mixing.PlacedPiece
import dev.corpusmill.jobs._

import java.nio.file.{Files, Path}

/**
 * Writing GPT-2 tokens as llm.c shards with their sidecars and SHA-256, one shard a batch, by the writer of the mix
 * job: `INPUT`. Tokens are made while the clock stands.
 */
object MixBench {
  private val END_OF_TEXT = 50256
  private val GPT2 = TokenizerIdentity("gpt2", "0" * 64, END_OF_TEXT + 1, END_OF_TEXT)

  def main(arguments: Array[String]): Unit = {
    val encoder = TokenizerLoader.builtin("gpt2").newEncoder()
    val folder = Files.createTempDirectory("corpusmill-bench")
    try BenchRun.reportBatches(Path.of(arguments.head))(_.zipWithIndex.map { case (text, id) =>
        pieceOf(encoder.encode(text), id)
      })(() => writeShard(folder, _))
    finally FileStorage.deleteFolder(folder.toUri.toString)
  }

  private def pieceOf(tokens: Array[Int], id: Int): PlacedPiece = PlacedPiece(
    shard = 0,
    order = id.toLong,
    epoch = 0,
    pieceTokens = tokens.length + 1L,
    docId = f"$id%032x",
    source = "crawl",
    domain = "web",
    url = s"https://example.org/$id",
    tokens = tokens
  )

  private def writeShard(folder: Path, pieces: Seq[PlacedPiece]): Unit = {
    val total = pieces.map(_.pieceTokens).sum
    val target = ShardTarget(folder.toUri.toString, s"bench-${System.nanoTime()}", 0, GPT2)
    val writer = new LlmcShardWriter(target, total)
    try {
      val end = pieces.foldLeft(0L) { (position, piece) =>
        writer.add(piece, PieceSpan(-position, total - position, piece.pieceTokens))
        position + piece.pieceTokens
      }
      require(end == total && writer.finish().nonEmpty)
    } finally writer.close()
  }
}
