package dev.corpusmill.jobs.bench

import dev.corpusmill.core.bpe.TokenizerLoader

import java.nio.charset.StandardCharsets.US_ASCII
import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.util.HexFormat
import scala.util.Using

/** GPT-2 tokens on one thread: `speed INPUT`, or `tokens INPUT OUTPUT` (a line a text: MD5 of its ids). */
object TokenizeBench {
  def main(arguments: Array[String]): Unit = {
    val encoder = TokenizerLoader.builtin("gpt2").newEncoder()
    arguments.toSeq match {
      case Seq("speed", input) =>
        BenchRun.report(Path.of(input))(text => require(encoder.encode(text) != null))
      case Seq("tokens", input, output) =>
        Using.resource(Files.newBufferedWriter(Path.of(output)))(lines =>
          BenchRun.texts(Path.of(input)) { text =>
            lines.write(md5(encoder.encode(text)))
            lines.newLine()
          }
        )
      case _ => throw new IllegalArgumentException("speed INPUT | tokens INPUT OUTPUT")
    }
  }

  private def md5(ids: Array[Int]): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(ids.mkString(" ").getBytes(US_ASCII)))
}
