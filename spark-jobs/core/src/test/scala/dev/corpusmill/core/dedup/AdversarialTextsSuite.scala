package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.core.dedup.DedupCorpus._
import munit.FunSuite

import scala.util.Random

/**
 * Inputs that break dedup elsewhere. Sizes are a hundredth of the real ones, which
 * `CORPUSMILL_ADVERSARIAL_SCALE=100` brings back.
 */
class AdversarialTextsSuite extends FunSuite with SparkFixture {
  private val scale = sys.env.get("CORPUSMILL_ADVERSARIAL_SCALE").fold(1)(_.toInt)

  private def decideAll(documents: Seq[TestDocument]): Map[Int, Decision] = {
    val results = Seq(2, 5).map { partitions =>
      run(spark, documents, Deduplication(SETTINGS, ConnectedComponents(partitions)), partitions)
        .view
        .mapValues(_.copy(position = RowPosition(0, 0L)))
        .toMap
    }
    assert(results.head == results.last, "the partitioning changes the result")
    results.head
  }

  private def kept(decisions: Map[Int, Decision]): Int = decisions.values.count(_.reason.isEmpty)

  test("10,000 copies of one page (a million at full scale) leave one that stands for all") {
    val text = words(new Random(1), 200).mkString(" ")
    val decisions = decideAll((1 to 10000 * scale).map(number => TestDocument(id(number), text)))
    assertEquals(kept(decisions), 1)
    assertEquals(decisions(0).clusterSize, Some(10000L * scale))
  }

  test("a page again and again with one doc_id is a repeated doc_id") {
    val documents = (1 to 2000 * scale).map(number => TestDocument(id(1), "one page", offset = number.toLong))
    assertEquals(decideAll(documents).values.flatMap(_.reason).toSet, Set("duplicate_id"))
  }

  test("a footer that all documents share removes none of them") {
    val random = new Random(2)
    val footer = words(random, 60).mkString(" ")
    val documents = (1 to 2000 * scale).map { number =>
      TestDocument(id(number), words(random, 120).mkString(" ") + "\n" + footer)
    }
    assertEquals(kept(decideAll(documents)), documents.size)
  }

  test("documents that are nothing but boilerplate with a number leave one of them") {
    val footer = words(new Random(3), 300).mkString(" ")
    val decisions =
      decideAll((1 to 2000 * scale).map(number => TestDocument(id(number), s"$footer n$number")))
    assertEquals(kept(decisions), 1)
  }

  test(
    "a chain of 1,000 documents (100,000 at full scale), each like the next, is thinned and never collapses"
  ) {
    val stream = words(new Random(4), 1000 * scale * 5 + 100)
    val documents = (0 until 1000 * scale).map { number =>
      TestDocument(id(number), stream.slice(number * 5, number * 5 + 100).mkString(" "))
    }
    val decisions = decideAll(documents)
    decisions.values.filter(_.reason.nonEmpty).foreach { decision =>
      assert(decision.similarity.exists(_ >= FUZZY.minJaccard))
    }
    assert(
      kept(decisions) >= documents.size / 5 && kept(decisions) <= documents.size * 3 / 5,
      kept(decisions)
    )
  }

  test("half of a crawl from one host, all with its frame, keeps every page that says something of its own") {
    val random = new Random(5)
    val frame = words(random, 80).mkString(" ")
    val documents = (1 to 1000 * scale).map { number =>
      val own = words(random, 150).mkString(" ")
      val (host, text) =
        if (number % 2 == 0) ("one.example", s"$frame\n$own") else (s"host$number.example", own)
      TestDocument(id(number), text, url = s"https://$host/pages/$number.html")
    }
    assertEquals(kept(decideAll(documents)), documents.size)
  }

  test("documents of 0, 1 and 4 words are duplicates of their equals only") {
    val texts = Seq("", "", "one", "One!", "two", "a b c d", "a b c d.", "a b c e", "   ", "...")
    val decisions = decideAll(texts.zipWithIndex.map { case (text, index) => TestDocument(id(index), text) })
    assertEquals(
      texts.indices.filter(decisions(_).reason.nonEmpty).map(index =>
        (texts(index), decisions(index).reason)
      ),
      Seq[(String, Option[String])](
        ("", Some("exact_duplicate")),
        ("one", Some("fuzzy_duplicate")),
        ("a b c d", Some("fuzzy_duplicate"))
      )
    )
  }

  test("texts of emoji, of scripts from right to left, without spaces, and with combining marks") {
    val texts = Map(
      "emoji" -> "😀👩‍👩‍👧🇩🇪🎉" * 50,
      "emoji again" -> "😀👩‍👩‍👧🇩🇪🎉" * 51,
      "arabic" -> (1 to 60).map(number => s"مرحبا بالعالم رقم $number").mkString(" "),
      "arabic near" -> (1 to 61).map(number => s"مرحبا بالعالم رقم $number").mkString(" "),
      "chinese" -> (1 to 80).map(number => s"今天天气第${number}次很好").mkString("，"),
      "chinese near" -> (1 to 81).map(number => s"今天天气第${number}次很好").mkString("，"),
      "marks" -> (1 to 60).map(number => s"a\u0301e\u0301\u0323 i\u0308 nu\u0303m$number").mkString(" "),
      "marks near" -> (1 to 61).map(number => s"a\u0301e\u0301\u0323 i\u0308 nu\u0303m$number").mkString(" ")
    ).toSeq.sortBy(_._1)
    val decisions = decideAll(texts.zipWithIndex.map { case ((_, text), index) =>
      TestDocument(id(index), text)
    })
    val removed = texts.indices.filter(decisions(_).reason.contains("fuzzy_duplicate")).map(texts(_)._1)
    assertEquals(removed, Seq("arabic", "chinese", "marks"))
  }

  test(
    "a text of one word 100,000 times (10^7 at full scale) is like any other of it, but not like a short one"
  ) {
    val many = 100000 * scale
    val documents = Seq(many, many + 1, 3).zipWithIndex.map { case (times, index) =>
      TestDocument(id(index), "word " * times)
    }
    val decisions = decideAll(documents)
    assertEquals(decisions(0).reason, Some("fuzzy_duplicate"))
    assertEquals((decisions(1).reason, decisions(2).reason), (None, None))
  }

  test(
    "a document of 10 MB (1 GB at full scale) and its near copy are compared by a sample, beside small ones"
  ) {
    val random = new Random(8)
    val writer = new java.io.StringWriter(10000000 * scale)
    while (writer.getBuffer.length < 10000000 * scale) writer.write(s"w${random.nextInt(1 << 20)} ")
    val large = writer.toString
    val excerpt = large.take(2000)
    val small = (2 to 20).map(number => TestDocument(id(number), words(random, 100).mkString(" ")))
    val documents = (TestDocument(id(0), large) +: TestDocument(id(1), excerpt) +: small) ++
      Seq(TestDocument(id(21), s"$excerpt and"), TestDocument(id(22), large.take(large.length / 100 * 99)))
    val rows = documentRows(spark, documents, 2)
    assertEquals(
      RowSummary.of(rows.map(Signatures(rows.schema, SETTINGS).of), HotKeys.HOT_ROWS).cappedDocuments,
      2L
    )
    val decisions = decideAll(documents)
    val removed = documents.indices.filter(decisions(_).reason.contains("fuzzy_duplicate"))
    assertEquals(removed.map(row => (row, decisions(row).survivor)), Seq((1, id(21)), (22, id(0))))
    assertEqualsDouble(decisions(22).similarity.getOrElse(0.0), 0.99, 0.001)
    assertEquals((kept(decisions), decisions(0).clusterSize), (documents.size - 2, Some(2L)))
  }

  test("a document with more shingles than are compared is compared by a sample, which is counted") {
    val text = words(new Random(6), 20000)
    val documents = Seq(text, text.dropRight(200), words(new Random(7), 20000)).zipWithIndex.map {
      case (of, index) => TestDocument(id(index), of.mkString(" "))
    }
    val settings = SETTINGS.copy(fuzzy = Some(FUZZY.copy(maxShingles = 1000)))
    val result = Deduplication(settings, ConnectedComponents(2))(documentRows(spark, documents, 2), _ => ())
    val removed = result.decisions.filter(_.reason.nonEmpty).collect()
    assertEquals(removed.map(_.survivor).toSeq, Seq(id(0)))
    assertEqualsDouble(removed.head.similarity.getOrElse(0.0), 0.99, 0.01)
    assertEquals(result.cappedDocuments, 3L)
  }
}
