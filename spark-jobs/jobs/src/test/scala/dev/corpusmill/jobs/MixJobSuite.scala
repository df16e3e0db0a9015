package dev.corpusmill.jobs

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.core.mixing.{MixSettings, ReferenceMix, ReferencePiece, TestDocument}
import munit.FunSuite
import org.apache.spark.sql.Row

import java.nio.file.Path
import scala.concurrent.duration._

class MixJobSuite extends FunSuite with SparkFixture {
  override val munitTimeout: Duration = 5.minutes
  private val END_OF_TEXT = 50256
  private val SHARD_TOKENS = 1024L

  /** Two domains, an empty document, one longer than three shards. */
  private val documents =
    Seq.tabulate(60)(id => TestDocument(id, if (id % 3 == 0) "news" else "web", (id * 7) % 90)) :+
      TestDocument(99, "web", 4000)

  private val base: Map[String, Any] = Map(
    "name" -> "web-demo",
    "tokens" -> None,
    "weights" -> None,
    "caps" -> Map.empty,
    "maxEpochs" -> 1,
    "formats" -> Seq("llmc", "megatron", "tfrecord"),
    "shardTokens" -> SHARD_TOKENS,
    "seed" -> 3
  )

  private def mix(settings: Map[String, Any], input: SpecFile, partitions: Int = 1): SpecFile = {
    val spec = input.store.writeSpec(
      "mix",
      settings,
      Some(input),
      partitionsPerCore = partitions,
      tokenizer = Some(CommittedInput.GPT2)
    )
    val _ = Main.run(spec.uri)
    spec
  }

  private def input(rows: Seq[TestDocument] = documents, partitions: Int = 3): SpecFile =
    CommittedInput.tokenized(spark, new TestStore, rows)(partitions)

  private def files(spec: SpecFile, folder: String, extension: String): Seq[Path] =
    spec.outputFiles.toSeq
      .filter(name => name.startsWith(s"$folder/") && name.endsWith(extension))
      .sorted
      .map(name => FileStorage.path(spec.outputUri).resolve(name))

  private def digests(spec: SpecFile): Map[String, String] =
    Json.elements(spec.manifest.get("files")).collect {
      case file if Set("shard", "index", "sidecar").contains(file.get("role").textValue()) =>
        file.get("path").textValue() -> file.get("sha256").textValue()
    }.toMap

  private val tokensById: Map[String, Seq[Int]] =
    documents.map(document => document.doc_id -> document.tokens.toSeq).toMap

  private def before(piece: ReferencePiece)
      : Seq[Int] = (END_OF_TEXT +: tokensById(piece.docId)).take(piece.tokens.toInt)

  private def after(piece: ReferencePiece)
      : Seq[Int] = (tokensById(piece.docId) :+ END_OF_TEXT).take(piece.tokens.toInt)

  /** Pieces by the shard in which their first token stands. */
  private def byShard(stream: Seq[ReferencePiece]): Seq[Seq[ReferencePiece]] =
    stream.zip(
      stream.scanLeft(0L)(_ + _.tokens)
    ).groupMap(_._2 / SHARD_TOKENS)(_._1).toSeq.sortBy(_._1).map(_._2)

  private def assertShards(spec: SpecFile, stream: Seq[ReferencePiece]): Unit = {
    val llmc = files(spec, "llmc", ".bin").map(ShardReaders.llmc)
    assertEquals(llmc.flatMap(_.tokens), stream.flatMap(before))
    assert(llmc.init.forall(_.tokens.size == SHARD_TOKENS), llmc.map(_.tokens.size))
    assertEquals(llmc.map(shard => (shard.magic, shard.version)).distinct, Seq((20240520, 1)))
    val megatron = files(spec, "megatron", ".bin").zip(files(spec, "megatron", ".idx")).map {
      case (bin, idx) => ShardReaders.megatron(bin, idx)
    }
    assertEquals(megatron.map(_.documents), byShard(stream).map(_.map(after)))
    assertEquals(megatron.map(_.dtype).distinct, Seq(8))
    val tfrecord = files(spec, "tfrecord", ".tfrecord").map(ShardReaders.tfrecord)
    assertEquals(
      tfrecord.map(_.map(example => (example.docId, example.inputIds))),
      byShard(stream).map(_.map(piece => (piece.docId, after(piece))))
    )
  }

  private def sidecars(spec: SpecFile, format: String): Seq[Seq[Row]] =
    files(spec, format, ".docs.parquet").map { file =>
      spark.read.parquet(InputVersion.literalPath(file.toUri.toString)).coalesce(1).collect().toSeq
    }

  test("all formats hold the stream of the reference") {
    val spec = mix(base, input())
    val stream = ReferenceMix.stream(documents, MixSettings(None, None, Map.empty, 1, 3))
    assertShards(spec, stream)
    val manifest = spec.manifest
    assertEquals(Contracts.problems(Contracts.MANIFEST, manifest), Seq.empty)
    assertEquals(Json.elements(manifest.get("files")).map(_.get("path").textValue()).toSet, spec.outputFiles)
    assertEquals(manifest.at("/counts/tokens").longValue(), stream.map(_.tokens).sum)
    assertEquals(manifest.at("/counts/byLanguage/en").longValue(), 60L)
    assertEquals(manifest.at("/counts/rejectedByReason").toString, """{"empty_document":1}""")
  }

  test("sidecars lead from every token to its document and back") {
    val spec = mix(base, input())
    val rows = sidecars(spec, "llmc")
    val shards = files(spec, "llmc", ".bin").map(ShardReaders.llmc)
    rows.zip(shards).foreach { case (ofShard, shard) =>
      val ends = ofShard.map(row => row.getLong(5) + row.getLong(6))
      assertEquals(ofShard.map(_.getLong(5)), 0L +: ends.init)
      assertEquals(ends.last, shard.tokens.size.toLong)
      ofShard.foreach { row =>
        val own = END_OF_TEXT +: tokensById(row.getString(0))
        val piece = own.slice(row.getLong(7).toInt, (row.getLong(7) + row.getLong(6)).toInt)
        assertEquals(shard.tokens.slice(row.getLong(5).toInt, ends(ofShard.indexOf(row)).toInt), piece)
      }
    }
    val longest = rows.flatten.filter(_.getString(0) == documents.last.doc_id)
    assertEquals(longest.map(_.getLong(6)).sum, 4001L)
    assertEquals(
      longest.map(_.getLong(7)).tail,
      longest.map(_.getLong(6)).scanLeft(0L)(_ + _).slice(1, longest.size)
    )
    val columns = spark.read.parquet(InputVersion.literalPath(files(
      spec,
      "megatron",
      ".docs.parquet"
    ).head.toUri.toString)).columns
    assertEquals(
      columns.toSeq,
      Seq("doc_id", "source", "domain", "url", "epoch", "first_token", "token_count", "doc_offset")
    )
    assertEquals(sidecars(spec, "megatron"), sidecars(spec, "tfrecord"))
    assertEquals(sidecars(spec, "megatron").flatten.map(_.getLong(7)).distinct, Seq(0L))
  }

  test("shards, indexes and sidecars are the same bytes for any partitions") {
    val settings = base ++
      Map[String, Any]("tokens" -> 9000, "weights" -> Map("web" -> 2, "news" -> 1), "maxEpochs" -> 4)
    val variants = Seq((1, 1), (3, 3), (7, 5)).map { case (partitions, ofInput) =>
      mix(settings, input(partitions = ofInput), partitions)
    }
    assertEquals(variants.map(digests).distinct.size, 1)
    assertEquals(
      digests(variants.head).size,
      9 * 2 + (variants.head.outputFiles.count(_.endsWith(".idx")) * 5)
    )
    assertEquals(variants.map(_.manifest.get("contentDigests").toString).distinct.size, 1)
    val stream = ReferenceMix.stream(
      documents,
      MixSettings(Some(9000), Some(Map("web" -> 2, "news" -> 1)), Map.empty, 4, 3)
    )
    assertEquals(stream.map(_.tokens).sum, 9000L)
    assertShards(variants.head, stream)
  }

  test("a domain that is repeated is reported with its epochs, and its documents count once") {
    val settings = base ++
      Map[String, Any]("tokens" -> 6000, "weights" -> Map("news" -> 1, "web" -> 1), "maxEpochs" -> 5)
    val report = mix(settings, input()).manifest.at("/report/domains/news")
    assertEquals(report.get("quota").longValue(), 3000L)
    assertEquals(
      report.get("available").longValue(),
      documents.filter(_.domain == "news").filter(_.token_count > 0).map(_.length).sum
    )
    assertEquals(report.get("selectedDocuments").longValue(), 19L)
    assertEquals(report.get("epochs").intValue(), 4)
    assertEquals(report.get("weight").doubleValue(), 1.0)
  }

  test("what is not selected is rejected with its reason, and provenance has the rest in order of doc_id") {
    val spec = mix(base ++ Map("tokens" -> 500, "weights" -> Map("news" -> 1)), input())
    val rejected = spark.read.parquet(InputVersion.literalPath(spec.outputUri + "rejected"))
    val reasons = rejected.collect().map(row =>
      (row.getAs[String]("reason"), row.getAs[String]("detail"), row.getAs[String]("domain"))
    ).toSet
    assertEquals(
      reasons,
      Set[(String, String, String)](
        ("empty_document", null, "news"),
        ("over_budget", "quota 0", "web"),
        ("over_budget", "quota 500", "news")
      )
    )
    assertEquals(
      rejected.columns.toSet,
      Set("doc_id", "source", "domain", "url", "token_count", "lang", "reason", "detail")
    )
    val kept = files(spec, "provenance", ".parquet").flatMap { file =>
      spark.read.parquet(
        InputVersion.literalPath(file.toUri.toString)
      ).coalesce(1).collect().map(_.getAs[String]("doc_id"))
    }
    val selected = ReferenceMix.stream(
      documents,
      MixSettings(Some(500), Some(Map("news" -> 1)), Map.empty, 1, 3)
    ).map(_.docId)
    assertEquals(kept, selected.sorted)
    assertEquals(spec.manifest.at("/counts/kept").longValue(), selected.size.toLong)
  }

  test("a shortage names the domains and commits nothing") {
    val spec = mix(base ++ Map("tokens" -> 100000, "weights" -> Map("news" -> 1, "web" -> 1)), input())
    assertEquals(spec.isCommitted, false)
    assertEquals(spec.problem.get("code").textValue(), "MIX_SHORTAGE")
    assertEquals(
      Json.elements(spec.problem.at("/details/domains")).map(_.get("domain").textValue()),
      Seq("news", "web")
    )
    assertEquals(spec.outputFiles, Set.empty[String])
    assertEquals(Contracts.problems(Contracts.PROBLEM, spec.problem), Seq.empty)
  }

  test("an empty input gives a valid version without shards") {
    val spec = mix(base, input(Seq.empty))
    assertEquals(spec.manifest.at("/report/shards/llmc").intValue(), 0)
    assertEquals(spec.outputFiles.filterNot(_.startsWith("provenance/")), Set.empty[String])
    assertEquals(
      mix(base ++ Map("tokens" -> 5), input(Seq.empty)).problem.get("code").textValue(),
      "MIX_SHORTAGE"
    )
  }

  test("a large vocabulary is laid down in four bytes") {
    val rows = Seq(TestDocument(1, "web", 3).copy(tokens = Array(70000, 1, 99998)))
    val store = new TestStore
    val spec = mix(base, CommittedInput.tokenized(spark, store, rows, 100000)(1))
    val shard = ShardReaders.llmc(files(spec, "llmc", ".bin").head)
    assertEquals((shard.magic, shard.version, shard.tokens), (20240801, 7, Seq(99999, 70000, 1, 99998)))
    val megatron =
      ShardReaders.megatron(files(spec, "megatron", ".bin").head, files(spec, "megatron", ".idx").head)
    assertEquals((megatron.dtype, megatron.documents), (4, Seq(Seq(70000, 1, 99998, 99999))))
  }

  test("token ids that the vocabulary does not have are refused") {
    val spec = mix(base, input(Seq(TestDocument(1, "web", 1).copy(tokens = Array(50257)))))
    assertEquals(spec.problem.get("code").textValue(), "INPUT_CORRUPT")
  }

  test("settings that the schema refuses fail, all named") {
    val spec = mix(base ++ Map("shardTokens" -> 5, "formats" -> Seq("csv"), "name" -> "../x"), input())
    assertEquals(spec.problem.get("code").textValue(), "SPEC_INVALID")
    Seq("/shardTokens", "/formats/0", "/name").foreach(pointer =>
      assert(spec.problem.get("message").textValue().contains(pointer), pointer)
    )
  }
}
