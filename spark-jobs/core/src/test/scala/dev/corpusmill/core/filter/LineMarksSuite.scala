package dev.corpusmill.core.filter

import dev.corpusmill.core.text.Span
import munit.FunSuite

import java.util.Locale
import scala.util.Random

/** What C4 asks of a line, against a search for each phrase. */
class LineMarksSuite extends FunSuite {
  private val phrases = Seq(
    "lorem ipsum" -> LineMarks.LOREM_IPSUM,
    "javascript" -> LineMarks.JAVASCRIPT,
    "{" -> LineMarks.CURLY_BRACKET,
    "terms of use" -> LineMarks.POLICY,
    "privacy policy" -> LineMarks.POLICY,
    "cookie policy" -> LineMarks.POLICY,
    "uses cookies" -> LineMarks.POLICY,
    "use of cookies" -> LineMarks.POLICY,
    "use cookies" -> LineMarks.POLICY
  )

  private def marks(line: String): Int = LineMarks.of(line.toCharArray, Span(0, line.length))

  private def expected(line: String): Int = phrases.collect {
    case (phrase, mark) if line.toLowerCase(Locale.ROOT).contains(phrase) => mark
  }.foldLeft(0)(_ | _)

  test("every phrase is found in any case and at any place, and not where a part of it is missing") {
    phrases.foreach { case (phrase, mark) =>
      Seq(phrase, phrase.toUpperCase(Locale.ROOT), s"a $phrase", s"${phrase}z", s"so${phrase}so").foreach(
        line => assertEquals(marks(line), mark, line)
      )
      assertEquals(marks(phrase.init), 0, phrase)
      assertEquals(marks(phrase.tail), 0, phrase)
    }
    assertEquals(marks("We use coo\u212aies"), LineMarks.POLICY)
  }

  test("phrases are looked for in the line alone") {
    val text = "javascript use cookies"
    assertEquals(LineMarks.of(text.toCharArray, Span(1, text.length)), LineMarks.POLICY)
    assertEquals(LineMarks.of(text.toCharArray, Span(0, text.length - 1)), LineMarks.JAVASCRIPT)
  }

  test("random lines of parts of phrases have the marks that a search finds") {
    val random = new Random(8)
    val parts = phrases.flatMap { case (phrase, _) => phrase.split(' ') }.toVector ++
      Vector(" ", " ", "use of", "J", "K")
    (1 to 5000).foreach { _ =>
      val line = Iterator.fill(random.nextInt(8))(parts(random.nextInt(parts.size))).mkString(
        if (random.nextBoolean()) " " else ""
      )
      assertEquals(marks(line), expected(line), line)
    }
  }

  test("words between white space are counted and measured as Python's split gives them") {
    val random = new Random(9)
    (1 to 5000).foreach { _ =>
      val text = Iterator.fill(random.nextInt(30))("ab  \u00a0😀x" (random.nextInt(8))).mkString
      val words = text.split("[ \u00a0]+").toSeq.filter(_.nonEmpty)
      val line = text.replaceAll("^[ \u00a0]+|[ \u00a0]+$", "")
      val chars = line.toCharArray
      val span = Span(0, chars.length)
      (0 to 4).foreach { limit =>
        assertEquals(WhitespaceWords.areAtLeast(chars, span, limit), words.size >= limit, line)
        assertEquals(
          WhitespaceWords.hasLonger(chars, span, limit),
          words.exists(word => word.codePointCount(0, word.length) > limit),
          line
        )
      }
    }
  }
}
