package dev.corpusmill.jobs

import dev.corpusmill.core.mixing.PlacedPiece
import dev.corpusmill.core.shards._

import java.io.BufferedOutputStream

/** Which shard is written, and with whose tokens. */
final case class ShardTarget(outputUri: String, name: String, shard: Int, tokenizer: TokenizerIdentity) {

  /** `<format>/<name>-00000.<extension>`. */
  def path(format: String, extension: String): String = f"$format/$name-$shard%05d.$extension"

  def open(format: String, extension: String): ShardFile = new ShardFile(outputUri, path(format, extension))

  def ownStream(piece: PlacedPiece, place: EndOfTextPlace): OwnStream =
    OwnStream(piece.tokens, tokenizer.endOfTextId, place)
}

/** Writes one shard in one format, with its sidecar. */
trait ShardWriter extends AutoCloseable {

  /** Takes the next piece of the stream, of which the shard may hold all, a part or nothing. */
  def add(piece: PlacedPiece, span: PieceSpan): Unit

  /** Gives the files their names; none where the shard holds nothing in this format. */
  def finish(): Seq[ManifestFile]
}

/** llm.c: `.bin` of exactly `tokens` tokens, an end-of-text token before each document. */
final class LlmcShardWriter(target: ShardTarget, tokens: Long) extends ShardWriter {
  private val format = Llmc.name
  private val width = LlmcFormat.widthFor(target.tokenizer.vocabSize)
  private val file = target.open(format, "bin")
  private val sidecar = new SidecarFile(target, format)
  private val sink = new TokenSink(file.stream, width, target.tokenizer.vocabSize)

  file.stream.write(LlmcFormat.header(tokens, width))

  override def add(piece: PlacedPiece, span: PieceSpan): Unit =
    if (span.tokens > 0) {
      target.ownStream(piece, BeforeDocument).foreach(span.first, span.first + span.tokens)(sink.put)
      sidecar.add(piece, span.first, span.tokens)
    }

  override def finish(): Seq[ManifestFile] = {
    sink.flush()
    Seq(file.publish(Role.SHARD, format, sidecar.rows, Some(tokens)), sidecar.finish())
  }

  override def close(): Unit = {
    file.close()
    sidecar.close()
  }
}

/** Formats of whole documents: nothing is written of a shard in which no piece begins. */
abstract class DocumentShardWriter extends ShardWriter {
  private var opened = Option.empty[OpenShard]

  /** The files of a shard that holds something. */
  protected trait OpenShard extends AutoCloseable {
    def put(piece: PlacedPiece): Unit
    def finish(): Seq[ManifestFile]
  }

  protected def open(): OpenShard

  final override def add(piece: PlacedPiece, span: PieceSpan): Unit =
    if (span.beginsInside) {
      if (opened.isEmpty) opened = Some(open())
      opened.foreach(_.put(piece))
    }

  final override def finish(): Seq[ManifestFile] = opened.toSeq.flatMap(_.finish())

  final override def close(): Unit = opened.foreach(_.close())
}

/** Megatron: `.bin` of tokens and `.idx`, an end-of-text token after each document. */
final class MegatronShardWriter(target: ShardTarget) extends DocumentShardWriter {
  private val format = Megatron.name
  private val width = MegatronIndex.widthFor(target.tokenizer.vocabSize)

  override protected def open(): OpenShard = new OpenShard {
    private val file = target.open(format, "bin")
    private val index = target.open(format, "idx")
    private val sidecar = new SidecarFile(target, format)
    private val lengths = new IntSpool
    private val sink = new TokenSink(file.stream, width, target.tokenizer.vocabSize)

    override def put(piece: PlacedPiece): Unit = {
      target.ownStream(piece, AfterDocument).foreach(0L, piece.pieceTokens)(sink.put)
      lengths.add(Math.toIntExact(piece.pieceTokens))
      sidecar.add(piece, 0L, piece.pieceTokens)
    }

    override def finish(): Seq[ManifestFile] = {
      sink.flush()
      MegatronIndex.write(index.stream, width, sidecar.rows)(() => lengths.iterator)
      Seq(
        file.publish(Role.SHARD, format, sidecar.rows, Some(sidecar.tokens)),
        index.publish(Role.INDEX, format, sidecar.rows, None),
        sidecar.finish()
      )
    }

    override def close(): Unit = Seq[AutoCloseable](file, index, sidecar, lengths).foreach(_.close())
  }
}

/** TFRecord: one `tf.train.Example` for each document, its end-of-text token last in `input_ids`. */
final class TfRecordShardWriter(target: ShardTarget) extends DocumentShardWriter {
  private val format = TfRecord.name

  override protected def open(): OpenShard = new OpenShard {
    private val file = target.open(format, "tfrecord")
    private val sidecar = new SidecarFile(target, format)
    private val out = new BufferedOutputStream(file.stream, 1 << 16)

    override def put(piece: PlacedPiece): Unit = {
      TfRecordFormat.write(out, piece.docId, target.ownStream(piece, AfterDocument), piece.pieceTokens)
      sidecar.add(piece, 0L, piece.pieceTokens)
    }

    override def finish(): Seq[ManifestFile] = {
      out.flush()
      Seq(file.publish(Role.SHARD, format, sidecar.rows, Some(sidecar.tokens)), sidecar.finish())
    }

    override def close(): Unit = {
      file.close()
      sidecar.close()
    }
  }
}
