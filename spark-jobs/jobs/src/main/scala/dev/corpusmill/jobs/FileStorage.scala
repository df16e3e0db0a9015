package dev.corpusmill.jobs

import org.apache.hadoop.fs.{Path => HadoopPath}

import java.io.InputStream
import java.net.URI
import java.nio.channels.FileChannel
import java.nio.file.StandardCopyOption.{ATOMIC_MOVE, REPLACE_EXISTING}
import java.nio.file.StandardOpenOption.{CREATE_NEW, READ, WRITE}
import java.nio.file.{FileAlreadyExistsException, Files, NoSuchFileException, Path, Paths}
import java.util.concurrent.ThreadLocalRandom
import scala.jdk.CollectionConverters._

/** file:// storage. What is created or replaced is on the disk (fsync) before it has its name. */
object FileStorage extends Storage {

  override def exists(uri: String): Boolean = Files.exists(path(uri))

  override def size(uri: String): Long = present(uri)(Files.size)

  override def open(uri: String): InputStream = present(uri)(Files.newInputStream(_))

  override def stage(uri: String): StagedFile = new StagedLocalFile(path(uri))

  override def create(uri: String, bytes: Array[Byte]): Boolean = {
    val target = path(uri)
    withSibling(target, bytes) { sibling =>
      try {
        val _ = Files.createLink(target, sibling)
        syncFolder(target.getParent)
        true
      } catch { case _: FileAlreadyExistsException => false }
    }
  }

  override def replace(uri: String, bytes: Array[Byte]): Unit = {
    val target = path(uri)
    withSibling(target, bytes) { sibling =>
      val _ = Files.move(sibling, target, ATOMIC_MOVE, REPLACE_EXISTING)
    }
  }

  override def deleteFolder(uri: String): Unit =
    entries(uri).reverse.foreach { entry =>
      val _ = Files.deleteIfExists(entry)
    }

  override def folderBytes(uri: String): Long =
    entries(uri).filter(Files.isRegularFile(_)).map(Files.size).sum

  override def usableBytes(uri: String): Option[Long] = {
    val existing = Iterator.iterate(path(uri))(_.getParent).dropWhile(folder => !Files.exists(folder)).next()
    Some(Files.getFileStore(existing).getUsableSpace)
  }

  override def hadoopPath(uri: String): HadoopPath = new HadoopPath(URI.create(uri))

  /** The path a file:// URI names; percent escapes are decoded. */
  def path(uri: String): Path = Paths.get(URI.create(uri))

  /** A folder and all below it, folders before what is in them; none where there is no such folder. */
  private def entries(uri: String): Seq[Path] = {
    val root = path(uri)
    if (!Files.exists(root)) Seq.empty
    else {
      val walk = Files.walk(root)
      try walk.iterator().asScala.toSeq
      finally walk.close()
    }
  }

  private def present[A](uri: String)(action: Path => A): A =
    try action(path(uri))
    catch {
      case _: NoSuchFileException => throw Storage.missing(uri)
    }

  /** Runs `action` with a synced file of `bytes` beside `target`, which is gone afterwards. */
  private def withSibling[A](target: Path, bytes: Array[Byte])(action: Path => A): A = {
    val _ = Files.createDirectories(target.getParent)
    val suffix = java.lang.Long.toHexString(ThreadLocalRandom.current().nextLong())
    val sibling = target.resolveSibling(s".${target.getFileName}.$suffix")
    try {
      writeSynced(sibling, bytes)
      action(sibling)
    } finally { val _ = Files.deleteIfExists(sibling) }
  }

  private def writeSynced(file: Path, bytes: Array[Byte]): Unit = {
    val channel = FileChannel.open(file, CREATE_NEW, WRITE)
    try {
      val buffer = java.nio.ByteBuffer.wrap(bytes)
      while (buffer.hasRemaining) { val _ = channel.write(buffer) }
      channel.force(true)
    } finally channel.close()
  }

  private def syncFolder(folder: Path): Unit = {
    val channel = FileChannel.open(folder, READ)
    try channel.force(true)
    finally channel.close()
  }
}
