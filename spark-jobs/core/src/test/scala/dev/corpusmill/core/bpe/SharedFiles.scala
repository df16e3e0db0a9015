package dev.corpusmill.core.bpe

import dev.corpusmill.core.Repository
import java.nio.file.{Files, Path}
import java.util.zip.GZIPInputStream
import munit.Assertions.assume
import scala.io.Source

/** Real files beside the repository (`../shared/data`); tests that need an absent one are skipped. */
object SharedFiles {
  def bytes(path: String): Array[Byte] = Files.readAllBytes(existing(path))

  def file(role: String, path: String): TokenizerFile = TokenizerFile(role, path, bytes(path))

  /** First `count` lines of a .gz file. */
  def gzipLines(path: String, count: Int): Vector[String] = {
    val stream = new GZIPInputStream(Files.newInputStream(existing(path)))
    try Source.fromInputStream(stream, "UTF-8").getLines().take(count).toVector
    finally stream.close()
  }

  private def existing(path: String): Path = {
    val file = Repository.sharedFile(s"data/$path")
    assume(file.isDefined, s"$path is not here")
    file.get
  }
}
