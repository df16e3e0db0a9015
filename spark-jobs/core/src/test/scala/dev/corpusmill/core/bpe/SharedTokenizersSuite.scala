package dev.corpusmill.core.bpe

import dev.corpusmill.core.bpe.TokenizerFixtures.oracle
import munit.FunSuite
import scala.concurrent.duration._

/** Real tokenizers on real texts; skipped where the shared files are absent. */
class SharedTokenizersSuite extends FunSuite {
  override val munitTimeout: Duration = 5.minutes

  private lazy val texts: Vector[String] =
    SharedFiles.gzipLines("text/hplt-snippets.jsonl.gz", 4000) ++
      SharedFiles.gzipLines("text/genesis.jsonl.gz", 20)

  private def assertEqualsOracle(tokenizer: Tokenizer, expected: String => Seq[Int]): Unit = {
    val encoder = tokenizer.newEncoder()
    texts.foreach(text => assertEquals(encoder.encode(text).toSeq, expected(text)))
  }

  test("the built-in gpt2 equals vocab.json with merges.txt") {
    val files = Seq(
      SharedFiles.file("vocab", "tokenizers/gpt2/vocab.json"),
      SharedFiles.file("merges", "tokenizers/gpt2/merges.txt")
    )
    val fromFiles = TokenizerLoader.load(files)
    val builtin = TokenizerLoader.builtin("gpt2")
    assertEquals(fromFiles.vocabSize, builtin.vocabSize)
    assertEquals(EndOfText.idIn(fromFiles, None), 50256)
    assertEqualsOracle(builtin, fromFiles.newEncoder().encode(_).toSeq)
  }

  test("the merges found in the rank table are those of merges.txt") {
    val lines = new String(
      SharedFiles.bytes("tokenizers/gpt2/merges.txt"),
      "UTF-8"
    ).linesIterator.drop(1).filter(_.nonEmpty)
    assertEquals(TokenizerFixtures.gpt2Merges.map { case (left, right) => s"$left $right" }, lines.toVector)
  }

  test("GPT-NeoX is read by our own code and equals the HF library") {
    val file = SharedFiles.file("tokenizer", "tokenizers/gpt-neox-test/tokenizer.json")
    val tokenizer = TokenizerLoader.load(Seq(file))
    assert(tokenizer.isInstanceOf[BpeTokenizer])
    assertEquals(tokenizer.vocabSize, 50280)
    assertEquals(EndOfText.idIn(tokenizer, None), 50279)
    assertEqualsOracle(tokenizer, oracle(file.content))
  }

  test("Llama goes to the HF library, special tokens in text stay text") {
    val file = SharedFiles.file("tokenizer", "tokenizers/llama-test/tokenizer.json")
    val tokenizer = TokenizerLoader.load(Seq(file))
    assert(tokenizer.isInstanceOf[DjlTokenizer])
    assertEquals(tokenizer.vocabSize, 32003)
    assertEquals(EndOfText.idIn(tokenizer, None), 2)
    val expected = oracle(file.content)
    val encoder = tokenizer.newEncoder()
    texts.take(500).filterNot(text =>
      text.contains("<s>") || text.contains("</s>") || text.contains("<unk>")
    ).foreach { text =>
      assertEquals(encoder.encode(text).toSeq, expected(text))
    }
    assertEquals(
      encoder.encode("a</s>b |||IP_ADDRESS||| x").toSeq,
      Seq(263, 829, 29879, 29958, 29890, 32002, 921)
    )
  }
}
