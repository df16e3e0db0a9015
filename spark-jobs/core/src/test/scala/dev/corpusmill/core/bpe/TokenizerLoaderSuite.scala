package dev.corpusmill.core.bpe

import com.fasterxml.jackson.databind.node.{ContainerNode, ObjectNode}
import dev.corpusmill.core.CorpusmillError
import dev.corpusmill.core.bpe.TokenizerFixtures._
import java.nio.charset.StandardCharsets.UTF_8
import munit.FunSuite

class TokenizerLoaderSuite extends FunSuite {

  private def problemOf(files: TokenizerFile*): String = {
    val error = intercept[CorpusmillError](TokenizerLoader.load(files))
    assertEquals(error.code, "TOKENIZER_INVALID")
    assertEquals(error.retryable, false)
    error.getMessage
  }

  private def json(text: String): TokenizerFile =
    TokenizerFile("tokenizer", "tokenizer.json", text.getBytes(UTF_8))

  private lazy val whole: String = gpt2Json(byteLevel(addPrefixSpace = false)).toString
  private lazy val vocab =
    TokenizerFile("vocab", "vocab.json", parse(whole).path("model").path("vocab").toString.getBytes(UTF_8))

  private def merges(text: String): TokenizerFile =
    TokenizerFile("merges", "merges.txt", text.getBytes(UTF_8))

  private def changed(change: ObjectNode => ContainerNode[_]): TokenizerFile = {
    val root = gpt2Json(byteLevel(addPrefixSpace = false))
    val _ = change(root)
    fileOf(root)
  }

  private def model(root: ObjectNode): ObjectNode = root.path("model").asInstanceOf[ObjectNode]

  test("a tokenizer.json cut off anywhere is refused with its place") {
    Seq(0, 1, whole.length / 100, whole.length / 2, whole.length - 1).foreach { length =>
      val problem = problemOf(json(whole.take(length)))
      assert(problem.startsWith("tokenizer file tokenizer.json is no "), problem)
    }
  }

  test("files that are no tokenizer are refused") {
    assertEquals(problemOf(json("[]")), "tokenizer file tokenizer.json is no JSON object")
    assertEquals(problemOf(json("{}")), "tokenizer file tokenizer.json has no model")
    assertEquals(
      problemOf(json("""{"model":{"type":"BPE"}}""")),
      "tokenizer file tokenizer.json holds no vocabulary (an object of token to id)"
    )
    assert(problemOf(json("[" * 100000)).startsWith("tokenizer file tokenizer.json is no valid JSON"))
  }

  test("a model kind that no library knows is refused") {
    val problem = problemOf(changed(root => model(root).put("type", "Guess")))
    assert(problem.startsWith("tokenizer file tokenizer.json is refused by the tokenizers library"), problem)
  }

  test("merges of tokens that the vocabulary lacks are refused with their number") {
    val problem = problemOf(changed(root => model(root).putArray("merges").add("h e").add("zz qq")))
    assertEquals(
      problem,
      "tokenizer file tokenizer.json has a merge (number 2) of a token that the vocabulary lacks"
    )
    assertEquals(
      problemOf(vocab, merges("#version: 0.2\nh e\nzz qq\n")),
      "tokenizer file merges.txt has a merge (number 2) of a token that the vocabulary lacks"
    )
  }

  test("a line of merges.txt that is no pair is refused with its number") {
    assertEquals(
      problemOf(vocab, merges("#version: 0.2\nh e\nhello\n")),
      "tokenizer file merges.txt has no pair of tokens in line 3"
    )
  }

  test("ids that are negative, fractional, huge or used twice are refused") {
    Seq("-1", "1.5", "\"7\"", "4294967296").foreach { id =>
      val problem =
        problemOf(TokenizerFile("vocab", "vocab.json", s"""{"a":$id}""".getBytes(UTF_8)), merges(""))
      assert(problem.contains("has an id that is no integer"), problem)
    }
    assertEquals(
      problemOf(TokenizerFile("vocab", "vocab.json", """{"a":1,"b":1}""".getBytes(UTF_8)), merges("")),
      "tokenizer file vocab.json gives one id to two tokens"
    )
  }

  test("a vocabulary without a byte is refused") {
    val file = TokenizerFile("vocab", "vocab.json", """{"a":1,"b":2}""".getBytes(UTF_8))
    assertEquals(
      problemOf(file, merges("")),
      "tokenizer file vocab.json lacks a token for 241 of the bytes that UTF-8 has"
    )
  }

  test("random merges are refused, as the same text must give the same tokens") {
    val problem = problemOf(changed(root => model(root).put("dropout", 0.1)))
    assertEquals(
      problem,
      "tokenizer file tokenizer.json drops merges at random (model.dropout); set it to null"
    )
  }

  test("a vocabulary without merges, and no files at all, are refused") {
    assert(problemOf(vocab).contains("has: [vocab]"))
    assert(problemOf().contains("has: []"))
  }

  test("an unknown built-in name is refused") {
    val error = intercept[CorpusmillError](TokenizerLoader.builtin("gpt9"))
    assertEquals(error.code, "TOKENIZER_INVALID")
  }

  test("an end-of-text token that is not there is refused with the names looked for") {
    val tokenizer = TokenizerLoader.load(Seq(fileOf(gpt2Json(byteLevel(addPrefixSpace = false)))))
    val error = intercept[CorpusmillError](EndOfText.idIn(tokenizer, None))
    assertEquals(error.code, "TOKENIZER_INVALID")
    assert(error.getMessage.contains("<|endoftext|>, </s>, <|end_of_text|>, <eos>"), error.getMessage)
  }

  test("the end-of-text tokens are looked for in their order") {
    val plain = gpt2Json(byteLevel(addPrefixSpace = false))
    val root =
      withAddedToken(withAddedToken(plain, "<eos>", 50256, special = true), "</s>", 50257, special = true)
    assertEquals(EndOfText.idIn(TokenizerLoader.load(Seq(fileOf(root))), None), 50257)
  }

  test("kinds that are not written here go to the HF library and equal it") {
    val unusual = Seq(
      gpt2Json(splitBy("""\p{L}+|[^\p{L}]+""")),
      gpt2Json(byteLevel(addPrefixSpace = false), """{"type":"Lowercase"}"""),
      gpt2Json(
        """{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]}"""
      )
    )
    unusual.foreach { root =>
      val tokenizer = TokenizerLoader.load(Seq(fileOf(root)))
      assert(tokenizer.isInstanceOf[DjlTokenizer])
      assert(ai.djl.util.Utils.isOfflineMode, "the library may reach for the network")
      val text = "Hello 1234 worlds,  it's <|endoftext|>\n" * 600
      assertEquals(tokenizer.newEncoder().encode(text).toSeq, oracle(root)(text))
      assertEquals(tokenizer.newEncoder().encode("").toSeq, Seq.empty)
    }
  }

  test("a WordPiece vocabulary keeps special tokens out of text") {
    val root =
      parse("""{"version":"1.0","truncation":{"direction":"Right","max_length":2,"strategy":"LongestFirst","stride":0},"padding":null,
      "added_tokens":[{"id":0,"content":"[UNK]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
      {"id":1,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
      "normalizer":null,"pre_tokenizer":{"type":"WhitespaceSplit"},"post_processor":null,"decoder":null,
      "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
      "vocab":{"[UNK]":0,"</s>":1,"a":2,"##b":3}}}""")
    val tokenizer = TokenizerLoader.load(Seq(fileOf(root)))
    assertEquals(tokenizer.newEncoder().encode("ab </s> a a a").toSeq, Seq(2, 3, 0, 2, 2, 2))
    assertEquals(EndOfText.idIn(tokenizer, None), 1)
    assertEquals(tokenizer.vocabSize, 4)
  }

  test("a Unigram vocabulary keeps special tokens out of text") {
    val root = parse(
      """{"version":"1.0","truncation":null,"padding":null,
      "added_tokens":[{"id":1,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
      "normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":null,
      "model":{"type":"Unigram","unk_id":0,"byte_fallback":false,"vocab":[["<unk>",0.0],["</s>",0.0],["a",-1.0],["<",-2.0],["/s>",-2.0]]}}"""
    )
    val tokenizer = TokenizerLoader.load(Seq(fileOf(root)))
    assertEquals(tokenizer.newEncoder().encode("a</s>").toSeq, Seq(2, 3, 4))
    assertEquals(EndOfText.idIn(tokenizer, None), 1)
  }
}
