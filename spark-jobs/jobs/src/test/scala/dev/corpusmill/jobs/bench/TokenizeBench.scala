package dev.corpusmill.jobs.bench

import dev.corpusmill.core.bpe.TokenizerLoader

import java.nio.charset.StandardCharsets.{US_ASCII, UTF_8}
import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.util.HexFormat
import scala.util.Using

/**
 * GPT-2 tokens of UTF-8 texts on one thread: `speed INPUT`, `cold INPUT` (without warming up), or `tokens INPUT OUTPUT`
 * (a line a text: MD5 of its ids).
 */
object TokenizeBench {
  private lazy val tokenizer = TokenizerLoader.builtin("gpt2")

  def main(arguments: Array[String]): Unit =
    arguments.toSeq match {
      case Seq("speed", input) => speed(Path.of(input), isCold = false)
      case Seq("cold", input) => speed(Path.of(input), isCold = true)
      case Seq("tokens", input, output) =>
        val encoder = tokenizer.newEncoder()
        Using.resource(Files.newBufferedWriter(Path.of(output)))(lines =>
          BenchRun.texts(Path.of(input)) { text =>
            lines.write(md5(encoder.encode(text)))
            lines.newLine()
          }
        )
      case _ => throw new IllegalArgumentException("speed INPUT | cold INPUT | tokens INPUT OUTPUT")
    }

  private def speed(input: Path, isCold: Boolean): Unit = {
    val loaded = tokenizer
    BenchRun.reportBatches(input, isCold)(_.map(_.getBytes(UTF_8))) { () =>
      val encoder = loaded.newEncoder()
      _.foreach(utf8 => require(encoder.encode(utf8) != null))
    }
  }

  private def md5(ids: Array[Int]): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(ids.mkString(" ").getBytes(US_ASCII)))
}
