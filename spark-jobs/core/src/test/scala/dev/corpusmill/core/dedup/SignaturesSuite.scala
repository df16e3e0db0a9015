package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.TextSamples
import munit.FunSuite

import java.nio.charset.StandardCharsets.UTF_8
import scala.util.Random

class SignaturesSuite extends FunSuite {
  test("counts the code points of UTF-8 of one to four bytes, at every length and place") {
    val random = new Random(1)
    (0 to 600).foreach { round =>
      val text = new String(TextSamples.anyUnits(random, round % 40).getBytes(UTF_8), UTF_8)
      val all = s"aé€😀".repeat(round % 5) + text
      assertEquals(Signatures.codePoints(all.getBytes(UTF_8)), all.codePointCount(0, all.length))
    }
  }
}
