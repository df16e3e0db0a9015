package dev.corpusmill.core.text

import munit.FunSuite

class PythonTextSuite extends FunSuite {
  private def sentences(text: String): Int = Sentences.count(new AnalyzedText(text))

  private def lines(text: String): Seq[String] =
    PythonText.splitLines(text.toCharArray).strings(text.toCharArray)

  private def stripped(text: String): String = {
    val span = PythonText.strip(text.toCharArray, 0, text.length)
    text.substring(span.start, span.end)
  }

  test("splits lines where Python's splitlines does") {
    assertEquals(
      lines("a\nb\r\nc\rd\u000be\u000cf\u001cg\u001dh\u001ei\u0085j\u2028k\u2029l\u001fm"),
      "a b c d e f g h i j k l\u001fm".split(' ').toSeq
    )
    assertEquals(lines(""), Seq.empty[String])
    assertEquals(lines("\n"), Seq(""))
    assertEquals(lines("a\n"), Seq("a"))
    assertEquals(lines("a\n\r\n\nb"), Seq("a", "", "", "b"))
  }

  test("splits lines like a regular expression, wherever among four characters they end") {
    val random = new scala.util.Random(5)
    val ends = "\r\n|[\n\u000b\f\r\u001c-\u001e\u0085\u2028\u2029]"
    (1 to 5000).foreach { round =>
      val text =
        if (round % 2 == 0) TextSamples.random(random, random.nextInt(60))
        else TextSamples.anyUnits(random, random.nextInt(40))
      val parts = text.split(ends, -1).toSeq
      assertEquals(lines(text), if (parts.last.isEmpty) parts.init else parts, text)
    }
  }

  test("strips what Python's isspace is true for, and nothing else") {
    val spaces = (0 to 0xffff).map(_.toChar).filter(PythonText.isSpace).map(_.toInt)
    val expected = Seq(9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680) ++
      (0x2000 to 0x200a) ++
      Seq(0x2028, 0x2029, 0x202f, 0x205f, 0x3000)
    assertEquals(spaces, expected)
    assertEquals(stripped("\u3000\u001f a b\u00a0\n"), "a b")
    assertEquals(stripped("\u200ba\u200b"), "\u200ba\u200b")
    assertEquals(stripped(" \n "), "")
  }

  test("splits at runs of line feeds like a regular expression") {
    def parts(text: String, minimum: Int): Seq[String] =
      PythonText.splitAtLineFeeds(text, Span(0, text.length), minimum).strings(text.toCharArray)
    assertEquals(parts("\na\n\nb\n", 1), Seq("", "a", "b", ""))
    assertEquals(parts("a\nb\n\n\nc", 2), Seq("a\nb", "c"))
    assertEquals(parts("", 1), Seq(""))
    assertEquals(parts("\n\n", 2), Seq("", ""))
  }

  test("counts code points, a lone surrogate as one") {
    def length(text: String): Int = PythonText.codePoints(text.toCharArray, 0, text.length)
    assertEquals(length("a😀b"), 3)
    assertEquals(length("\ud83d"), 1)
    assertEquals(length("\ude00\ud83d"), 2)
    assertEquals(length("\ud83d\ud83d\ude00\ude00"), 3)
    assertEquals(length(""), 0)
  }

  test("the size of a text is that of its code points one by one, lone surrogates among them") {
    def bytesOf(codePoint: Int): Long =
      if (codePoint < 0x80) 1 else if (codePoint < 0x800) 2 else if (codePoint < 0x10000) 3 else 4
    val random = new scala.util.Random(6)
    (1 to 5000).foreach { round =>
      val text =
        if (round % 2 == 0) TextSamples.random(random, random.nextInt(60))
        else TextSamples.anyUnits(random, random.nextInt(40)) + "😀" * random.nextInt(3)
      val codePoints = text.codePoints().toArray
      assertEquals(
        TextSize.of(text.toCharArray),
        TextSize(codePoints.length, codePoints.map(bytesOf).sum),
        text
      )
    }
    assertEquals(TextSize.of(Array.emptyCharArray), TextSize(0, 0L))
    assertEquals(TextSize.of("\ud83d\ude00\ude00\ud83d".toCharArray), TextSize(3, 10L))
  }

  test("finds sentences like spaCy's sentencizer") {
    assertEquals(sentences(""), 0)
    assertEquals(sentences("No end"), 1)
    assertEquals(sentences("One. Two! Three? Four"), 4)
    assertEquals(sentences("Wait... \"What?!\" he said. (Yes.)"), 4)
    assertEquals(sentences("3.14 is one. 「二。」三。"), 3)
  }

  test("the punctuation sets are those of datatrove 0.10.1") {
    assertEquals(Punctuation.SENTENCE_END.size, 128)
    assertEquals(Punctuation.TERMINAL.size, 159)
    assertEquals(Punctuation.SYMBOLS.size, 281)
    assertEquals("\"'”".exists(char => Punctuation.TERMINAL.contains(char.toInt)), false)
    assertEquals(
      Seq('\t', '\n', ' ', 'a', '\u2022').exists(char => Punctuation.SYMBOLS.contains(char.toInt)),
      false
    )
  }
}
