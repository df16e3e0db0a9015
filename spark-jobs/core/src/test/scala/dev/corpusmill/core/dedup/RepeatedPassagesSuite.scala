package dev.corpusmill.core.dedup

import dev.corpusmill.core.dedup.DedupCorpus._
import dev.corpusmill.core.{Columns, SparkFixture}
import munit.FunSuite
import org.apache.spark.rdd.RDD

import scala.util.Random

class RepeatedPassagesSuite extends FunSuite with SparkFixture {

  /** The texts that are left, None where no word is. */
  private def cut(settings: PassageSettings, texts: Seq[String], partitions: Int = 3): Seq[Option[String]] = {
    val rows = rowsOf(texts, partitions)
    val spans = RepeatedPassages(settings, partitions).find(rows, keptOf(rows)).spans
    val text = rows.schema.fieldIndex(Columns.TEXT)
    RowPosition
      .joinSpans(rows.rows, spans) { (row, cuts) =>
        val whole = row.getUTF8String(text).toString
        if (cuts.isEmpty) Some(whole) else PassageText.without(whole, cuts)
      }
      .collect()
      .toSeq
  }

  private def rowsOf(texts: Seq[String], partitions: Int): DocumentRows = {
    val documents = texts.zipWithIndex.map { case (text, index) => TestDocument(id(index), text, null) }
    documentRows(spark, documents, partitions)
  }

  private def keptOf(rows: DocumentRows): RDD[(RowPosition, KeptDocument)] = {
    val text = rows.schema.fieldIndex(Columns.TEXT)
    val keys = SurvivorKeys(rows.schema, Seq(SurvivorColumn("doc_id", isDescending = false)))
    rows.map((position, row) =>
      position -> KeptDocument(keys.of(row, 0), row.getUTF8String(text).numBytes)
    )
  }

  private def paragraphs(minWords: Int): PassageSettings = PassageSettings(Some(minWords), None)

  private def runs(minWords: Int): PassageSettings = PassageSettings(None, Some(minWords))

  test(
    "a paragraph stays where it comes first, and goes everywhere else, whatever its case and punctuation"
  ) {
    val texts = Seq(
      "A story of its own.\nShare this page with all your friends!\nThe end of it.",
      "Something else here.\nSHARE this page, with all your friends\nMore of that.",
      "share this page with all your friends"
    )
    assertEquals(
      cut(paragraphs(6), texts),
      Seq(Some(texts.head), Some("Something else here.\nMore of that."), None)
    )
  }

  test("paragraphs below the least number of words stay, those at it go") {
    val texts = Seq("one two three four", "one two three four")
    assertEquals(cut(paragraphs(5), texts), texts.map(Some(_)))
    assertEquals(cut(paragraphs(4), texts), Seq(Some(texts.head), None))
  }

  test("a paragraph that is repeated within a document stays once") {
    assertEquals(
      cut(paragraphs(2), Seq("a line\nanother one\na line\na line")),
      Seq(Some("a line\nanother one"))
    )
  }

  test("a million passages that overlap are cut out of a text of one word, in whatever order they come") {
    val count = 1000000
    val text = "word " * count
    val spans = (50 to count - 50).reverseIterator.flatMap(first =>
      Iterator(5 * first, 5 * (first + 50) - 1)
    ).toArray
    assertEquals(PassageText.without(text, spans), Some("word " * 49 + "word"))
    assertEquals(PassageText.without("a b c d", Array(4, 6, 0, 2, 5, 6)), Some("b d"))
    assertEquals(PassageText.without("a b", Array(2, 3, 0, 2)), None)
  }

  test("a run of exactly so many words goes where it comes again, one word less stays") {
    val random = new Random(5)
    val (shared, head, tail) = (words(random, 20), words(random, 30), words(random, 30))
    val first = (words(random, 25) ++ shared ++ words(random, 25)).mkString(" ")
    val second = (head ++ shared ++ tail).mkString(" ")
    assertEquals(
      cut(runs(20), Seq(first, second)),
      Seq(Some(first), Some(head.mkString(" ") + "  " + tail.mkString(" ")))
    )
    assertEquals(cut(runs(21), Seq(first, second)), Seq(Some(first), Some(second)))
  }

  test("cuts what looking at every run of words cuts, for any partitioning") {
    (1 to 3).foreach { seed =>
      val texts = quoting(seed)
      val expected = slowly(texts, 12)
      Seq(1, 4).foreach(partitions => assertEquals(cut(runs(12), texts, partitions), expected, s"seed $seed"))
    }
  }

  test("a text of one word ten thousand times keeps the first run of it") {
    assertEquals(cut(runs(50), Seq("word " * 10000)), Seq(Some(("word " * 50).strip())))
  }

  test(
    "a paragraph that many documents have more than once stays in the first of them, for any partitioning"
  ) {
    val footer = "share this with all your friends"
    val texts = (1 to 300).map(number => s"$footer\n$number\n$footer")
    val expected = Some(s"$footer\n1") +: (2 to 300).map(number => Some(s"$number"))
    Seq(1, 2, 7).foreach { partitions =>
      assertEquals(cut(PassageSettings(Some(6), None), texts, partitions), expected)
      assertEquals(cut(PassageSettings(Some(6), Some(6)), texts, partitions), expected)
    }
  }

  test("texts above the greatest length are left as they are, and counted") {
    val line = "a line of six words indeed"
    val rows = rowsOf(Seq(line, s"$line\n$line", line), partitions = 2)
    val found = RepeatedPassages(paragraphs(6), 2, maxTextBytes = line.length).find(rows, keptOf(rows))
    assertEquals(found.skippedDocuments, 1L)
    assertEquals(
      found.spans.collect().toSeq,
      Seq(PlacedSpan(RowPosition(1, 1L), 0, line.length))
    )
  }

  test("texts without words, or shorter than the run, stay as they are") {
    val texts = Seq("", "!!!", "one two", "one two")
    assertEquals(cut(PassageSettings(Some(20), Some(50)), texts), texts.map(Some(_)))
  }

  /** Texts that quote each other and themselves at random places. */
  private def quoting(seed: Int): Seq[String] = {
    val random = new Random(seed)
    (1 to 25).foldLeft(Vector(words(random, 60))) { (texts, _) =>
      val source = texts(random.nextInt(texts.size))
      val from = random.nextInt(source.size - 30)
      val quoted = source.slice(from, from + 5 + random.nextInt(25))
      texts :+ (words(random, random.nextInt(40)) ++ quoted ++ words(random, 31) ++ quoted.take(14))
    }.map(_.mkString(" "))
  }

  /** The definition: a word goes that is in a run which occurred before, but not overlapping with it. */
  private def slowly(texts: Seq[String], size: Int): Seq[Option[String]] = {
    val first = scala.collection.mutable.HashMap.empty[Seq[String], (Int, Int)]
    texts.zipWithIndex.map { case (text, number) =>
      val of = text.split(' ').toVector
      val starts = of.indices.dropRight(size - 1).filter { start =>
        val (firstText, firstStart) = first.getOrElseUpdate(of.slice(start, start + size), (number, start))
        firstText != number || start >= firstStart + size
      }
      val offsets = of.scanLeft(0)((offset, word) => offset + word.length + 1)
      val spans = starts.flatMap(start =>
        Seq(offsets(start), offsets(start + size - 1) + of(start + size - 1).length)
      )
      if (spans.isEmpty) Some(text) else PassageText.without(text, spans.toArray)
    }
  }
}
