package dev.corpusmill.jobs

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.jobs.StagedDocuments.{document, summary}
import munit.FunSuite
import org.apache.spark.sql.Row

import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

/** Dedup by spec files: against earlier versions, by another survivor order, and of passages. */
class DedupVersionsSuite extends FunSuite with SparkFixture {
  private val WORDS = (1 to 120).map(number => s"word$number")
  private val LONG = WORDS.mkString(" ")
  private val NEAR = WORDS.dropRight(3).mkString(" ")
  private val SETTINGS: Map[String, Any] = Map("exact" -> true, "maxRemovedFraction" -> 1.0)

  private def dedup(
      store: TestStore,
      rows: Seq[Row],
      settings: Map[String, Any],
      earlier: Seq[SpecFile] = Seq.empty
  ): SpecFile = {
    val fraction = 1.0 - rows.hashCode.abs % 1000 / 10000.0 // another version for other rows
    val all = rows :+ summary("crawl", rows.size.toLong)
    val input = StagedDocuments.extract(spark, store, all, Map("maxBadRecordFraction" -> fraction))
    store.writeSpec("dedup", settings, Some(input), against = earlier)
  }

  private def read(spec: SpecFile, role: String, columns: String*): Seq[Row] = spark.read
    .parquet(InputVersion.literalPath(spec.outputUri + role))
    .select(columns.head, columns.tail: _*)
    .orderBy("doc_id")
    .collect()
    .toSeq

  private def id(number: Int): String = f"$number%032x"

  test("keeps signatures of what stays and of near duplicates, once per text") {
    val spec = dedup(
      new TestStore,
      Seq(document(1, LONG), document(2, NEAR), document(3, LONG), document(4, "")),
      SETTINGS
    )
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(
      read(spec, "signatures", "doc_id", "survivor", "similarity"),
      Seq(Row(id(1), id(1), 1.0), Row(id(2), id(1), 113.0 / 116.0), Row(id(4), id(4), 1.0))
    )
    val bands = read(spec, "signatures", "doc_id", "band_keys").map(_.getSeq[Long](1).size)
    assertEquals(bands, Seq(14, 0, 0))
  }

  test("names the earlier version and document that won, counts them, and leaves the earlier version alone") {
    val store = new TestStore
    val earlier = dedup(store, Seq(document(11, NEAR), document(12, "shared by both")), SETTINGS)
    assertEquals(Main.run(earlier.uri), 0)
    val before = Files.readAllBytes(FileStorage.path(earlier.manifestUri)).toSeq
    val name = s"web/dedup@${earlier.versionKey.take(12)}"
    val rows = Seq(document(1, LONG), document(2, "shared by both"), document(3, "only here"))
    val spec = dedup(store, rows, SETTINGS + ("against" -> Seq(name)), Seq(earlier))
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(
      read(spec, "rejected", "doc_id", "reason", "detail", "duplicate_of", "similarity"),
      Seq(
        Row(id(1), "fuzzy_duplicate", name, id(11), 113.0 / 116.0),
        Row(id(2), "exact_duplicate", name, id(12), 1.0)
      )
    )
    assertEquals(read(spec, "documents", "doc_id", "cluster_size"), Seq(Row(id(3), 1L)))
    assertEquals(
      spec.manifest.at("/report/against").toString,
      s"""[{"version":"$name","removedByReason":{"exact_duplicate":1,"fuzzy_duplicate":1}}]"""
    )
    assertEquals(Files.readAllBytes(FileStorage.path(earlier.manifestUri)).toSeq, before)
  }

  test(
    "opens only the files of an earlier version that have a document to compare, and none where there is none"
  ) {
    def other(seed: Int): String = (1 to 50).map(number => s"other$number$seed").mkString(" ")
    val store = new TestStore
    val earlier = dedup(store, document(11, NEAR) +: (12 to 30).map(id => document(id, other(id))), SETTINGS)
    assertEquals(Main.run(earlier.uri), 0)
    def holds(file: Path): Boolean =
      spark.read.parquet(
        InputVersion.literalPath(file.toUri.toString)
      ).select("doc_id").collect().contains(Row(id(11)))
    def hide(file: Path): Unit = Files.move(file, Path.of(s"$file.away")): Unit
    val files = Files.list(FileStorage.path(earlier.outputUri + "documents")).iterator().asScala.toSeq
    val (used, unused) = files.partition(holds)
    assertEquals((used.size, unused.isEmpty), (1, false))
    unused.foreach(hide)
    val against = SETTINGS + ("against" -> Seq("web/dedup"))
    val similar = dedup(store, Seq(document(1, LONG)), against, Seq(earlier))
    assertEquals(Main.run(similar.uri), 0)
    assertEquals(read(similar, "rejected", "doc_id", "duplicate_of"), Seq(Row(id(1), id(11))))
    used.foreach(hide)
    val strange = dedup(store, Seq(document(2, other(99))), against, Seq(earlier))
    assertEquals(Main.run(strange.uri), 0)
    assertEquals(read(strange, "documents", "doc_id"), Seq(Row(id(2))))
    val missing = dedup(store, Seq(document(3, LONG)), against, Seq(earlier))
    assertEquals(Main.run(missing.uri), 1)
    assertEquals(missing.problem.get("code").textValue(), "INPUT_MISSING")
  }

  test(
    "refuses an earlier version whose signatures were made with other settings, or that is of another stage"
  ) {
    val store = new TestStore
    val other = dedup(store, Seq(document(1, LONG)), SETTINGS + ("fuzzy" -> Map("bands" -> 20, "rows" -> 6)))
    assertEquals(Main.run(other.uri), 0)
    val spec = dedup(store, Seq(document(2, LONG)), SETTINGS, Seq(other))
    assertEquals(Main.run(spec.uri), 1)
    assertEquals(spec.problem.get("code").textValue(), "SIGNATURES_DIFFER")
    assert(spec.problem.get("message").textValue().contains("bands is 20, not 14, rows is 6, not 8"))
    val extract = StagedDocuments.extract(
      spark,
      store,
      Seq(document(3, LONG), summary("crawl", 1L)),
      Map("maxBadRecordFraction" -> 0.42)
    )
    val wrong = dedup(store, Seq(document(4, LONG)), SETTINGS, Seq(extract))
    assertEquals(Main.run(wrong.uri), 1)
    assertEquals(wrong.problem.get("code").textValue(), "SIGNATURES_DIFFER")
  }

  test(
    "refuses an earlier version whose bucket keys were made in another way, unless only exact copies count"
  ) {
    val store = new TestStore
    val old = dedup(store, Seq(document(1, LONG)), SETTINGS)
    assertEquals(Main.run(old.uri), 0)
    val manifest = FileStorage.path(old.manifestUri)
    val text = Files.readString(manifest)
    val ofBefore = text.replaceFirst("\"signatureVersion\" : 2,", "")
    assertNotEquals(ofBefore, text)
    val _ = Files.writeString(manifest, ofBefore)
    val spec = dedup(store, Seq(document(2, LONG)), SETTINGS, Seq(old))
    assertEquals(Main.run(spec.uri), 1)
    assertEquals(spec.problem.get("code").textValue(), "SIGNATURES_DIFFER")
    assert(spec.problem.get("message").textValue().contains("of version 1, not 2; run its recipe again"))
    val exact = dedup(store, Seq(document(3, LONG)), SETTINGS + ("fuzzy" -> null), Seq(old))
    assertEquals(Main.run(exact.uri), 0)
  }

  test("cuts repeated paragraphs, and rejects a document of which nothing is left") {
    val footer = "subscribe to our newsletter and never miss a story again"
    val rows = Seq(
      document(1, s"the first page has much more to say than all others\n$footer"),
      document(2, s"the second page\n$footer"),
      document(3, s"$footer")
    )
    val spec = dedup(new TestStore, rows, SETTINGS + ("paragraphs" -> Map("minWords" -> 8)))
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(read(spec, "documents", "doc_id", "text").map(_.getString(1)).last, "the second page")
    assertEquals(
      read(spec, "rejected", "doc_id", "reason", "text"),
      Seq(Row(id(3), "repeated_passages", footer))
    )
    assertEquals(
      spec.manifest.at("/report/passages").toString,
      """{"repeated":2,"documents":2,"skippedDocuments":0}"""
    )
    assertEquals(spec.manifest.at("/counts/rejectedByReason").toString, """{"repeated_passages":1}""")
  }

  test("keeps the survivor that the recipe's order asks for") {
    val settings = SETTINGS + ("survivors" -> Seq("warc_offset desc"))
    val spec = dedup(new TestStore, Seq(document(1, LONG), document(2, NEAR), document(3, LONG)), settings)
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(read(spec, "documents", "doc_id", "cluster_size"), Seq(Row(id(3), 3L)))
    assertEquals(spec.manifest.at("/report/survivors").toString, """["warc_offset desc"]""")
  }

  test("a survivor column that the input lacks fails the step with its name") {
    val spec =
      dedup(new TestStore, Seq(document(1, LONG)), SETTINGS + ("survivors" -> Seq("score_quality desc")))
    assertEquals(Main.run(spec.uri), 1)
    assertEquals(spec.problem.get("details").toString, """{"column":"score_quality"}""")
  }
}
