package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FSDataOutputStream, FileSystem, Path}

import java.io.{FileNotFoundException, IOException, InputStream, OutputStream}
// Hadoop's builders are raw types.
import scala.language.existentials

/**
 * s3:// storage by Hadoop's S3A, which uploads in parts and tries again what fails. Keys are literal, without percent
 * escapes. Its jars are no part of ours (docs/operations/s3.md).
 */
object S3Storage extends Storage {
  private val URI_PARTS = "(?s)s3://([^/]+)/(.*)".r
  private val IMPLEMENTATION = "org.apache.hadoop.fs.s3a.S3AFileSystem"

  /** Fails the write where there is an object already: `If-None-Match: *`. */
  private val CONDITIONAL_CREATE = "fs.option.create.conditional.overwrite"

  private lazy val configuration: Configuration = {
    val made = new Configuration()
    S3Settings.applyTo(made)
    if (made.getClassByNameOrNull(IMPLEMENTATION) == null)
      throw new CorpusmillError(
        "STORAGE_UNAVAILABLE",
        "Spark's class path has no S3 client; put the jars of spark-jobs/jobs/target/s3-jars on it"
      )
    made
  }

  override def hadoopPath(uri: String): Path = uri match {
    case URI_PARTS(bucket, key) => new Path("s3a", bucket, s"/$key")
    case _ => throw new CorpusmillError("SPEC_INVALID", s"$uri is no s3://bucket/key")
  }

  override def exists(uri: String): Boolean = {
    val path = hadoopPath(uri)
    systemOf(path).exists(path)
  }

  override def size(uri: String): Long = present(uri)((system, path) => system.getFileStatus(path).getLen)

  override def open(uri: String): InputStream = present(uri) { (system, path) =>
    new WholeObjectStream(system.getFileStatus(path).getLen, position => openAt(system, path, position))
  }

  override def stage(uri: String): StagedFile = new StagedObject(newStream(uri, isConditional = false))

  /**
   * A try whose answer was lost leaves the object for the next one to find, so the bytes decide whose it is:
   * claims and manifests of two attempts are never equal.
   */
  override def create(uri: String, bytes: Array[Byte]): Boolean =
    try {
      write(newStream(uri, isConditional = true), bytes)
      true
    } catch {
      case failure: IOException => if (exists(uri)) read(uri).sameElements(bytes) else throw failure
    }

  override def replace(uri: String, bytes: Array[Byte]): Unit =
    write(newStream(uri, isConditional = false), bytes)

  override def deleteFolder(uri: String): Unit = {
    val path = hadoopPath(uri)
    val _ = systemOf(path).delete(path, true)
  }

  override def folderBytes(uri: String): Long = {
    val path = hadoopPath(uri)
    try {
      val files = systemOf(path).listFiles(path, true)
      Iterator.continually(files).takeWhile(_.hasNext).map(_.next().getLen).sum
    } catch { case _: FileNotFoundException => 0L }
  }

  override def usableBytes(uri: String): Option[Long] = None

  private def systemOf(path: Path): FileSystem = FileSystem.get(path.toUri, configuration)

  private def newStream(uri: String, isConditional: Boolean): FSDataOutputStream = {
    val path = hadoopPath(uri)
    val builder = systemOf(path).createFile(path).overwrite(true).recursive()
    if (isConditional) builder.must(CONDITIONAL_CREATE, true).build() else builder.build()
  }

  /** Nothing is there under the name until the stream is closed, and nothing at all where that fails. */
  private def write(stream: FSDataOutputStream, bytes: Array[Byte]): Unit =
    try {
      stream.write(bytes)
      stream.close()
    } catch {
      case failure: IOException =>
        val _ = stream.abort()
        throw failure
    }

  private def openAt(system: FileSystem, path: Path, position: Long): InputStream = {
    val stream = system.open(path)
    stream.seek(position)
    stream
  }

  private def present[A](uri: String)(action: (FileSystem, Path) => A): A = {
    val path = hadoopPath(uri)
    try action(systemOf(path), path)
    catch { case _: FileNotFoundException => throw Storage.missing(uri) }
  }
}

/** An object in the making: uploaded in parts, and there only once all of them are. */
private final class StagedObject(upload: FSDataOutputStream) extends StagedFile {
  private var isPublished = false

  override def stream: OutputStream = upload

  override def publish(): Unit = {
    upload.close()
    isPublished = true
  }

  override def close(): Unit = if (!isPublished) {
    val _ = upload.abort()
  }
}

/** All `length` bytes of an object: where a body ends before that, another request goes on at its byte. */
private final class WholeObjectStream(length: Long, openAt: Long => InputStream) extends InputStream {
  import WholeObjectStream.BARREN_TRIES

  private var position = 0L
  private var body = openAt(0L)

  override def read(): Int = {
    val one = new Array[Byte](1)
    if (read(one, 0, 1) < 0) -1 else one(0) & 0xff
  }

  override def read(buffer: Array[Byte], offset: Int, count: Int): Int =
    if (position >= length) -1
    else {
      val got = Iterator
        .range(0, BARREN_TRIES)
        .map { attempt =>
          if (attempt > 0) reopen()
          body.read(buffer, offset, count)
        }
        .find(_ >= 0)
        .getOrElse(throw new IOException(s"the object ended at byte $position of $length"))
      position += got.toLong
      got
    }

  override def close(): Unit = body.close()

  private def reopen(): Unit = {
    body.close()
    body = openAt(position)
  }
}

private object WholeObjectStream {
  private val BARREN_TRIES = 6
}
