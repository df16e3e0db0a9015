package dev.corpusmill.core.mixing

import dev.corpusmill.core.SparkFixture
import munit.FunSuite
import org.apache.spark.sql.DataFrame
import scala.concurrent.duration._
import scala.util.Random

class MixingSuite extends FunSuite with SparkFixture {
  override val munitTimeout: Duration = 5.minutes

  private val plain = MixSettings(None, None, Map.empty, maxEpochs = 1, seed = 0)

  private def frame(documents: Seq[TestDocument], partitions: Int = 3): DataFrame =
    spark.createDataFrame(spark.sparkContext.parallelize(documents, partitions))

  /** Walks the placed pieces of every shard as its writer does and puts the llm.c spans together. */
  private def streamOf(
      documents: DataFrame,
      settings: MixSettings,
      shardTokens: Long
  ): Seq[ReferencePiece] = {
    val selection = new MixPlanner(documents, settings).select(MixInput.supplies(documents))
    val layout = StreamLayout.of(documents, selection, shardTokens)
    val pieces =
      if (layout.shards == 0) Seq.empty
      else MixTransform.placed(documents, selection, layout)(2.min(layout.shards)).collect().toSeq
    val spans = pieces.groupBy(_.shard).toSeq.sortBy(_._1).flatMap { case (shard, ofShard) =>
      val starts = ofShard.scanLeft(layout.startOfBucket(ofShard.head.order))(_ + _.pieceTokens)
      val (from, until) = (shard * shardTokens, ((shard + 1) * shardTokens).min(layout.totalTokens))
      ofShard.zip(starts).map { case (piece, start) =>
        ReferencePiece(piece.docId, piece.epoch, (start + piece.pieceTokens).min(until) - start.max(from))
      }.filter(_.tokens > 0)
    }
    joined(spans)
  }

  /** Pieces that go on in the next shard are one again. */
  private def joined(spans: Seq[ReferencePiece]): Seq[ReferencePiece] =
    spans.foldLeft(Vector.empty[ReferencePiece]) {
      case (before :+ last, span) if last.docId == span.docId && last.epoch == span.epoch =>
        before :+ last.copy(tokens = last.tokens + span.tokens)
      case (before, span) => before :+ span
    }

  private def randomDocuments(random: Random): Seq[TestDocument] =
    Seq.tabulate(random.nextInt(60) + 1)(id =>
      TestDocument(id, Seq("web", "news", "code")(random.nextInt(3)), random.nextInt(30))
    )

  private def randomSettings(random: Random, documents: Seq[TestDocument]): MixSettings = {
    val domains = documents.filter(_.token_count > 0).map(_.domain).distinct
    val weights = Option.when(random.nextBoolean() && domains.nonEmpty)(domains.map(_ ->
      BigDecimal(random.nextInt(9) + 1)).toMap)
    val total = documents.filter(_.token_count > 0).map(_.length).sum
    val tokens = Option.when(random.nextBoolean() && total > 0)((random.nextDouble() * total).toLong + 1)
    MixSettings(tokens, weights, Map.empty, random.nextInt(4) + 1, random.nextInt(5).toLong)
  }

  test("the stream equals the reference for random corpora, budgets, weights and epochs") {
    val random = new Random(11)
    var compared = 0
    (1 to 15).foreach { round =>
      val documents = randomDocuments(random)
      val settings = randomSettings(random, documents)
      val expected = scala.util.Try(ReferenceMix.stream(documents, settings)).toOption
      expected.foreach { reference =>
        compared += 1
        assertEquals(
          streamOf(frame(documents), settings, random.nextInt(50) + 10L),
          joined(reference),
          s"round $round: $settings"
        )
      }
    }
    assert(compared >= 9, compared)
  }

  test("ranges of keys are narrowed by sums until few documents are left") {
    val documents = Seq.tabulate(9000)(id => TestDocument(id, "web", id % 5 + 1))
    val settings = plain.copy(tokens = Some(17001))
    assertEquals(streamOf(frame(documents), settings, 5000), joined(ReferenceMix.stream(documents, settings)))
  }

  test("the budget is met to the token, and the last document of a domain is cut") {
    val documents = Seq.tabulate(40)(id => TestDocument(id, if (id % 2 == 0) "a" else "b", 9))
    val settings =
      plain.copy(tokens = Some(101), weights = Some(Map("a" -> BigDecimal(1), "b" -> BigDecimal(2))))
    val stream = streamOf(frame(documents), settings, 1000)
    val byDomain = stream.groupMapReduce(piece =>
      if (Integer.parseInt(piece.docId, 16) % 2 == 0) "a" else "b"
    )(_.tokens)(_ + _)
    assertEquals(byDomain, Map("a" -> 34L, "b" -> 67L))
    assertEquals(stream.filter(_.tokens < 10).map(_.tokens).sorted, Seq(4L, 7L))
  }

  test("equal rows of one id are used as often as they are there") {
    val documents = Seq.fill(50)(TestDocument(1, "web", 9)) ++
      Seq.tabulate(3)(id => TestDocument(id + 10, "web", 9))
    (1 to 530 by 76).foreach { tokens =>
      val settings = plain.copy(tokens = Some(tokens.toLong))
      assertEquals(streamOf(frame(documents), settings, 64).map(_.tokens).sum, tokens.toLong)
    }
  }

  test("rows of one id that differ are told apart, whatever the partitions") {
    val documents = Seq.tabulate(20)(url => TestDocument(7, "web", 9).copy(url = s"u$url"))
    val streams = Seq(1, 3, 7).map { partitions =>
      val rows = frame(documents, partitions)
      val settings = plain.copy(tokens = Some(95))
      val selection = new MixPlanner(rows, settings).select(MixInput.supplies(rows))
      MixTransform.placed(rows, selection, StreamLayout.of(rows, selection, 1000))(1).collect().map(piece =>
        (piece.url, piece.pieceTokens)
      ).toSeq
    }
    assertEquals(streams.head.map(_._2).sum, 95L)
    assertEquals(streams.distinct.size, 1)
  }

  test("a document is selected or not, never both") {
    val documents = Seq.tabulate(30)(id => TestDocument(id, "web", id % 4))
    val rows = frame(documents)
    val settings = plain.copy(tokens = Some(40))
    val selection = new MixPlanner(rows, settings).select(MixInput.supplies(rows))
    val selected = MixTransform.withSelected(
      rows,
      selection
    ).where("selected").collect().map(_.getAs[String]("doc_id")).toSet
    assertEquals(selected, ReferenceMix.stream(documents, settings).map(_.docId).toSet)
    assertEquals(selection.domains("web").selectedDocuments, selected.size.toLong)
    assertEquals(MixTransform.withSelected(rows, selection).count(), 30L)
  }

  test("a domain that is used in part is spread over the whole stream") {
    val documents = Seq.tabulate(2000)(id => TestDocument(id, if (id < 1000) "a" else "b", 9))
    val settings =
      plain.copy(tokens = Some(11000), weights = Some(Map("a" -> BigDecimal(10), "b" -> BigDecimal(1))))
    val stream = streamOf(frame(documents), settings, 1000000)
    val places = stream.zipWithIndex.collect {
      case (piece, place) if Integer.parseInt(piece.docId, 16) >= 1000 => place
    }
    assertEquals(places.size, 100)
    val inFirstHalf = places.count(_ < stream.size / 2)
    assert(inFirstHalf > 35 && inFirstHalf < 65, inFirstHalf)
  }

  test("another seed gives another order") {
    val documents = Seq.tabulate(20)(id => TestDocument(id, "web", 3))
    val streams = Seq(0L, 1L).map(seed => streamOf(frame(documents), plain.copy(seed = seed), 1000))
    assertEquals(streams.map(_.toSet).distinct.size, 1)
    assertNotEquals(streams.head, streams.last)
  }

  test("nothing gives nothing") {
    assertEquals(streamOf(frame(Seq.empty), plain, 10), Seq.empty)
    assertEquals(streamOf(frame(Seq(TestDocument(1, "web", 0))), plain, 10), Seq.empty)
  }
}
