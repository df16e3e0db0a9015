package dev.corpusmill.core.bpe

import java.nio.file.{Files, Path, Paths}
import java.util.zip.GZIPInputStream
import munit.Assertions.assume
import scala.io.Source

/** Real files beside the repository (`../shared/data`); tests that need an absent one are skipped. */
object SharedFiles {
  private val root: Path =
    Paths.get(System.getProperty("corpusmill.repository", "..")).toAbsolutePath.normalize.resolve("../shared/data").normalize

  def bytes(path: String): Array[Byte] = Files.readAllBytes(existing(path))

  def file(role: String, path: String): TokenizerFile = TokenizerFile(role, path, bytes(path))

  /** First `count` lines of a .gz file. */
  def gzipLines(path: String, count: Int): Vector[String] = {
    val stream = new GZIPInputStream(Files.newInputStream(existing(path)))
    try Source.fromInputStream(stream, "UTF-8").getLines().take(count).toVector
    finally stream.close()
  }

  private def existing(path: String): Path = {
    val file = root.resolve(path)
    assume(Files.exists(file), s"${file.getFileName} is not here")
    file
  }
}
