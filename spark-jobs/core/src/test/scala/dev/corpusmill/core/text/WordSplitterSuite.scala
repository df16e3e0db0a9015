package dev.corpusmill.core.text

import munit.FunSuite

import scala.util.Random

class WordSplitterSuite extends FunSuite {
  private val splitter = new WordSplitter

  private def words(text: String): Seq[String] = splitter.split(text.toCharArray).strings(text.toCharArray)

  private def byIcu(text: String): Seq[String] = {
    val builder = new SpansBuilder
    splitter.splitByIcu(text.toCharArray, 0, text.length, builder)
    builder.build().strings(text.toCharArray)
  }

  test("splits words and punctuation, and drops white space") {
    assertEquals(
      words("Hello, it's 3.14 (or so)... U.S.A.\n\tfoo_bar 1,000 e-mail a:b"),
      Seq(
        "Hello",
        ",",
        "it's",
        "3.14",
        "(",
        "or",
        "so",
        ")",
        ".",
        ".",
        ".",
        "U.S.A",
        ".",
        "foo_bar",
        "1,000",
        "e",
        "-",
        "mail",
        "a:b"
      )
    )
  }

  test("an empty text and white space have no words") {
    Seq("", " ", "\n\n", "\t \u00a0\u2028").foreach(text => assertEquals(words(text), Seq.empty[String]))
  }

  test("splits scripts without spaces by ICU's dictionaries") {
    assertEquals(words("日本語のテスト").size > 1, true)
    assertEquals(words("สวัสดีครับ").size > 1, true)
  }

  test("emoji sequences and marks stay whole") {
    assertEquals(words("hi 👩‍👩‍👧 🇩🇪 e\u0301a"), Seq("hi", "👩‍👩‍👧", "🇩🇪", "e\u0301a"))
  }

  test("lone surrogates and NUL are split like other characters") {
    assertEquals(words("a\ud800b\u0000c"), Seq("a", "\ud800", "b", "\u0000", "c"))
  }

  test("equals ICU on random texts of many scripts") {
    val random = new Random(1)
    (1 to 20000).foreach { _ =>
      val text = TextSamples.random(random, random.nextInt(40))
      assertEquals(words(text), byIcu(text), text)
    }
  }

  test("equals ICU on any UTF-16 units") {
    val random = new Random(2)
    (1 to 20000).foreach { _ =>
      val text = TextSamples.anyUnits(random, random.nextInt(12))
      assertEquals(words(text), byIcu(text), text.map(_.toInt.toHexString).mkString(" "))
    }
  }

  test("equals ICU on every pair of a supported character with letters, digits and marks around it") {
    val contexts =
      Seq(("a", "a"), ("1", "1"), ("a", "1"), ("_", "a"), (" ", " "), ("a.", "a"), ("", "’b"), ("1", ",1"))
    (0 until 1 << 16).filter(unit => WordBreak.of(unit.toChar) != WordBreak.UNSUPPORTED).foreach { unit =>
      contexts.foreach { case (before, after) =>
        val text = before + unit.toChar + after
        assertEquals(words(text), byIcu(text), unit.toHexString)
      }
    }
  }

  test("a text of one word 10^7 characters long has one word") {
    assertEquals(words("x" * 10000000).map(_.length), Seq(10000000))
  }
}
