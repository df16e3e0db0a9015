package dev.corpusmill.jobs

import java.io.{BufferedOutputStream, OutputStream}
import java.nio.file.StandardCopyOption.{ATOMIC_MOVE, REPLACE_EXISTING}
import java.nio.file.{Files, Path}
import java.util.concurrent.ThreadLocalRandom

/** A file being written; it gets its name by `publish`, and is thrown away if it is closed without. */
trait StagedFile extends AutoCloseable {
  def stream: OutputStream

  /** Closes the stream and gives the file its name, in place of an older one. */
  def publish(): Unit
}

/** Written beside `target` under a name of its own. */
private final class StagedLocalFile(target: Path) extends StagedFile {
  private val sibling = {
    val suffix = java.lang.Long.toHexString(ThreadLocalRandom.current().nextLong())
    Files.createDirectories(target.getParent).resolve(s".${target.getFileName}.$suffix")
  }

  override val stream: OutputStream = new BufferedOutputStream(Files.newOutputStream(sibling), 1 << 16)

  override def publish(): Unit = {
    stream.close()
    val _ = Files.move(sibling, target, ATOMIC_MOVE, REPLACE_EXISTING)
  }

  override def close(): Unit =
    try stream.close()
    finally { val _ = Files.deleteIfExists(sibling) }
}
