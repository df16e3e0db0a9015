package dev.corpusmill.jobs

import dev.corpusmill.core.Columns
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.LocalFileSystem
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl
import org.apache.hadoop.mapreduce.{Job, TaskAttemptID}
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat
import org.apache.spark.sql.execution.datasources.{OutputWriter, OutputWriterFactory}
import org.apache.spark.sql.types.{DataType, StringType, StructType}
import org.apache.spark.unsafe.types.UTF8String
import org.apache.spark.util.SerializableConfiguration

import java.security.{DigestInputStream, MessageDigest}
import java.util.HexFormat

/** How the files of one role are written: which columns of the input row, and Parquet's settings. */
final case class ParquetRole(
    role: String,
    schema: StructType,
    ordinals: Array[Int],
    factory: OutputWriterFactory,
    configuration: SerializableConfiguration
)

object ParquetRole {

  /** Columns of which hardly a value comes twice in a file: looking for dictionaries was a quarter of writing. */
  private val UNIQUE_COLUMNS =
    Seq(
      Columns.DOC_ID,
      "id",
      Columns.URL,
      Columns.TEXT,
      Columns.OTHER_TEXT,
      "text_hash",
      "survivor",
      Columns.CLUSTER_ID,
      "band_keys.list.element"
    )
  private val DICTIONARY = "parquet.enable.dictionary"

  /** Columns of which nobody asks for the least and the greatest value, which Parquet would hold a copy of. */
  private val LONG_COLUMNS = Seq(Columns.TEXT, Columns.OTHER_TEXT)
  private val STATISTICS = "parquet.column.statistics.enabled"

  /** Text is compressed in half the time of level 3, Parquet's default, and files are a tenth larger. */
  private val ZSTD_LEVEL = 1

  /** No more than zstd's window at that level: a page that is larger is compressed by a slower way. */
  private val PAGE_BYTES = 512 << 10

  /** Prepares zstd Parquet with the plan's columns out of rows of `input`. */
  def prepare(spark: SparkSession, input: StructType, plan: RolePlan): ParquetRole = {
    val schema = StructType(plan.columns.map(input(_)))
    val configuration = new Configuration(spark.sparkContext.hadoopConfiguration)
    // The checksummed local file system would leave a .crc file beside every file.
    configuration.setClass(
      "fs.file.impl",
      classOf[PlainLocalFileSystem],
      classOf[org.apache.hadoop.fs.FileSystem]
    )
    configuration.setBoolean("fs.file.impl.disable.cache", true)
    UNIQUE_COLUMNS.foreach(column => configuration.setBoolean(s"$DICTIONARY#$column", false))
    LONG_COLUMNS.foreach(column => configuration.setBoolean(s"$STATISTICS#$column", false))
    configuration.setInt("parquet.compression.codec.zstd.level", ZSTD_LEVEL)
    configuration.setInt("parquet.page.size", PAGE_BYTES)
    val job = Job.getInstance(configuration)
    val factory = new ParquetFileFormat().prepareWrite(spark, job, Map("compression" -> "zstd"), schema)
    ParquetRole(
      plan.role,
      schema,
      plan.columns.map(input.fieldIndex).toArray,
      factory,
      new SerializableConfiguration(job.getConfiguration)
    )
  }
}

/**
 * The local file system without checksums. No RawLocalFileSystem: S3A, whose first instance in an executor is made with
 * these settings, buffers uploads on a LocalFileSystem.
 */
final class PlainLocalFileSystem extends LocalFileSystem {
  setWriteChecksum(false)
  setVerifyChecksum(false)
}

/** One Parquet file, made when its first row comes. */
private final class ParquetRoleFile(output: ParquetRole, outputUri: String, name: String)
    extends AutoCloseable {
  private val path = s"${output.role}/$name"
  private val contentDigest = new ContentDigest(output.schema)
  private val types = output.schema.fields.map(_.dataType)
  private val projected = new GenericInternalRow(types.length)
  private var writer = Option.empty[OutputWriter]
  private var rows = 0L

  def open(): Unit = if (writer.isEmpty) writer = Some(newWriter())

  def write(row: InternalRow): Unit = {
    open()
    var index = 0
    while (index < types.length) {
      projected.update(index, ownValue(row, output.ordinals(index), types(index)))
      index += 1
    }
    contentDigest.add(projected)
    writer.foreach(_.write(projected))
    rows += 1
  }

  /** A value; a text as an array of its own, which the digest and Parquet then take as it is. */
  private def ownValue(row: InternalRow, ordinal: Int, dataType: DataType): Any = dataType match {
    case _: StringType if !row.isNullAt(ordinal) => UTF8String.fromBytes(row.getUTF8String(ordinal).getBytes)
    case _ => row.get(ordinal, dataType)
  }

  def digest: BigInt = contentDigest.value

  /** Closes the file and describes it; None where nothing was written. */
  def finish(): Option[ManifestFile] = {
    val isWritten = writer.isDefined
    close()
    Option.when(isWritten)(ManifestFiles.describe(outputUri, path, output.role, rows))
  }

  override def close(): Unit = {
    val open = writer
    writer = None
    open.foreach(_.close())
  }

  private def newWriter(): OutputWriter = {
    val context = new TaskAttemptContextImpl(output.configuration.value, new TaskAttemptID())
    val uri = outputUri + path
    output.factory.newInstance(Storage.of(uri).hadoopPath(uri).toString, output.schema, context)
  }
}

object ManifestFiles {
  private val BUFFER_BYTES = 1 << 16

  /** Reads a written Parquet file back for its size in bytes and SHA-256. */
  def describe(outputUri: String, path: String, role: String, rows: Long): ManifestFile = {
    val (bytes, sha256) = sizeAndSha256(outputUri + path)
    ManifestFile(path, role, "parquet", bytes, sha256, Some(rows), None)
  }

  /** Size in bytes and lower-case hex SHA-256 of a file. */
  def sizeAndSha256(uri: String): (Long, String) = {
    val digest = MessageDigest.getInstance("SHA-256")
    val stream = new DigestInputStream(Storage.of(uri).open(uri), digest)
    try {
      val buffer = new Array[Byte](BUFFER_BYTES)
      val bytes = Iterator.continually(stream.read(buffer)).takeWhile(_ >= 0).map(_.toLong).sum
      (bytes, HexFormat.of().formatHex(digest.digest()))
    } finally stream.close()
  }
}
