package dev.corpusmill.jobs

import java.io.{BufferedInputStream, BufferedOutputStream, DataInputStream, DataOutputStream, OutputStream}
import java.nio.file.{Files, Path}

/** A list of integers on the local disk: written once, then read any number of times. */
private[jobs] final class IntSpool extends AutoCloseable {
  private val file: Path = Files.createTempFile("corpusmill-", ".ints")
  private val out =
    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file): OutputStream, 1 << 16))
  private var written = 0L

  def add(value: Int): Unit = {
    out.writeInt(value)
    written += 1
  }

  /** All values in order; to be read to the end. */
  def iterator: Iterator[Int] = {
    out.flush()
    val in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))
    new Iterator[Int] {
      private var left = written

      override def hasNext: Boolean = left > 0 || {
        in.close()
        false
      }

      override def next(): Int = {
        left -= 1
        in.readInt()
      }
    }
  }

  override def close(): Unit =
    try out.close()
    finally { val _ = Files.deleteIfExists(file) }
}
