package dev.corpusmill.core.shards

import dev.corpusmill.core.CorpusmillError
import java.io.ByteArrayOutputStream
import java.util.HexFormat
import munit.FunSuite

/** Whole files as bytes, worked out by hand from the layouts. */
class FormatsSuite extends FunSuite {

  private def hex(bytes: Array[Byte]): String = HexFormat.of().formatHex(bytes)

  private def laidDown(width: TokenWidth, vocabSize: Int)(tokens: Int*): String = {
    val out = new ByteArrayOutputStream()
    val sink = new TokenSink(out, width, vocabSize)
    tokens.foreach(sink.put)
    sink.flush()
    hex(out.toByteArray)
  }

  test("tokens are laid down little-endian in two or four bytes") {
    assertEquals(laidDown(TwoBytes, 65536)(0, 1, 256, 65535), "000001000001ffff")
    assertEquals(laidDown(FourBytes, 128256)(1, 128255), "01000000fff40100")
  }

  test("more tokens than the buffer holds are all laid down") {
    assertEquals(laidDown(FourBytes, 7)(Seq.fill(40000)(5): _*), "05000000" * 40000)
  }

  test("ids outside the vocabulary are refused") {
    Seq(-1, 50257).foreach { token =>
      assertEquals(intercept[CorpusmillError](laidDown(TwoBytes, 50257)(token)).code, "INPUT_CORRUPT")
    }
  }

  test("llm.c headers name their version, and all else is zero") {
    assertEquals(hex(LlmcFormat.header(3, TwoBytes)), "88d8340101000000" + "03000000" + "00" * 1012)
    assertEquals(hex(LlmcFormat.header(3, FourBytes)), "a1d9340107000000" + "03000000" + "00" * 1012)
  }

  test("llm.c takes two bytes up to 65536 ids, Megatron below 65500") {
    assertEquals(Seq(65536, 65537).map(LlmcFormat.widthFor), Seq(TwoBytes, FourBytes))
    assertEquals(Seq(65499, 65500).map(MegatronIndex.widthFor), Seq(TwoBytes, FourBytes))
  }

  test("a Megatron index has header, lengths, pointers and documents") {
    val out = new ByteArrayOutputStream()
    MegatronIndex.write(out, TwoBytes, 2)(() => Iterator(3, 5))
    val expected = "4d4d494449445800 00" + "0100000000000000" + "08" + "0200000000000000" +
      "0300000000000000" +
      "03000000" + "05000000" + "0000000000000000" + "0600000000000000" +
      "0000000000000000" + "0100000000000000" + "0200000000000000"
    assertEquals(hex(out.toByteArray), expected.replace(" ", ""))
    assertEquals(out.size, 42 + 20 * 2)
  }

  test("an index without documents is valid") {
    val out = new ByteArrayOutputStream()
    MegatronIndex.write(out, FourBytes, 0)(() => Iterator.empty)
    assertEquals(out.size, 42)
  }

  test("a TFRecord is framed by lengths and masked CRC-32C") {
    val out = new ByteArrayOutputStream()
    TfRecordFormat.write(out, "ab", OwnStream(Array(1, 300), 7, AfterDocument), 3)
    val docId = "0a06" + "646f635f6964" + "1206" + "0a04" + "0a02" + "6162"
    val inputIds = "0a09" + "696e7075745f696473" + "1208" + "1a06" + "0a04" + "01ac0207"
    val example = "0a29" + "0a10" + docId + "0a15" + inputIds
    val bytes = hex(out.toByteArray)
    assertEquals(bytes.take(16), "2b00000000000000")
    assertEquals(bytes.slice(24, bytes.length - 8), example)
  }

  test("a document's own stream begins or ends with the end-of-text token") {
    val tokens = Array(10, 11, 12)
    def all(place: EndOfTextPlace): Seq[Int] = {
      val seen = Seq.newBuilder[Int]
      OwnStream(tokens, 99, place).foreach(0, 4)(seen += _)
      seen.result()
    }
    assertEquals(all(BeforeDocument), Seq(99, 10, 11, 12))
    assertEquals(all(AfterDocument), Seq(10, 11, 12, 99))
    assertEquals(OwnStream(tokens, 99, BeforeDocument).length, 4L)
  }
}
