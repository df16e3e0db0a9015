package dev.corpusmill.core.text

import munit.FunSuite

import scala.util.Random

class KeptTextSuite extends FunSuite {

  /** Takes every other line as it is, and every fifth one without its brackets. */
  private def keep(text: AnalyzedText): AnalyzedText = {
    val kept = new KeptText(text)
    (0 until text.lines.size).foreach { index =>
      val line = PythonText.strip(text.chars, text.lines.start(index), text.lines.end(index))
      if (index % 5 == 1) kept.addChanged(new String(text.chars, line.start, line.length).replace("[1]", ""))
      else if (index % 2 == 0) kept.addUnchanged(line.start, line.end)
    }
    kept.build()
  }

  private def shown(words: Spans): Seq[(Int, Int)] = (0 until words.size).map(index =>
    words.start(index) -> words.end(index)
  )

  test("the words that are moved are those of a new split") {
    val random = new Random(7)
    (1 to 4000).foreach { round =>
      val text =
        if (round % 2 == 0) TextSamples.repetitive(random)
        else TextSamples.random(random, random.nextInt(300))
      val left = keep(new AnalyzedText(text))
      assertEquals(shown(left.words), shown(new AnalyzedText(left.text).words), left.text)
    }
  }

  test("a text of which every line stays is the same object") {
    val text = new AnalyzedText("one two\nthree")
    val kept = new KeptText(text)
    kept.addUnchanged(0, 7)
    kept.addUnchanged(8, 13)
    assert(kept.build() eq text)
  }

  test("lines are joined and white space at the ends is cut off") {
    val text = new AnalyzedText("  a b\nc [1]\nd")
    val kept = new KeptText(text)
    kept.addUnchanged(0, 5)
    kept.addChanged("c ")
    assertEquals(kept.build().text, "a b\nc")
  }
}
