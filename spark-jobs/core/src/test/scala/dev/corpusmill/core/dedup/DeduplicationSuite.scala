package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.core.dedup.DedupCorpus._
import munit.FunSuite

import scala.util.Random

class DeduplicationSuite extends FunSuite with SparkFixture {
  private def text(random: Random, count: Int): String = words(random, count).mkString(" ")

  /** Changes the last `changes` words; each costs one shingle at the end. */
  private def withNewEnd(text: String, changes: Int, random: Random): String =
    (text.split(' ').dropRight(changes) ++ words(random, changes)).mkString(" ")

  private def generated(seed: Int, originals: Int, copies: Int): Seq[TestDocument] = {
    val random = new Random(seed)
    val documents = (0 until originals).flatMap { _ =>
      val original = text(random, 80 + random.nextInt(120))
      original +: Seq.fill(random.nextInt(copies + 1)) {
        random.nextInt(3) match {
          case 0 => original
          case 1 => withNewEnd(original, 1 + random.nextInt(2), random)
          case _ => withNewEnd(original, original.split(' ').length * 3 / 4, random)
        }
      }
    }
    random.shuffle(documents).zipWithIndex.map { case (documentText, index) =>
      TestDocument(
        id(index),
        documentText,
        f"2026-01-${1 + random.nextInt(28)}%02dT00:00:00Z",
        s"source-${index % 3}"
      )
    }
  }

  test("doc_ids and texts with many rows are decided by all tasks as by one, for any partitioning") {
    val random = new Random(71)
    val texts = Vector.fill(3)(text(random, 90)) ++ Vector.fill(12)(text(random, 60))
    val documents = (0 until 600).map { number =>
      val docId = if (random.nextInt(4) == 0) random.nextInt(3) else 100 + number
      val chosen = if (random.nextInt(3) == 0) random.nextInt(texts.size) else random.nextInt(3)
      val near = if (random.nextInt(5) == 0) withNewEnd(texts(chosen), 1, random) else texts(chosen)
      TestDocument(id(docId), near, s"2026-01-01T00:00:${10 + random.nextInt(50)}Z", offset = number.toLong)
    }
    def decisions(hotRows: Long, partitions: Int): Map[Int, Decision] = {
      val deduplication = Deduplication(SETTINGS, ConnectedComponents(partitions), hotRows = hotRows)
      run(
        spark,
        documents,
        deduplication,
        partitions
      ).view.mapValues(_.copy(position = RowPosition(0, 0L))).toMap
    }
    val expected = decisions(Long.MaxValue, partitions = 3)
    assertEquals(
      expected.values.flatMap(_.reason).toSet,
      Set("duplicate_id", "exact_duplicate", "fuzzy_duplicate")
    )
    Seq(1, 4).foreach(partitions => assertEquals(decisions(hotRows = 1, partitions), expected))
  }

  test("doc_ids and texts are hot where they have more rows than one task should have") {
    val copies = (0 until 400).map(number => TestDocument(id(number), "one page", offset = number.toLong))
    val repeated = (0 until 400).map(number => TestDocument(id(999), s"page $number", offset = number.toLong))
    val rows = documentRows(spark, copies ++ repeated, 2)
    val signatures = rows.map(Signatures(rows.schema, SETTINGS).of)
    val hot = RowSummary.of(signatures, hotRows = 300).hot
    assert(hot.hasId(id(999)) && hot.hasText(Signatures.textHash("one page".getBytes("UTF-8"))))
    assertEquals((hot.ids.size, hot.texts.size), (1, 1))
    assert(RowSummary.of(signatures, hotRows = 800).hot.isEmpty)
  }

  test("nothing is decided about no documents") {
    assertEquals(decide(spark, Seq.empty, partitions = 1), Map.empty[String, Decision])
  }

  test("one document stays, a cluster of itself") {
    val decision = decide(spark, Seq(TestDocument(id(1), "some words of a text")), partitions = 1)(id(1))
    assertEquals(decision, Decision(RowPosition(0, 0L), None, None, id(1), None, Some(1L)))
  }

  test("documents without words are no near duplicates of each other") {
    val kept =
      decide(spark, Seq(TestDocument(id(1), "!!! ..."), TestDocument(id(2), "???"), TestDocument(id(3), "")))
    assertEquals(kept.values.map(_.reason).toSet, Set(Option.empty[String]))
  }

  test("short documents are compared by all their words, whatever their case and punctuation") {
    val documents = Seq(
      TestDocument(id(1), "One two, three!"),
      TestDocument(id(2), "one TWO three"),
      TestDocument(id(3), "one two")
    )
    val decisions = decide(spark, documents)
    assertEquals(decisions(id(2)).reason, Some("fuzzy_duplicate"))
    assertEquals(decisions(id(2)).similarity, Some(1.0))
    assertEquals(decisions(id(2)).survivor, id(1))
    assertEquals(decisions(id(3)).reason, None)
  }

  test("of equal texts the earliest fetched stays, a text without a time is last, then the smallest doc_id") {
    val documents = Seq(
      TestDocument(id(1), "the same text", null),
      TestDocument(id(4), "the same text", "2026-01-02T00:00:00Z"),
      TestDocument(id(3), "the same text", "2026-01-02T00:00:00Z"),
      TestDocument(id(2), "the same text", "2026-01-03T00:00:00Z")
    )
    val decisions = decide(spark, documents)
    assertEquals(decisions(id(3)).reason, None)
    assertEquals(decisions(id(3)).clusterSize, Some(4L))
    Seq(1, 2, 4).foreach { number =>
      val decision = decisions(id(number))
      assertEquals(
        (decision.reason, decision.survivor, decision.similarity),
        (Some("exact_duplicate"), id(3), Some(1.0))
      )
    }
  }

  test("a text that is longer in code points survives, though it has fewer UTF-16 units") {
    val shared = text(new Random(5), 100)
    val documents = Seq(TestDocument(id(1), shared + " 🌍🌍🌍"), TestDocument(id(2), shared + " abcd"))
    assertEquals(decide(spark, documents)(id(1)).reason, Some("fuzzy_duplicate"))
  }

  test("a repeated doc_id keeps the row with the smallest file and offset, and the others name it") {
    val documents = Seq(
      TestDocument(id(1), "same record", offset = 9L),
      TestDocument(id(1), "same record", offset = 3L),
      TestDocument(id(1), "same record", offset = 5L)
    )
    val decisions = run(spark, documents, Deduplication(SETTINGS, ConnectedComponents(3)))
    assertEquals(decisions(1).reason, None)
    assertEquals(decisions(1).clusterSize, Some(3L))
    Seq(0, 2).foreach { row =>
      assertEquals(decisions(row).reason, Some("duplicate_id"))
      assertEquals((decisions(row).survivor, decisions(row).similarity), (id(1), Some(1.0)))
    }
  }

  test("rows that are equal in everything lose all but one") {
    val documents = Seq.fill(5)(TestDocument(id(1), "same record", offset = 3L))
    val decisions = run(spark, documents, Deduplication(SETTINGS, ConnectedComponents(3)))
    assertEquals(
      decisions.values.toSeq.map(_.reason).sortBy(_.toString),
      None +: Seq.fill(4)(Some("duplicate_id"))
    )
  }

  test("an exact copy of a document that fell to a better one names that one, with its similarity") {
    val random = new Random(3)
    val original = text(random, 200)
    val shorter = original.split(' ').dropRight(2).mkString(" ")
    val decisions =
      decide(
        spark,
        Seq(TestDocument(id(1), original), TestDocument(id(2), shorter), TestDocument(id(3), shorter))
      )
    val expected = Some(194.0 / 196.0)
    Seq(2, 3).foreach { number =>
      val decision = decisions(id(number))
      assertEquals(
        (decision.reason, decision.survivor, decision.similarity),
        (Some("fuzzy_duplicate"), id(1), expected)
      )
    }
    assertEquals(decisions(id(1)).clusterSize, Some(3L))
  }

  test("a pair exactly at minJaccard goes, one just below stays") {
    val random = new Random(11)
    val original = words(random, 104)
    // 100 shingles; without the last 20 words 80 of them are left.
    val documents =
      Seq(TestDocument(id(1), original.mkString(" ")), TestDocument(id(2), original.take(84).mkString(" ")))
    def reasonAt(minJaccard: Double): Option[String] = {
      val settings = DedupSettings(exact = true, Some(FuzzySettings(5, 64, 2, minJaccard, 0)), 1.0)
      decide(spark, documents, settings)(id(2)).reason
    }
    assertEquals(reasonAt(0.8), Some("fuzzy_duplicate"))
    assertEquals(reasonAt(0.801), None)
  }

  test("with fuzzy off near duplicates stay, with exact off equal texts go as near duplicates") {
    val random = new Random(4)
    val original = text(random, 100)
    val documents =
      Seq(
        TestDocument(id(1), original),
        TestDocument(id(2), original),
        TestDocument(id(3), withNewEnd(original, 1, random))
      )
    val exactOnly = decide(spark, documents, DedupSettings(exact = true, None, 1.0))
    assertEquals(exactOnly.values.flatMap(_.reason).toSeq, Seq("exact_duplicate"))
    val fuzzyOnly = decide(spark, documents, SETTINGS.copy(exact = false))
    assertEquals(fuzzyOnly.values.flatMap(_.reason).toSeq, Seq("fuzzy_duplicate", "fuzzy_duplicate"))
  }

  test("on generated corpora exactly the survivors of comparing all pairs stay") {
    (1 to 4).foreach { seed =>
      val documents = generated(seed, originals = 25, copies = 6)
      val decisions = decide(spark, documents)
      val kept = decisions.collect { case (docId, decision) if decision.reason.isEmpty => docId }.toSet
      assertEquals(kept, bruteForceSurvivors(documents, FUZZY.minJaccard), s"seed $seed")
      checkInvariants(documents, decisions)
    }
  }

  test("gives the same result for 1, 3 and 7 partitions, with small graphs solved by one task or not") {
    val documents = generated(9, originals = 30, copies = 5)
    val results = for {
      partitions <- Seq(1, 3, 7)
      components <- Seq(ConnectedComponents(partitions), ConnectedComponents(partitions, smallGraphEdges = 0))
    } yield run(spark, documents, Deduplication(SETTINGS, components), partitions)
      .map { case (row, decision) => row -> decision.copy(position = RowPosition(0, 0L)) }
    assertEquals(results.toSet.size, 1)
  }

  test("gives the same result whether later rounds are of one task or of many") {
    val stream = words(new Random(23), 900)
    val documents = (0 until 120).map(number =>
      TestDocument(id(number), stream.slice(number * 5, number * 5 + 100).mkString(" "))
    )
    val byAll = Deduplication(SETTINGS, ConnectedComponents(4), oneTaskBytes = 0)
    val ways = Seq(1L, 20L, FuzzyDedup.DOCUMENTS_PER_TASK).map(size => byAll.copy(documentsPerTask = size))
    val results = (Deduplication(SETTINGS, ConnectedComponents(4)) +: ways).map { dedup =>
      val result = dedup(documentRows(spark, documents, 4), _ => ())
      (
        result.decisions.collect().toSet.map((of: Decision) => of.copy(position = RowPosition(0, 0L))),
        rounds(result)
      )
    }
    assertEquals(results.toSet.size, 1)
    val (decisions, done) = results.head
    assert(decisions.count(_.reason.nonEmpty) > 40)
    assert(done.size > 2, done)
  }

  test("a chain that no round ends is settled by one task as by many") {
    val stream = words(new Random(22), 1200)
    val documents = (0 until 60).map(number =>
      TestDocument(id(number), stream.slice(number * 4, 160 + number * 3).mkString(" "))
    )
    val byAll = Deduplication(SETTINGS, ConnectedComponents(3), oneTaskBytes = 0)
    val ways = Seq(byAll.copy(documentsPerTask = 1), byAll, byAll.copy(oneTaskBytes = OneTask.MEMORY_BYTES))
    val results = ways.map { dedup =>
      val result = dedup(documentRows(spark, documents, 3), _ => ())
      (
        result.decisions.collect().map(of => (of.survivor, of.similarity, of.clusterSize)).toSet,
        rounds(result)
      )
    }
    assertEquals(results.toSet.size, 1)
    assertEquals(results.head._2.size, FuzzyDedup.MAX_ROUNDS + 1)
  }

  test("one task decides about a version up to the bytes of its signatures that it may hold") {
    val documents = generated(12, originals = 8, copies = 3)
    def phases(oneTaskBytes: Long): Seq[String] = {
      val seen = scala.collection.mutable.Buffer.empty[String]
      val dedup = Deduplication(SETTINGS, ConnectedComponents(2), oneTaskBytes = oneTaskBytes)
      val _ = dedup(documentRows(spark, documents, 2), phase => seen.append(phase)).decisions.count()
      seen.toSeq
    }
    val rows = documentRows(spark, documents, 2)
    val bytes = RowSummary.of(rows.map(Signatures(rows.schema, SETTINGS).of), HotKeys.HOT_ROWS).heldBytes
    assert(!phases(bytes).contains("components 1"))
    assert(phases(bytes - 1).contains("components 1"))
  }

  private def heldBytes(settings: DedupSettings, documents: Seq[TestDocument]): Long = {
    val rows = documentRows(spark, documents, 2)
    RowSummary.of(rows.map(Signatures(rows.schema, settings).of), HotKeys.HOT_ROWS).heldBytes
  }

  test("what a row takes counts, for every band, its key, its entry and two pairs with their similarities") {
    val documents = generated(13, originals = 3, copies = 2)
    def ofBands(bands: Int): Long =
      heldBytes(SETTINGS.copy(fuzzy = Some(FUZZY.copy(bands = bands, rows = 1))), documents)
    assertEquals(ofBands(256) - ofBands(14), documents.size * 242L * (8 + 16 + 2 * 24))
  }

  test(
    "one task decides about a gigabyte of pages, 328,000 of them, in the heap of 2 GiB that it has locally"
  ) {
    val bytes = heldBytes(SETTINGS, Seq(TestDocument(id(1), "a page with some words")))
    val heap = (2048L - 40) << 20 // without a survivor space, of the 400 MiB for young objects
    val limit = OneTask.memoryBytes(heap)
    assert(328000 * bytes <= limit, s"${328000 * bytes} of $limit bytes")
    assert(400000 * bytes > limit, s"${400000 * bytes} of $limit bytes")
  }

  test("one task gets rows in their order, wherever they are near to") {
    val near = (0 until 6).map(number => number -> (if (number < 2) Seq.empty else Seq(s"host-$number")))
    val rows = spark.sparkContext.makeRDD(near)
    assertEquals(rows.getNumPartitions, 6)
    assertNotEquals(rows.coalesce(1).collect().toSeq, (0 until 6).toSeq) // what Spark does by itself
    assertEquals(Shuffles.inOrder(rows).collect().toSeq, (0 until 6).toSeq)
  }

  test("keys are split over so many parts that none has more rows than a task should have") {
    val keys = spark.sparkContext.parallelize(Seq.fill(500)(7L) ++ Seq.fill(99)(8L) ++ (1000L until 1400L), 5)
    assertEquals(SplitKeys.of(keys, 999, hotRows = 100)(identity).parts, Map(7L -> 6))
    assertEquals(SplitKeys.of(keys, 999, hotRows = 1000)(identity).parts, Map.empty[Long, Int])
  }

  private def rounds(result: DedupResult): Seq[FuzzyRound] = result.fuzzy.map(_.rounds).getOrElse(Seq.empty)

  test("10,000 copies of one text leave one document that stands for all") {
    val documents = (1 to 10000).map(number =>
      TestDocument(id(number), "one and the same text of some words")
    )
    val decisions = decide(spark, documents)
    assertEquals(decisions.values.count(_.reason.isEmpty), 1)
    assertEquals(decisions(id(1)).clusterSize, Some(10000L))
  }

  test("2,000 near copies, all in the same buckets, leave one document") {
    val random = new Random(8)
    val original = text(random, 300)
    val documents = (1 to 2000).map(number => TestDocument(id(number), s"$original variant$number"))
    val decisions = decide(spark, documents)
    assertEquals(decisions.values.count(_.reason.isEmpty), 1)
    checkInvariants(documents.take(50), decisions)
  }

  test("a chain of documents, each like the next, keeps its ends") {
    val stream = words(new Random(21), 2000)
    // Windows of 100 words, each 5 words on: neighbours have Jaccard 91/101, the ends have nothing in common.
    val documents = (0 until 300).map(number =>
      TestDocument(id(number), stream.slice(number * 5, number * 5 + 100).mkString(" "))
    )
    val decisions = decide(spark, documents)
    checkInvariants(documents, decisions)
    val kept = decisions.values.count(_.reason.isEmpty)
    assert(kept >= 60 && kept <= 160, s"$kept of 300 kept")
  }

  test("a chain in survivor order ends, and no two neighbours are both kept") {
    val stream = words(new Random(22), 1200)
    // Every window loses 2 words at its start and gains 1 at its end, so that each is shorter than the one before.
    val documents = (0 until 60).map(number =>
      TestDocument(id(number), stream.slice(number * 4, 160 + number * 3).mkString(" "))
    )
    val decisions = decide(spark, documents)
    checkInvariants(documents, decisions)
    documents.sliding(2).foreach { pair =>
      assert(pair.exists(document => decisions(document.docId).reason.nonEmpty), pair.map(_.docId).toString)
    }
  }

  /** What must hold whatever LSH finds. */
  private def checkInvariants(documents: Seq[TestDocument], decisions: Map[String, Decision]): Unit = {
    val texts = documents.map(document => document.docId -> document.text).toMap
    documents.foreach { document =>
      val decision = decisions(document.docId)
      assertEquals(decisions(decision.survivor).reason, None)
      if (decision.reason.nonEmpty && texts.contains(decision.survivor)) {
        val survivor = TestDocument(
          decision.survivor,
          texts(decision.survivor),
          documents.find(_.docId == decision.survivor).get.fetchTime
        )
        assertEquals(inOrder(Seq(document, survivor)).head.docId, survivor.docId)
        val similarity = jaccard(shingles(document.text, 5), shingles(survivor.text, 5))
        assertEquals(decision.similarity, Some(similarity))
        assert(similarity >= FUZZY.minJaccard)
      }
    }
    val kept = decisions.values.filter(_.reason.isEmpty)
    assertEquals(kept.flatMap(_.clusterSize).sum, decisions.size.toLong)
  }
}
