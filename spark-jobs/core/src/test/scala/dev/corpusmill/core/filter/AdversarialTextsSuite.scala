package dev.corpusmill.core.filter

import dev.corpusmill.core.text.{AnalyzedText, WordSplit}
import dev.corpusmill.core.{Columns, SparkFixture}
import munit.FunSuite
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.{StringType, StructType}
import org.apache.spark.unsafe.types.UTF8String

import scala.concurrent.duration._

/** Texts that look for trouble end with the reasons of the slow rules, in memory that does not grow with them. */
class AdversarialTextsSuite extends FunSuite with SparkFixture {
  override val munitTimeout: Duration = 5.minutes

  private val families: Seq[(Rule, String => Option[String])] = Seq(
    GopherQuality() -> ReferenceRules.gopherQuality,
    GopherRepetition() -> ReferenceRules.gopherRepetition,
    C4() -> (text => ReferenceRules.c4(text).left.toOption),
    FineWeb() -> ReferenceRules.fineWeb
  )

  private def reasonOf(rule: Rule, text: String): Option[String] =
    rule.decide(rule.measure(new AnalyzedText(text), Subject()).values).map(_.reason)

  private val sentence = "The house on the hill was old, and that made them happy. "

  private val texts: Map[String, String] = Map(
    "no word" -> "",
    "white space only" -> " \n\u00a0\t\u2028 ",
    "one word" -> "word",
    "four words" -> "one two three four",
    "emoji only" -> "😀👩‍👩‍👧🇩🇪👍🏽 " * 60,
    "emoji in prose" -> (sentence + "😀 ") * 12,
    "right to left" -> "הבית הישן על הגבעה, שלום עולם. البيت القديم على التل، مرحبا بالعالم. " * 15,
    "Chinese and Japanese" -> "山上的老房子很安静。これは古い家です。静かな丘の上にあります。\n" * 20,
    "Thai" -> "บ้านเก่าบนเนินเขา เงียบสงบมาก\n" * 20,
    "combining marks only" -> "\u0301\u0302\u0327" * 200,
    "combining marks stacked on letters" -> ("a" + "\u0301" * 50 + " ") * 60,
    "a marked line" -> ("Z\u0351\u036b\u0343a\u0338l\u034fg\u0322o\u0321 came. " * 60),
    "lone surrogates" -> ("\ud83d \ude00 word " * 60),
    "zero-width characters" -> ("wo\u200brd\u200d jo\u2060in\ufeff. " * 60),
    "one long word" -> "x" * 200000,
    "one long line" -> sentence * 3000,
    "line feeds only" -> "\n" * 100000,
    "punctuation only" -> ".,!?;:" * 20000
  )

  texts.toSeq.sortBy(_._1).foreach { case (name, text) =>
    test(s"$name: decided as by the slow rules") {
      families.foreach { case (rule, reference) =>
        assertEquals(reasonOf(rule, text), reference(text), rule.name)
      }
    }
  }

  Seq(WordSplit.Uax29, WordSplit.SpacyEn).foreach { split =>
    test(s"every family takes every such text with words by ${split.name}") {
      val chain = RuleChain(
        families.map(_._1) ++ Seq(C4Paragraph(), RefinedWebLines(), SymbolLimit(), TextToCode()),
        split
      )
      texts.foreach { case (name, text) =>
        val measured = chain.measure(text)
        assertEquals(measured.values.length, chain.fields.size, name)
        assertEquals(
          chain.measure(text).values.toSeq.map(_.toString),
          measured.values.toSeq.map(_.toString),
          name
        )
      }
    }
  }

  test("one word 10^7 times: too long by Gopher's quality rules, one n-gram by its repetition rules") {
    val text = "word " * 10000000
    val chain = RuleChain(Seq(GopherQuality(), GopherRepetition()), maxTextBytes = 64 << 20)
    val measured = chain.measure(text)
    assertEquals(chain.decide(measured.values), Some(Reject("gopher_long_doc", Some("10000000"))))
    val repetition = RuleChain(Seq(GopherRepetition()), maxTextBytes = 64 << 20)
    val values = repetition.fields.zip(repetition.measure(text).values).toMap
    // 9 characters of "word word" and 9,999,999 times that, of 50,000,000 characters.
    assertEquals(values("gopher_repetition_top_2_gram_char_fraction"), 9.0 * 9999999 / 50000000)
    assertEquals(values("gopher_repetition_duplicate_10_gram_char_fraction"), 4.0 * 9999990 / 50000000)
  }

  test("a document of 1 GB is rejected unread") {
    val size = 1 << 30
    val schema = new StructType().add(Columns.TEXT, StringType)
    val rows = spark.sparkContext.parallelize(Seq(size), 1).map(bytes =>
      InternalRow(UTF8String.fromBytes(new Array[Byte](bytes)))
    )
    val chain = RuleChain(Seq(GopherQuality(), C4()))
    val output = FilterTransform.outputSchema(schema, chain)
    val reasons = FilterTransform(rows, schema, chain).map(row =>
      Seq(Columns.ROLE, Columns.REASON, Columns.DETAIL).map(name => row.getString(output.fieldIndex(name)))
    )
    assertEquals(reasons.collect().toSeq, Seq(Seq("rejected", "text_too_long", size.toString)))
  }
}
