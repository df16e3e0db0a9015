package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError

import org.apache.hadoop.fs.Path

import java.io.InputStream

/**
 * Where manifests, control files and shards live. All names are URIs; a folder ends with '/'.
 * Reading what is not there raises INPUT_MISSING.
 */
trait Storage extends Serializable {
  def exists(uri: String): Boolean

  /** Size in bytes. */
  def size(uri: String): Long

  def open(uri: String): InputStream

  /** A new file that has its name only once it is whole; two writers of one name never mix their bytes. */
  def stage(uri: String): StagedFile

  /** Writes the whole file if there is none of that name yet; false where there is one. */
  def create(uri: String, bytes: Array[Byte]): Boolean

  /** Writes the whole file, replacing an older one at once. */
  def replace(uri: String, bytes: Array[Byte]): Unit

  /** Deletes a folder and all below it; does nothing where there is none. */
  def deleteFolder(uri: String): Unit

  /** Bytes of all files below a folder; 0 where there is none. */
  def folderBytes(uri: String): Long

  /** Bytes that can still be written there; None where there is no limit. */
  def usableBytes(uri: String): Option[Long]

  /** The name under which Spark's and Hadoop's readers and writers know it. */
  def hadoopPath(uri: String): Path

  final def read(uri: String): Array[Byte] = {
    val stream = open(uri)
    try stream.readAllBytes()
    finally stream.close()
  }
}

object Storage {

  /** The storage that a URI's scheme names. */
  def of(uri: String): Storage =
    if (uri.startsWith("file:///")) FileStorage
    else if (uri.startsWith("s3://")) S3Storage
    else
      throw new CorpusmillError(
        "SPEC_INVALID",
        s"no storage for ${uri.takeWhile(_ != ':')} URIs; use file:/// or s3://"
      )

  /** INPUT_MISSING. */
  def missing(uri: String): CorpusmillError =
    new CorpusmillError(
      "INPUT_MISSING",
      s"$uri is not there; run the stage that made it again",
      Map("uri" -> uri)
    )
}
