package dev.corpusmill.core.filter

import dev.corpusmill.core.Repository
import dev.corpusmill.core.text.{AnalyzedText, TextSamples}
import munit.FunSuite

import java.util.zip.GZIPInputStream
import scala.concurrent.duration._
import scala.io.{Codec, Source}
import scala.util.Random

/** The fast rules decide like the slow ones, on texts made for it and on real ones. */
class RulesAgainstReferenceSuite extends FunSuite {
  override val munitTimeout: Duration = 5.minutes

  private def reason(rule: Rule, text: String): Option[String] =
    rule.decide(rule.measure(new AnalyzedText(text), Subject()).values).map(_.reason)

  private def assertSame(text: String): Unit = {
    assertEquals(reason(GopherQuality(), text), ReferenceRules.gopherQuality(text), shown(text))
    assertEquals(reason(GopherRepetition(), text), ReferenceRules.gopherRepetition(text), shown(text))
    assertEquals(reason(FineWeb(), text), ReferenceRules.fineWeb(text), shown(text))
    val measured = C4().measure(new AnalyzedText(text), Subject())
    val c4 = C4().decide(measured.values).map(_.reason).toLeft(measured.left.fold("")(_.text))
    assertEquals(c4.map(shown), ReferenceRules.c4(text).map(shown), shown(text))
  }

  private def shown(text: String): String =
    text.flatMap(char => if (char >= ' ' && char <= '~') char.toString else f"\\u${char.toInt}%04x")

  test("on texts full of repetition") {
    val random = new Random(1)
    (1 to 4000).foreach(_ => assertSame(TextSamples.repetitive(random)))
  }

  test("on random characters, lone surrogates among them") {
    val random = new Random(2)
    (1 to 2000).foreach(_ => assertSame(TextSamples.random(random, random.nextInt(400))))
    (1 to 500).foreach(_ => assertSame(TextSamples.anyUnits(random, random.nextInt(100))))
  }

  test("on words whose joins are ambiguous") {
    val random = new Random(3)
    val parts = Vector("a", "aa", "b", "ab", "ba", "aab")
    (1 to 3000).foreach { _ =>
      val text = Iterator.fill(random.nextInt(60))(parts(random.nextInt(parts.size))).mkString(" ")
      val ngrams = new Ngrams(new AnalyzedText(text))
      val words = ReferenceRules.words(text).toVector
      (2 to 4).foreach(size =>
        assertEquals(ngrams.topLength(size).toDouble, ReferenceRules.topLength(words, size), text)
      )
      (5 to 10).foreach(size =>
        assertEquals(ngrams.duplicateLength(size).toDouble, ReferenceRules.duplicateLength(words, size), text)
      )
    }
  }

  Seq("text/hplt-snippets.jsonl.gz", "text/state_union.jsonl.gz").foreach { file =>
    test(s"on the texts of $file") {
      val path = Repository.sharedFile(s"data/$file")
      assume(path.isDefined, "needs ../shared")
      path.foreach(found => texts(found).take(3000).foreach(assertSame))
    }
  }

  private def texts(path: java.nio.file.Path): Iterator[String] = {
    val mapper = new com.fasterxml.jackson.databind.ObjectMapper()
    Source
      .fromInputStream(new GZIPInputStream(java.nio.file.Files.newInputStream(path)))(Codec.UTF8)
      .getLines()
      .map(line => mapper.readTree(line).get("text").textValue())
  }
}
