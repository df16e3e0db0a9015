package dev.corpusmill.jobs

import dev.corpusmill.core.mixing.PlacedPiece
import org.apache.hadoop.conf.Configuration
import org.apache.parquet.column.ParquetProperties.WriterVersion
import org.apache.parquet.conf.{ParquetConfiguration, PlainParquetConfiguration}
import org.apache.parquet.hadoop.{ParquetFileWriter, ParquetWriter}
import org.apache.parquet.hadoop.api.WriteSupport
import org.apache.parquet.hadoop.metadata.CompressionCodecName
import org.apache.parquet.io.LocalOutputFile
import org.apache.parquet.io.api.{Binary, RecordConsumer}
import org.apache.parquet.schema.{MessageType, MessageTypeParser}

import java.nio.file.{Files, Path}

/** A piece of a document in a shard (docs/contracts/document.md). */
private[jobs] final case class SidecarRow(
    piece: PlacedPiece,
    firstToken: Long,
    tokenCount: Long,
    docOffset: Long
)

/**
 * The `.docs.parquet` beside a shard: one row for each piece, in order. Written on the local disk with
 * parquet-java itself by one thread and fixed settings, made independent of the JVM (`ParquetFooter`), and
 * then copied to its place, so that equal shards have equal sidecars byte for byte.
 */
private[jobs] final class SidecarFile(target: ShardTarget, format: String) extends AutoCloseable {
  private val local: Path = Files.createTempFile("corpusmill-", ".docs.parquet")
  private val writer: ParquetWriter[SidecarRow] = SidecarFile.openWriter(local)
  private var rowCount = 0L
  private var tokenCount = 0L

  /** Pieces so far. */
  def rows: Long = rowCount

  /** Tokens of the shard so far. */
  def tokens: Long = tokenCount

  def add(piece: PlacedPiece, docOffset: Long, pieceTokens: Long): Unit = {
    writer.write(SidecarRow(piece, tokenCount, pieceTokens, docOffset))
    rowCount += 1
    tokenCount += pieceTokens
  }

  def finish(): ManifestFile = {
    writer.close()
    ParquetFooter.canonicalize(local)
    val file = target.open(format, "docs.parquet")
    try {
      val _ = Files.copy(local, file.stream)
      file.publish(Role.SIDECAR, "parquet", rowCount, None)
    } finally file.close()
  }

  override def close(): Unit =
    try writer.close()
    finally { val _ = Files.deleteIfExists(local) }
}

private object SidecarFile {
  private val ROW_GROUP_BYTES = 64L << 20

  val SCHEMA: MessageType = MessageTypeParser.parseMessageType(
    """message sidecar {
      required binary doc_id (STRING);
      required binary source (STRING);
      required binary domain (STRING);
      optional binary url (STRING);
      required int32 epoch;
      required int64 first_token;
      required int64 token_count;
      required int64 doc_offset;
    }"""
  )

  def openWriter(file: Path): ParquetWriter[SidecarRow] =
    new Builder(file)
      .withConf(new PlainParquetConfiguration())
      .withCompressionCodec(CompressionCodecName.ZSTD)
      .withWriterVersion(WriterVersion.PARQUET_1_0)
      .withDictionaryEncoding(false)
      .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
      .withRowGroupSize(ROW_GROUP_BYTES)
      .build()

  private final class Builder(file: Path)
      extends ParquetWriter.Builder[SidecarRow, Builder](new LocalOutputFile(file)) {
    override protected def self(): Builder = this
    override protected def getWriteSupport(conf: Configuration): WriteSupport[SidecarRow] =
      new SidecarWriteSupport
    override protected def getWriteSupport(conf: ParquetConfiguration): WriteSupport[SidecarRow] =
      new SidecarWriteSupport
  }
}

private final class SidecarWriteSupport extends WriteSupport[SidecarRow] {
  private var consumer: RecordConsumer = _

  override def init(conf: Configuration): WriteSupport.WriteContext = context

  override def init(conf: ParquetConfiguration): WriteSupport.WriteContext = context

  private def context = new WriteSupport.WriteContext(SidecarFile.SCHEMA, java.util.Map.of[String, String]())

  override def prepareForWrite(recordConsumer: RecordConsumer): Unit = consumer = recordConsumer

  override def write(row: SidecarRow): Unit = {
    consumer.startMessage()
    text("doc_id", 0, row.piece.docId)
    text("source", 1, row.piece.source)
    text("domain", 2, row.piece.domain)
    if (row.piece.url != null) text("url", 3, row.piece.url)
    field("epoch", 4)(consumer.addInteger(row.piece.epoch))
    field("first_token", 5)(consumer.addLong(row.firstToken))
    field("token_count", 6)(consumer.addLong(row.tokenCount))
    field("doc_offset", 7)(consumer.addLong(row.docOffset))
    consumer.endMessage()
  }

  private def text(name: String, index: Int, value: String): Unit =
    field(name, index)(consumer.addBinary(Binary.fromString(value)))

  private def field(name: String, index: Int)(add: => Unit): Unit = {
    consumer.startField(name, index)
    add
    consumer.endField(name, index)
  }
}
