package dev.corpusmill.jobs

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.jobs.StagedDocuments.{document, summary}
import munit.FunSuite

/** Stages from extract's commit to mix with the store in S3: the same bytes as with the store in files. */
class S3JobsSuite extends FunSuite with SparkFixture {
  override def munitTests(): Seq[Test] =
    if (S3TestServer.isThere) super.munitTests() else super.munitTests().map(_.tag(munit.Ignore))

  private val rows = Seq.tabulate(40) { id =>
    val sentence =
      s"The quick brown fox number $id had to jump with care over that lazy dog and went on to town."
    document(id, Seq.fill(12)(sentence).mkString("\n"))
  } :+ summary("crawl", 40L)

  private val extractSettings = Map("maxBadRecordFraction" -> 1.0)
  private val filterSettings = Map("words" -> "uax29", "rules" -> Seq("gopher-quality"))
  private val mixSettings = Map[String, Any](
    "name" -> "web-demo",
    "tokens" -> None,
    "weights" -> None,
    "caps" -> Map.empty,
    "maxEpochs" -> 1,
    "formats" -> Seq("llmc", "megatron", "tfrecord"),
    "shardTokens" -> 2048,
    "seed" -> 3
  )

  /** Specs of filter, tokenize and mix after their jobs. */
  private def runAll(store: TestStore): Seq[SpecFile] = {
    val extracted = StagedDocuments.extract(spark, store, rows, extractSettings)
    val stages = Seq(
      ("filter", filterSettings, None),
      ("tokenize", Map("tokenizer" -> "gpt2"), Some(CommittedInput.GPT2)),
      ("mix", mixSettings, Some(CommittedInput.GPT2))
    )
    stages.scanLeft(extracted) { case (input, (stage, settings, tokenizer)) =>
      val spec = store.writeSpec(stage, settings, Some(input), tokenizer = tokenizer)
      assertEquals(Main.run(spec.uri), 0, stage)
      spec
    }.tail
  }

  private def contentDigests(specs: Seq[SpecFile]): Seq[String] =
    specs.map(_.manifest.get("contentDigests").toString)

  private def shards(spec: SpecFile): Map[String, String] =
    Json.elements(spec.manifest.get("files")).collect {
      case file if Set("shard", "index", "sidecar").contains(file.get("role").textValue()) =>
        file.get("path").textValue() -> file.get("sha256").textValue()
    }.toMap

  private lazy val local = runAll(new TestStore)

  test("content digests, shards, indexes and sidecars are those of a store in files") {
    val remote = runAll(new S3TestStore)
    assertEquals(contentDigests(remote), contentDigests(local))
    assert(shards(local.last).size > 10)
    assertEquals(shards(remote.last), shards(local.last))
    assertEquals(
      remote.last.manifest.get("files").get(0).get("bytes").longValue(),
      Storage.of(remote.last.outputUri).size(
        remote.last.outputUri + remote.last.manifest.get("files").get(0).get("path").textValue()
      )
    )
  }

  test("a server that fails a fifth of all requests changes nothing") {
    val broken = S3TestServer.withRule(
      """{"fault":"503","fraction":0.1},{"fault":"reset","method":"GET","fraction":0.1}"""
    ) {
      val remote = runAll(new S3TestStore)
      assertEquals(contentDigests(remote), contentDigests(local))
      assertEquals(shards(remote.last), shards(local.last))
    }
    assert(broken > 20, broken.toString)
  }

  test("bodies of Parquet files that break off in the middle are asked for again") {
    val broken = S3TestServer.withRule(
      """{"fault":"reset","method":"GET","path":"[.]parquet","fraction":0.4}"""
    ) {
      val remote = runAll(new S3TestStore)
      assertEquals(contentDigests(remote), contentDigests(local))
    }
    assert(broken > 10, broken.toString)
  }

  test("an input file that is gone fails the step as in a store of files") {
    val store = new S3TestStore
    val input = StagedDocuments.extract(spark, store, rows, extractSettings)
    S3Storage.deleteFolder(input.outputUri)
    val spec = store.writeSpec("filter", filterSettings, Some(input))
    assertEquals(Main.run(spec.uri), 1)
    assertEquals(spec.problem.get("code").textValue(), "INPUT_MISSING")
  }
}
