package dev.corpusmill.jobs

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.jobs.StagedDocuments.{document, row}
import munit.FunSuite
import org.apache.spark.sql.Row

/** Staged rows as extract hands them over, then filter, by spec files on a local Spark. */
class SpineSuite extends FunSuite with SparkFixture {
  private val GOOD = Seq
    .tabulate(12)(index =>
      s"The quick brown fox number $index had to jump with care over that lazy dog and went on to see the town."
    )
    .mkString("\n")

  private val extractSettings = Map("maxBadRecordFraction" -> 1.0)
  private val filterSettings = Map("words" -> "uax29", "rules" -> Seq("gopher-quality", "c4", "fineweb"))

  private def standardRows: Seq[Row] = Seq(
    document(1, GOOD),
    document(2, "Too short."),
    document(3, GOOD.replace("fox", "cat"), "notes"),
    row(
      "role" -> "rejected",
      "source" -> "crawl",
      "warc_offset" -> 9L,
      "reason" -> "http_status",
      "detail" -> "404"
    ),
    row(
      "role" -> "quarantine",
      "source" -> "notes",
      "uri" -> "n.jsonl",
      "offset" -> 5L,
      "reason" -> "invalid_json"
    ),
    row("role" -> "summary", "source" -> "crawl", "records" -> 3L),
    row("role" -> "summary", "source" -> "notes", "records" -> 2L)
  )

  private def extract(
      store: TestStore,
      rows: Seq[Row],
      settings: Map[String, Any] = extractSettings
  ): SpecFile =
    StagedDocuments.extract(spark, store, rows, settings)

  test("extract commits documents, rejected and quarantined rows with counts that add up") {
    val spec = extract(new TestStore, standardRows)
    val counts = spec.manifest.get("counts")
    assertEquals(
      counts.toString,
      """{"in":5,"kept":3,"rejected":1,"quarantined":1,"rejectedByReason":{"http_status":1},""" +
        """"quarantinedByReason":{"invalid_json":1},"bySource":{"crawl":{"in":3,"kept":2,"rejected":1,""" +
        """"quarantined":0},"notes":{"in":2,"kept":1,"rejected":0,"quarantined":1}},"byLanguage":{"en":3},"tokens":null}"""
    )
    val files = Json.elements(spec.manifest.get("files")).map(_.get("path").textValue())
    assertEquals(files.toSet, spec.outputFiles)
    assert(files.forall(_.matches("(documents|rejected|quarantine)/part-\\d{5}\\.parquet")), files)
    assertEquals(Contracts.problems(Contracts.MANIFEST, spec.manifest), Seq.empty)
    assertEquals(
      Contracts.problems(Contracts.CLAIM, Json.parse(FileStorage.read(spec.control + "claim.json"))),
      Seq.empty
    )
    val progress = Json.parse(FileStorage.read(spec.control + "progress.json"))
    assertEquals(Contracts.problems(Contracts.PROGRESS, progress), Seq.empty)
  }

  test("filter reads what extract committed and rejects with reasons") {
    val store = new TestStore
    val spec = store.writeSpec("filter", filterSettings, Some(extract(store, standardRows)))
    assertEquals(Main.run(spec.uri), 0)
    val counts = spec.manifest.get("counts")
    assertEquals(counts.get("rejectedByReason").toString, """{"gopher_short_doc":1}""")
    assertEquals(
      counts.get("bySource").get("notes").toString,
      """{"in":1,"kept":1,"rejected":0,"quarantined":0}"""
    )
    val rejected = spark.read.parquet(InputVersion.literalPath(spec.outputUri + "rejected"))
    assertEquals(
      rejected.select("doc_id", "reason", "detail").collect().toSeq,
      Seq(Row(f"${2}%032x", "gopher_short_doc", "2"))
    )
  }

  test("the content digest does not depend on partitions") {
    val store = new TestStore
    val input = extract(store, standardRows)
    val digests = Seq(1, 3, 7).map { partitionsPerCore =>
      val spec = store.writeSpec(
        "filter",
        filterSettings + ("words" -> "uax29"),
        Some(input),
        partitionsPerCore,
        partitionsPerCore
      )
      FileStorage.deleteFolder(spec.versionUri)
      assertEquals(Main.run(spec.uri), 0)
      spec.manifest.get("contentDigests").toString
    }
    assertEquals(digests.toSet.size, 1)
  }

  test("a second workload of the same attempt does nothing") {
    val store = new TestStore
    val spec = store.writeSpec("filter", filterSettings, Some(extract(store, standardRows)))
    assertEquals(Main.run(spec.uri), 0)
    val before = spec.manifest
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(spec.manifest, before)
    assertEquals(PythonJob.open(spec.uri), null)
  }

  test("an attempt at a committed version ends without work") {
    val store = new TestStore
    val input = extract(store, standardRows)
    assertEquals(Main.run(store.writeSpec("filter", filterSettings, Some(input)).uri), 0)
    val late = store.writeSpec("filter", filterSettings, Some(input), attempt = 2)
    assertEquals(Main.run(late.uri), 0)
    assertEquals(late.outputFiles, Set.empty[String])
  }

  test("an input file with one changed byte fails the step") {
    val store = new TestStore
    val input = extract(store, standardRows)
    val file = FileStorage.path(input.outputUri + "documents/part-00000.parquet")
    val bytes = java.nio.file.Files.readAllBytes(file)
    bytes(bytes.length / 2) = (bytes(bytes.length / 2) ^ 1).toByte
    java.nio.file.Files.write(file, bytes)
    val spec = store.writeSpec("filter", filterSettings, Some(input))
    assertEquals(Main.run(spec.uri), 1)
    assertEquals(spec.problem.get("code").textValue(), "INPUT_CORRUPT")
    assertEquals(Contracts.problems(Contracts.PROBLEM, spec.problem), Seq.empty)
  }

  test("a missing input manifest fails the step") {
    val store = new TestStore
    val input = store.writeSpec("extract", extractSettings)
    val spec = store.writeSpec("filter", filterSettings, Some(input))
    assertEquals(Main.run(spec.uri), 1)
    assertEquals(spec.problem.get("code").textValue(), "INPUT_MISSING")
    assertEquals(spec.problem.get("retryable").booleanValue(), false)
  }

  test("settings that the recipe's schema refuses fail the step") {
    val store = new TestStore
    val settings = Map("words" -> "spacy", "rules" -> Seq(Map("name" -> "c4", "minSentence" -> 3)))
    val spec = store.writeSpec("filter", settings, Some(extract(store, standardRows)))
    assertEquals(Main.run(spec.uri), 1)
    assertEquals(spec.problem.get("code").textValue(), "SPEC_INVALID")
    assert(spec.problem.get("message").textValue().contains("/words"))
  }

  test("counts that do not add up are not committed, and what was written is deleted") {
    val spec =
      extract(new TestStore, standardRows :+ row("role" -> "summary", "source" -> "crawl", "records" -> 1L))
    assertEquals(spec.isCommitted, false)
    assertEquals(spec.problem.get("code").textValue(), "COUNTS_DO_NOT_ADD_UP")
    assertEquals(spec.problem.at("/details/source").textValue(), "crawl")
    assertEquals(spec.outputFiles, Set.empty[String])
  }

  test("too many quarantined records fail the step, and exactly the limit does not") {
    val exact = extract(new TestStore, standardRows, Map("maxBadRecordFraction" -> 0.5))
    assertEquals(exact.isCommitted, true)
    val beyond = extract(new TestStore, standardRows, Map("maxBadRecordFraction" -> 0.49))
    assertEquals(beyond.isCommitted, false)
    assertEquals(beyond.problem.get("code").textValue(), "BAD_RECORD_FRACTION_EXCEEDED")
  }

  test("an empty input writes an empty version with a schema") {
    val store = new TestStore
    val input = extract(store, Seq.empty)
    val spec = store.writeSpec("filter", filterSettings, Some(input))
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(spec.manifest.at("/counts/in").longValue(), 0L)
    assertEquals(spec.manifest.at("/contentDigests/documents").textValue(), "0" * 64)
    assertEquals(spec.outputFiles, Set("documents/part-00000.parquet"))
  }
}
