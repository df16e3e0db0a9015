package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.core.dedup.DedupCorpus._
import munit.FunSuite

import scala.util.Random

class EarlierVersionsSuite extends FunSuite with SparkFixture {

  /** What dedup of `documents` leaves for later versions. */
  private def versionOf(
      name: String,
      documents: Seq[TestDocument],
      partitions: Int = 3,
      settings: DedupSettings = SETTINGS
  ): EarlierVersion = {
    val result = Deduplication(settings, ConnectedComponents(partitions))(
      documentRows(spark, documents, partitions),
      _ => ()
    )
    val kept = result.decisions.filter(_.reason.isEmpty).map(_.survivor).collect().toSet
    val signatures = result.signatures.map(of =>
      EarlierSignature(of.docId, of.textHash, of.survivor, of.similarity, of.bandKeys, part = 0)
    )
    EarlierVersion(
      name,
      signatures,
      parts => {
        assertEquals(parts, Set(0))
        documentRows(spark, documents.filter(of => kept.contains(of.docId)), partitions)
      }
    )
  }

  private def against(
      earlier: Seq[EarlierVersion],
      documents: Seq[TestDocument],
      partitions: Int = 3,
      settings: DedupSettings = SETTINGS
  ): Map[String, Decision] =
    run(spark, documents, Deduplication(settings, ConnectedComponents(partitions), earlier), partitions).map {
      case (row, decision) => documents(row).docId -> decision
    }

  private val random = new Random(31)
  private val long = words(random, 200)
  private val original = long.mkString(" ")
  private val shorter = long.dropRight(4).mkString(" ")

  private def outcome(decision: Decision): (Option[String], String, Option[String], Option[Double]) =
    (decision.reason, decision.survivor, decision.detail, decision.similarity)

  test(
    "an earlier document wins over a new one with its text, though the new one is better by every column"
  ) {
    val old = versionOf("old@1", Seq(TestDocument(id(9), original, "2026-05-01T00:00:00Z")))
    val decisions =
      against(Seq(old), Seq(TestDocument(id(1), original), TestDocument(id(2), "quite another text")))
    assertEquals(outcome(decisions(id(1))), (Some("exact_duplicate"), id(9), Some("old@1"), Some(1.0)))
    assertEquals(outcome(decisions(id(2))), (None, id(2), None, None))
    assertEquals(decisions(id(2)).clusterSize, Some(1L))
  }

  test("an earlier document wins over a longer near duplicate, by the similarity of their texts") {
    val old = versionOf("old@1", Seq(TestDocument(id(9), shorter)))
    val decisions = against(Seq(old), Seq(TestDocument(id(1), original)))
    assertEquals(
      outcome(decisions(id(1))),
      (Some("fuzzy_duplicate"), id(9), Some("old@1"), Some(192.0 / 196.0))
    )
  }

  test("near copies of one earlier document are compared by all tasks as by one") {
    val old = versionOf("old@1", Seq(TestDocument(id(999), original), TestDocument(id(998), "another text")))
    val documents = (0 until 80).map(number => TestDocument(id(number), s"$original $number"))
    val results = Seq(1L, 30L, HotKeys.HOT_ROWS).map { hotRows =>
      run(spark, documents, Deduplication(SETTINGS, ConnectedComponents(3), Seq(old), hotRows = hotRows), 3)
        .view.mapValues(outcome).toMap
    }
    assertEquals(results.toSet.size, 1)
    assertEquals(results.head.values.map(_._2).toSet, Set(id(999)))
  }

  test("a text that fell in the earlier version falls again, to what stayed for it there") {
    val old = versionOf("old@1", Seq(TestDocument(id(8), original), TestDocument(id(9), shorter)))
    val decisions = against(Seq(old), Seq(TestDocument(id(1), shorter), TestDocument(id(2), shorter)))
    assertEquals(
      outcome(decisions(id(1))),
      (Some("fuzzy_duplicate"), id(8), Some("old@1"), Some(192.0 / 196.0))
    )
    assertEquals(outcome(decisions(id(2))), outcome(decisions(id(1))))
  }

  test("a text that fell in the earlier version stays where it would not fall by this version's minJaccard") {
    val old = versionOf("old@1", Seq(TestDocument(id(8), original), TestDocument(id(9), shorter)))
    val stricter = SETTINGS.copy(fuzzy = Some(FUZZY.copy(minJaccard = 0.985)))
    val news = Seq(TestDocument(id(1), shorter), TestDocument(id(9), "the same id with another text"))
    val decisions = against(Seq(old), news, settings = stricter)
    assertEquals(outcome(decisions(id(1))), (None, id(1), None, None))
    assertEquals(outcome(decisions(id(9))), (None, id(9), None, None))
  }

  test("a text that fell to a near duplicate in the earlier version stays where near duplicates stay") {
    val old = versionOf("old@1", Seq(TestDocument(id(8), original), TestDocument(id(9), shorter)))
    val news = Seq(TestDocument(id(1), shorter), TestDocument(id(2), original), TestDocument(id(9), shorter))
    val decisions = against(Seq(old), news.take(2), settings = SETTINGS.copy(fuzzy = None))
    assertEquals(outcome(decisions(id(1))), (None, id(1), None, None))
    assertEquals(outcome(decisions(id(2))), (Some("exact_duplicate"), id(8), Some("old@1"), Some(1.0)))
    val sameId = against(Seq(old), news.drop(2), settings = SETTINGS.copy(fuzzy = None))
    assertEquals(outcome(sameId(id(9))), (None, id(9), None, None))
  }

  private val byId = (Option("duplicate_id"), id(1), Option("old@1"), Option.empty[Double])

  test(
    "a doc_id that an earlier version has goes, whatever its text, and the best of its exact copies stays"
  ) {
    val old = versionOf("old@1", Seq(TestDocument(id(1), "the text as it was fetched first")))
    val changed = "the text as another extractor gave it"
    val times = Seq(1 -> "2026-03-03", 2 -> "2026-09-09", 3 -> "2026-08-08", 4 -> "2026-10-10")
    val news = times.map { case (number, time) => TestDocument(id(number), changed, time) }
    Seq(news, news.reverse).foreach { documents =>
      val decisions = against(Seq(old), documents)
      assertEquals(outcome(decisions(id(1))), byId)
      assertEquals(
        (outcome(decisions(id(3))), decisions(id(3)).clusterSize),
        ((None, id(3), None, None), Some(3L))
      )
      Seq(2, 4).foreach { number =>
        assertEquals(outcome(decisions(id(number))), (Some("exact_duplicate"), id(3), None, Some(1.0)))
      }
    }
  }

  test("a doc_id that an earlier version has goes as one, also where a better document has its text") {
    val old = versionOf("old@1", Seq(TestDocument(id(1), "the text as it was fetched first")))
    val changed = "the text as another extractor gave it"
    val decisions =
      against(Seq(old), Seq(TestDocument(id(1), changed, "2026-09-09"), TestDocument(id(2), changed)))
    assertEquals(outcome(decisions(id(1))), byId)
    assertEquals((decisions(id(2)).reason, decisions(id(2)).clusterSize), (None, Some(1L)))
  }

  test("an exact copy of a document whose doc_id is known is compared with the earlier texts itself") {
    val old = versionOf("old@1", Seq(TestDocument(id(1), original), TestDocument(id(9), "another text")))
    def ofCopy(text: String): (Option[String], String, Option[String], Option[Double]) = {
      val decisions =
        against(Seq(old), Seq(TestDocument(id(1), text), TestDocument(id(2), text, "2026-09-09")))
      assertEquals(outcome(decisions(id(1))), byId)
      outcome(decisions(id(2)))
    }
    assertEquals(ofCopy(original), (Some("exact_duplicate"), id(1), Some("old@1"), Some(1.0)))
    assertEquals(ofCopy("another text"), (Some("exact_duplicate"), id(9), Some("old@1"), Some(1.0)))
    assertEquals(ofCopy(shorter), (Some("fuzzy_duplicate"), id(1), Some("old@1"), Some(192.0 / 196.0)))
  }

  test("a document whose doc_id is known stands for no near duplicate either") {
    val old = versionOf("old@1", Seq(TestDocument(id(1), "the text as it was fetched first")))
    val decisions = against(Seq(old), Seq(TestDocument(id(1), original), TestDocument(id(2), shorter)))
    assertEquals(outcome(decisions(id(1))), byId)
    assertEquals(outcome(decisions(id(2))), (None, id(2), None, None))
  }

  test(
    "where equal texts are not looked for, a known doc_id goes and its copies stay as near duplicates do"
  ) {
    val old = versionOf("old@1", Seq(TestDocument(id(1), "the text as it was fetched first")))
    val news = Seq(1, 2, 3).map(number => TestDocument(id(number), original))
    val decisions = against(Seq(old), news, settings = SETTINGS.copy(exact = false))
    assertEquals(outcome(decisions(id(1))), byId)
    assertEquals(outcome(decisions(id(2))), (None, id(2), None, None))
    assertEquals(outcome(decisions(id(3))), (Some("fuzzy_duplicate"), id(2), None, Some(1.0)))
  }

  test("known doc_ids with many rows, and texts of many known doc_ids, are decided by all tasks as by one") {
    val random = new Random(32)
    val texts = Vector.fill(4)(words(random, 60).mkString(" "))
    val old = versionOf("old@1", (0 until 40).map(number => TestDocument(id(number), s"old text $number")))
    val documents = (0 until 400).map { row =>
      val number = if (random.nextInt(3) == 0) random.nextInt(2) else random.nextInt(80)
      TestDocument(id(number), texts(random.nextInt(4)), "2026-01-01T00:00:00Z", offset = row.toLong)
    }
    val results = Seq((1L, 2), (40L, 3), (HotKeys.HOT_ROWS, 5)).map { case (hotRows, partitions) =>
      val dedup =
        Deduplication(SETTINGS, ConnectedComponents(partitions), Seq(old), hotRows = hotRows)
      run(spark, documents, dedup, partitions).view.mapValues(of => (outcome(of), of.clusterSize)).toMap
    }
    assertEquals(results.toSet.size, 1)
    val kept = documents.indices.filter(results.head(_)._1._1.isEmpty)
    assertEquals(kept.map(documents(_).text).toSet, texts.toSet)
    assertEquals(kept.size, texts.size)
    assert(kept.forall(documents(_).docId >= id(40)))
    documents.indices.filter(documents(_).docId < id(40)).foreach { row =>
      assertEquals(results.head(row)._1, (Some("duplicate_id"), documents(row).docId, Some("old@1"), None))
    }
  }

  test(
    "of several earlier versions the first that has the text wins, and of near duplicates the most similar"
  ) {
    val one = versionOf("one@1", Seq(TestDocument(id(7), long.dropRight(12).mkString(" "))))
    val two =
      versionOf("two@1", Seq(TestDocument(id(8), shorter), TestDocument(id(6), "shared by two and three")))
    val three = versionOf("three@1", Seq(TestDocument(id(5), "shared by two and three")))
    val decisions = against(
      Seq(one, two, three),
      Seq(TestDocument(id(1), original), TestDocument(id(2), "shared by two and three"))
    )
    assertEquals(
      outcome(decisions(id(1))),
      (Some("fuzzy_duplicate"), id(8), Some("two@1"), Some(192.0 / 196.0))
    )
    assertEquals(outcome(decisions(id(2))), (Some("exact_duplicate"), id(6), Some("two@1"), Some(1.0)))
  }

  test(
    "buckets of which not all earlier documents are compared are counted, where new documents are in them"
  ) {
    val compared = SETTINGS.copy(fuzzy = Some(FUZZY.copy(minJaccard = 1.0)))
    def cappedBuckets(count: Int, news: String): Long = {
      val olds = (0 until count).map(number => TestDocument(id(100 + number), s"$original end$number"))
      val input = documentRows(spark, Seq(TestDocument(id(1), news)), 2)
      val old = versionOf("old@1", olds, settings = compared)
      Deduplication(SETTINGS, ConnectedComponents(3), Seq(old))(input, _ => ()).cappedBuckets
    }
    assertEquals(cappedBuckets(16, original), 0L)
    val capped = cappedBuckets(17, original)
    assert(capped > 0L && capped <= FUZZY.bands.toLong, s"$capped buckets")
    assertEquals(cappedBuckets(17, words(random, 200).mkString(" ")), 0L)
  }

  test("what is not in an earlier version is deduplicated among itself, with its own clusters") {
    val old = versionOf("old@1", Seq(TestDocument(id(9), "nothing to do with it")))
    val decisions = against(Seq(old), Seq(TestDocument(id(1), original), TestDocument(id(2), shorter)))
    assertEquals((decisions(id(2)).reason, decisions(id(2)).survivor), (Some("fuzzy_duplicate"), id(1)))
    assertEquals(decisions(id(2)).detail, None)
    assertEquals(decisions(id(1)).clusterSize, Some(2L))
  }

  test(
    "on generated corpora no new document stays that is a duplicate of an earlier one, for any partitioning"
  ) {
    val (olds, news) = corpus(41)
    val expected = news.map { document =>
      val own = shingles(document.text, FUZZY.shingleWords)
      document.docId -> olds.exists { old =>
        old.text == document.text || jaccard(own, shingles(old.text, FUZZY.shingleWords)) >= FUZZY.minJaccard
      }
    }
    val results = Seq(1, 3, 6).map { partitions =>
      against(Seq(versionOf("old@1", olds, partitions)), news, partitions)
        .view
        .mapValues(_.copy(position = RowPosition(0, 0L)))
        .toMap
    }
    assertEquals(results.distinct.size, 1)
    val found = results.head.map { case (docId, decision) => docId -> decision.detail.contains("old@1") }
    assertEquals(found, expected.toMap)
  }

  /** Old documents that are no duplicates of each other, and new ones of which half are copies or edits of them. */
  private def corpus(seed: Int): (Seq[TestDocument], Seq[TestDocument]) = {
    val numbers = new Random(seed)
    val olds = (0 until 40).map(number => words(numbers, 100 + number))
    val news = (0 until 60).map { number =>
      val old = olds(numbers.nextInt(olds.size))
      number % 4 match {
        case 0 => old
        case 1 => old.dropRight(2) ++ words(numbers, 2)
        case 2 => old.take(old.size / 3) ++ words(numbers, 70)
        case _ => words(numbers, 120)
      }
    }
    def documents(texts: Seq[Vector[String]], first: Int): Seq[TestDocument] =
      texts.zipWithIndex.map { case (text, index) => TestDocument(id(first + index), text.mkString(" ")) }
    (documents(olds, 1000), documents(news, 1))
  }
}
