package dev.corpusmill.core.text

import munit.FunSuite

import java.nio.charset.StandardCharsets.UTF_8
import scala.collection.mutable.ArrayBuffer
import scala.util.Random

class JvmWordHashesSuite extends WordHashesSuite(new WordReader().read)

class NativeWordHashesSuite
    extends WordHashesSuite(new NativeWordReader(
      NativeWords.loaded.getOrElse(throw new IllegalStateException("no library: npm run setup makes it"))
    ).read) {
  test("is what reads where it is there") {
    assert(NativeWords.loaded.nonEmpty)
  }
}

abstract class WordHashesSuite(read: (Array[Byte], LongSink) => Unit) extends FunSuite {
  private def hashes(text: String): Seq[Long] = hashesOf(text.getBytes(UTF_8))

  private def hashesOf(utf8: Array[Byte]): Seq[Long] = {
    val found = ArrayBuffer.empty[Long]
    read(utf8, found += _)
    found.toSeq
  }

  /** The definition: every word of the splitter that has a letter or digit. */
  private def reference(text: String): Seq[Long] = {
    val chars = text.toCharArray
    val words = WordSplitter.get().split(chars)
    (0 until words.size)
      .filter(index => LetterCase.hasLetterOrDigit(chars, words.start(index), words.end(index)))
      .map(index => WordHashes.hashOf(chars, words.start(index), words.end(index)))
  }

  test("hashes the words of the splitter, in lines of ASCII and of other scripts") {
    val random = new Random(1)
    (1 to 1500).foreach { round =>
      val units =
        if (round % 2 == 0) TextSamples.random(random, 80) else TextSamples.anyUnits(random, 60)
      val text = new String(units.getBytes(UTF_8), UTF_8) // lone surrogates cannot be written
      assertEquals(hashes(text), reference(text), text.map(_.toInt).toString)
    }
  }

  test("hashes the words of the splitter in random ASCII, with every control character and mark") {
    val random = new Random(3)
    (1 to 2000).foreach { _ =>
      val text = Seq.fill(random.nextInt(60))(random.nextInt(128).toChar).mkString
      assertEquals(hashes(text), reference(text), text.map(_.toInt).toString)
    }
  }

  test("hashes the words of the splitter in bytes that are no UTF-8, as they are decoded") {
    val random = new Random(5)
    (1 to 3000).foreach { round =>
      val bytes = TextSamples.random(random, 40).getBytes(UTF_8)
      (1 to round % 4).foreach(_ => bytes(random.nextInt(bytes.length)) = random.nextInt(256).toByte)
      val text = new String(bytes, UTF_8)
      assertEquals(hashesOf(bytes), reference(text), bytes.toSeq.toString)
    }
  }

  test("shows ICU only parts between spaces, with the same words") {
    Seq(
      "naïve 日本語です and café  – 3.14 ",
      "é a ́b ü🇩🇪🇫🇷 🇩🇪 x",
      "สวัสดี ชาวโลก ö \u200d x",
      "שלום \"ב\" ל'ה é"
    ).foreach(text => assertEquals(hashes(text), reference(text), text))
  }

  test("takes case and punctuation for nothing, and nothing else") {
    assertEquals(hashes("Don't STOP, 3.14 (now)!"), hashes("don't stop 3.14 now"))
    assertNotEquals(hashes("one two"), hashes("onetwo"))
    assertEquals(hashes("ÄPFEL straße"), hashes("äpfel STRAßE"))
  }

  test("has none in texts without letters and digits, whatever they are of") {
    Seq("", "\n\n", "!!! ... ???", "🌍🌍🌍 🎉", "_ __ ___", "\u0301\u0301").foreach(text =>
      assertEquals(hashes(text), Seq.empty[Long])
    )
  }

  test("hashes a line that is longer than what is decoded at a time as the splitter does") {
    val words = (0 until 300000).map(number => s"wört$number")
    val text = words.mkString(" ")
    assert(text.getBytes(UTF_8).length > 2 * WordHashes.MAX_DECODED_BYTES)
    assertEquals(hashes(text), words.flatMap(word => hashes(word)))
  }

  test("hashes words of ASCII of every length and ending, wherever they stand") {
    val ends = Seq(
      "",
      " ",
      "\n",
      "_",
      "_a",
      "'",
      "'s",
      "'é",
      ".",
      ".5",
      ".a",
      ",5",
      ",",
      "é",
      "é ",
      "’s",
      "字",
      "--",
      "a" * 40
    )
    for {
      before <- Seq("", "x ", "0123456789abcde ", "é ")
      length <- 0 to 35
      end <- ends
    } {
      val word = "Ab1Zz90".repeat(6).take(length)
      val text = before + word + end
      assertEquals(hashes(text), reference(text), text)
      assertEquals(hashes(text + " tail"), reference(text + " tail"), text)
    }
  }

  test("hashes long texts of plain words and others, wherever the 64 bytes that are looked at together end") {
    val random = new Random(7)
    val pieces = Seq(" ", " ", "  ", "\n", "_", "'", ".", ", ", "3.14", "é", "я", "字", "-", "\u0301 ", "\t")
    (1 to 1000).foreach { _ =>
      val text = Seq
        .fill(random.nextInt(120)) {
          if (random.nextInt(3) == 0) pieces(random.nextInt(pieces.size))
          else ("aB1" * 25).take(1 + random.nextInt(if (random.nextInt(20) == 0) 75 else 9)) + " "
        }
        .mkString
      assertEquals(hashes(text), reference(text), text)
    }
  }

  test("hashes as many words without a space between them as there are") {
    val text = "a-b;" * 20000 + "é " + "x,y/" * 5000
    assertEquals(hashes(text), reference(text))
  }

  test("cuts a long line without spaces between characters, and ends") {
    val found = hashes("é" * (WordHashes.MAX_DECODED_BYTES + 5))
    assertEquals(found.size, 3)
  }
}
