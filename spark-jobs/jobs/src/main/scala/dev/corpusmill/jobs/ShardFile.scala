package dev.corpusmill.jobs

import java.io.OutputStream
import java.security.MessageDigest
import java.util.HexFormat

/** A file of a shard in the making; its size and SHA-256 are taken as it is written. */
final class ShardFile(outputUri: String, path: String) extends AutoCloseable {
  private val staged = Storage.of(outputUri).stage(outputUri + path)
  private val digest = MessageDigest.getInstance("SHA-256")
  private var bytes = 0L

  /** To be written in large pieces. */
  val stream: OutputStream = new OutputStream {
    override def write(byte: Int): Unit = write(Array(byte.toByte), 0, 1)

    override def write(buffer: Array[Byte], offset: Int, length: Int): Unit = {
      staged.stream.write(buffer, offset, length)
      digest.update(buffer, offset, length)
      bytes += length
    }
  }

  /** Gives the file its name. */
  def publish(role: String, format: String, rows: Long, tokens: Option[Long]): ManifestFile = {
    staged.publish()
    ManifestFile(path, role, format, bytes, HexFormat.of().formatHex(digest.digest()), Some(rows), tokens)
  }

  override def close(): Unit = staged.close()
}
