package dev.corpusmill.jobs

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.core.bpe.TokenizerLoader
import munit.FunSuite

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Files

class TokenizeJobSuite extends FunSuite with SparkFixture {
  private val TEXTS = Seq("Hello world", "", "a<|endoftext|>b", "\u6f22\u5b57 \ud83d\ude00")
  private val settings = Map("tokenizer" -> "gpt2")

  private def tokenize(store: TestStore, tokenizer: Map[String, Any], partitions: Int = 1): SpecFile = {
    val input = CommittedInput.texts(spark, store, TEXTS)
    val spec = store.writeSpec(
      "tokenize",
      settings,
      Some(input),
      partitionsPerCore = partitions,
      tokenizer = Some(tokenizer)
    )
    val _ = Main.run(spec.uri)
    spec
  }

  private def fileTokenizer(
      store: TestStore,
      content: String,
      sha256: Option[String] = None
  ): Map[String, Any] = {
    val file = store.root.resolve("tokenizer.json")
    Files.write(file, content.getBytes(UTF_8))
    val digest = sha256.getOrElse(store.digest(content))
    val entry = Map("role" -> "tokenizer", "uri" -> file.toUri.toString, "sha256" -> digest)
    Map("name" -> "mine", "builtin" -> false, "files" -> Seq(entry), "sha256" -> digest, "endOfText" -> None)
  }

  test("every document gets its tokens, and none is lost") {
    val spec = tokenize(new TestStore, CommittedInput.GPT2)
    val rows = spark.read.parquet(InputVersion.literalPath(spec.outputUri + "documents")).orderBy("doc_id")
    assertEquals(
      rows.columns.toSeq,
      Seq("doc_id", "source", "domain", "url", "lang", "tokens", "token_count")
    )
    val encoder = TokenizerLoader.builtin("gpt2").newEncoder()
    val expected = TEXTS.map(text => encoder.encode(text).toSeq)
    assertEquals(rows.collect().map(_.getSeq[Int](5)).toSeq, expected)
    assertEquals(rows.collect().map(_.getInt(6)).toSeq, expected.map(_.size))
    val counts = spec.manifest.get("counts")
    assertEquals(counts.get("in").longValue(), 4L)
    assertEquals(counts.get("kept").longValue(), 4L)
    assertEquals(counts.get("tokens").longValue(), expected.map(_.size).sum.toLong)
    assertEquals(
      spec.manifest.get("tokenizer").toString,
      s"""{"name":"gpt2","sha256":"${CommittedInput.GPT2("sha256")}","vocabSize":50257,"endOfTextId":50256}"""
    )
    assertEquals(Contracts.problems(Contracts.MANIFEST, spec.manifest), Seq.empty)
  }

  test("the content digest is the same for any partitions") {
    val digests =
      Seq(1, 4).map(tokenize(new TestStore, CommittedInput.GPT2, _).manifest.get("contentDigests").toString)
    assertEquals(digests.distinct.size, 1)
  }

  test("a changed, missing or damaged tokenizer fails before any work") {
    val changed = { store: TestStore => fileTokenizer(store, "{}", Some("0" * 64)) }
    val missing = { store: TestStore =>
      val tokenizer = fileTokenizer(store, "{}")
      Files.delete(store.root.resolve("tokenizer.json"))
      tokenizer
    }
    val damaged = { store: TestStore => fileTokenizer(store, """{"model":{"type":"BPE","vocab":{""") }
    val otherTable = { _: TestStore => CommittedInput.GPT2.updated("sha256", "0" * 64) }
    Seq(changed, missing, damaged, otherTable).foreach { tokenizer =>
      val store = new TestStore
      val spec = tokenize(store, tokenizer(store))
      assertEquals(spec.isCommitted, false)
      assertEquals(spec.outputFiles, Set.empty[String])
      assertEquals(spec.problem.get("code").textValue(), "TOKENIZER_INVALID")
      assertEquals(spec.problem.get("retryable").booleanValue(), false)
    }
  }

  test("a tokenizer that is not byte-level BPE is used through its library") {
    val vocab = """{"[UNK]":0,"</s>":1,"Hello":2,"world":3}"""
    val json = s"""{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
      "pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
      "model":{"type":"WordLevel","unk_token":"[UNK]","vocab":$vocab}}"""
    val store = new TestStore
    val spec = tokenize(store, fileTokenizer(store, json))
    val rows = spark.read.parquet(InputVersion.literalPath(spec.outputUri + "documents")).orderBy("doc_id")
    assertEquals(rows.collect().head.getSeq[Int](5), Seq(2, 3))
    assertEquals(spec.manifest.at("/tokenizer/endOfTextId").intValue(), 1)
  }

  test("a tokenizer without an end-of-text token fails, unless one is named") {
    val json = """{"model":{"type":"WordLevel","unk_token":"[UNK]","vocab":{"[UNK]":0,"stop":1}}}"""
    val store = new TestStore
    val without = tokenize(store, fileTokenizer(store, json))
    assertEquals(without.problem.get("code").textValue(), "TOKENIZER_INVALID")
    val named = new TestStore
    val spec = tokenize(named, fileTokenizer(named, json).updated("endOfText", "stop"))
    assertEquals(spec.manifest.at("/tokenizer/endOfTextId").intValue(), 1)
  }
}
