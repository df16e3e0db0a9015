package dev.corpusmill.core.text

import munit.FunSuite

import scala.util.Random

class EightBytesSuite extends FunSuite {
  private val random = new Random(1)

  /** Bytes of all kinds, with letters and what stands beside them in the table more often. */
  private def sample(): Array[Byte] =
    Array.fill(8) {
      if (random.nextInt(4) > 0) "azAZ@[`{\n mq\u007f".charAt(random.nextInt(13)).toByte
      else random.nextInt(256).toByte
    }

  private def isLetter(byte: Byte): Boolean = byte >= 'a' && byte <= 'z' || byte >= 'A' && byte <= 'Z'

  test("finds letters, bytes and what is not ASCII as one byte after the other would") {
    (1 to 20000).foreach { _ =>
      val bytes = sample()
      val word = EightBytes.at(bytes, 0)
      val clue = bytes.mkString(" ")
      assertEquals(EightBytes.leadingLetters(word), bytes.takeWhile(isLetter).length, clue)
      assertEquals(EightBytes.has(word, '\n'), bytes.contains('\n'.toByte), clue)
      assertEquals(EightBytes.isAscii(word), bytes.forall(_ >= 0), clue)
    }
  }

  test("reads the first byte lowest, lower case of letters, and parts") {
    val word = EightBytes.at("..AbC-xyzW".getBytes, 2)
    assertEquals(EightBytes.first(EightBytes.lower(word), 3), 0x636261L)
    assertEquals(EightBytes.first(word, 0), 0L)
    assertEquals(EightBytes.first(word, 7) & 0xffL, 'A'.toLong)
  }
}
