package dev.corpusmill.jobs

import dev.corpusmill.core.mixing.PlacedPiece
import munit.FunSuite
import org.apache.parquet.format.{Encoding, Util}

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, File}
import java.nio.file.{Files, Path, Paths}
import java.nio.{ByteBuffer, ByteOrder}
import scala.concurrent.duration._
import scala.jdk.CollectionConverters._

class SidecarFileSuite extends FunSuite {
  override val munitTimeout: Duration = 3.minutes

  test("two JVMs with other identity hashes write the same bytes") {
    val digests = Seq("2", "3", "5").map { hashCode =>
      val folder = Files.createTempDirectory("corpusmill-sidecar")
      val java = Paths.get(System.getProperty("java.home"), "bin", "java").toString
      val process = new ProcessBuilder(
        Seq(
          java,
          "-Xmx256m",
          "-XX:+UnlockExperimentalVMOptions",
          s"-XX:hashCode=$hashCode",
          "-cp",
          System.getProperty("java.class.path"),
          SidecarFileSuite.getClass.getName.stripSuffix("$"),
          folder.toString
        ).asJava
      ).redirectErrorStream(true).redirectOutput(new File(folder.toFile, "log")).start()
      assertEquals(process.waitFor(), 0, Files.readString(folder.resolve("log")).takeRight(2000))
      ManifestFiles.sizeAndSha256(folder.resolve("llmc/web-00000.docs.parquet").toUri.toString)
    }
    assertEquals(digests.distinct.size, 1)
  }

  test("a footer with its encodings in any order becomes the same footer") {
    val file = SidecarFileSuite.write(Files.createTempDirectory("corpusmill-sidecar"))
    val canonical = Files.readAllBytes(file)
    val shuffled = withReversedEncodings(canonical)
    assert(!shuffled.sameElements(canonical))
    Files.write(file, shuffled)
    ParquetFooter.canonicalize(file)
    assert(Files.readAllBytes(file).sameElements(canonical))
  }

  private def withReversedEncodings(bytes: Array[Byte]): Array[Byte] = {
    val length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8)
    val start = bytes.length - 8 - length
    val metadata = Util.readFileMetaData(new ByteArrayInputStream(bytes, start, length))
    metadata.row_groups.asScala.flatMap(_.columns.asScala).foreach { column =>
      val reversed: java.util.List[Encoding] = column.meta_data.encodings.asScala.reverse.asJava
      column.meta_data.setEncodings(new java.util.ArrayList(reversed))
    }
    val footer = new ByteArrayOutputStream()
    Util.writeFileMetaData(metadata, footer)
    val tail = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.size).array() ++
      bytes.takeRight(4)
    bytes.take(start) ++ footer.toByteArray ++ tail
  }
}

/** Writes one sidecar below the folder it is given: the program that other JVMs run. */
object SidecarFileSuite {
  def main(arguments: Array[String]): Unit = { val _ = write(Paths.get(arguments.head)) }

  def write(folder: Path): Path = {
    val target =
      ShardTarget(folder.toUri.toString, "web", 0, TokenizerIdentity("gpt2", "0" * 64, 50257, 50256))
    val sidecar = new SidecarFile(target, "llmc")
    try {
      (0 until 3000).foreach { id =>
        val url = if (id % 7 == 0) null else s"http://web.example/$id"
        sidecar.add(PlacedPiece(0, id.toLong, 0, 9L, f"$id%032x", "crawl", "web", url, Array.empty), 0L, 9L)
      }
      FileStorage.path(target.outputUri + sidecar.finish().path)
    } finally sidecar.close()
  }
}
