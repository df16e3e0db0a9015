package dev.corpusmill.jobs

import org.apache.parquet.format.{ColumnChunk, FileMetaData, Util}

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, RandomAccessFile}
import java.nio.file.Path
import java.nio.{ByteBuffer, ByteOrder}
import scala.jdk.CollectionConverters._

/**
 * Makes a Parquet footer independent of the JVM that wrote it: parquet-java lists the encodings of a column
 * chunk in the order of a hash set of enums, whose hashes are object identities. Readers take them as sets.
 */
private[jobs] object ParquetFooter {

  /** Length of the footer (int32) and the magic `PAR1`. */
  private val TAIL_BYTES = 8

  /** Rewrites the footer of `file` with its encodings in ascending order. */
  def canonicalize(file: Path): Unit = {
    val access = new RandomAccessFile(file.toFile, "rw")
    try {
      val tail = readAt(access, access.length - TAIL_BYTES, TAIL_BYTES)
      val footerBytes = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt(0)
      val start = access.length - TAIL_BYTES - footerBytes
      val footer = sorted(readAt(access, start, footerBytes))
      access.setLength(start)
      access.seek(start)
      access.write(footer)
      access.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.length).array())
      access.write(tail, 4, 4)
    } finally access.close()
  }

  private def sorted(footer: Array[Byte]): Array[Byte] = {
    val metadata = Util.readFileMetaData(new ByteArrayInputStream(footer))
    columnsOf(metadata).foreach { column =>
      column.meta_data.encodings.sort((left, right) => left.getValue.compare(right.getValue))
      if (column.meta_data.isSetEncoding_stats)
        column.meta_data.encoding_stats.sort { (left, right) =>
          Ordering[(Int, Int)].compare(
            (left.page_type.getValue, left.encoding.getValue),
            (right.page_type.getValue, right.encoding.getValue)
          )
        }
    }
    val out = new ByteArrayOutputStream()
    Util.writeFileMetaData(metadata, out)
    out.toByteArray
  }

  private def columnsOf(metadata: FileMetaData): Iterator[ColumnChunk] =
    metadata.row_groups.asScala.iterator.flatMap(_.columns.asScala)

  private def readAt(access: RandomAccessFile, position: Long, length: Int): Array[Byte] = {
    val bytes = new Array[Byte](length)
    access.seek(position)
    access.readFully(bytes)
    bytes
  }
}
