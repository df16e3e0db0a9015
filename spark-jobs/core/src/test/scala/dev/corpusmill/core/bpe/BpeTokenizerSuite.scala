package dev.corpusmill.core.bpe

import com.fasterxml.jackson.databind.node.ObjectNode
import dev.corpusmill.core.bpe.TokenizerFixtures._
import java.nio.charset.StandardCharsets.UTF_8
import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.forAll
import scala.concurrent.duration._
import scala.util.Random

class BpeTokenizerSuite extends ScalaCheckSuite {
  override val munitTimeout: Duration = 3.minutes

  override def scalaCheckTestParameters = super.scalaCheckTestParameters.withMinSuccessfulTests(400)

  private lazy val gpt2 = BuiltinGpt2.tokenizer

  private def encode(tokenizer: Tokenizer, text: String): Seq[Int] = tokenizer.newEncoder().encode(text).toSeq

  /** Ours, without a detour through the library, and the library itself, for one tokenizer.json. */
  private def bothOf(root: ObjectNode): (TokenEncoder, String => Seq[Int]) = {
    val ours = TokenizerLoader.load(Seq(fileOf(root)))
    assert(ours.isInstanceOf[BpeTokenizer], "is not read by our own code")
    (ours.newEncoder(), oracle(root))
  }

  private lazy val gpt2Oracle = oracle(gpt2Json(byteLevel(addPrefixSpace = false)))

  property("gpt2 equals the HF library on any text") {
    val encoder = gpt2.newEncoder()
    forAll(UnicodeTexts.text)(text => assertEquals(encoder.encode(text).toSeq, gpt2Oracle(text), text))
  }

  property("gpt2 decodes to the text it encoded") {
    val encoder = gpt2.newEncoder()
    forAll(UnicodeTexts.text)(text =>
      assertEquals(new String(gpt2.decode(encoder.encode(text)), UTF_8), text)
    )
  }

  property("a leading space is added where the tokenizer says so") {
    val (encoder, expected) = bothOf(gpt2Json(byteLevel(addPrefixSpace = true)))
    forAll(UnicodeTexts.text)(text => assertEquals(encoder.encode(text).toSeq, expected(text), text))
  }

  property("the cl100k and Llama 3 pattern equals the HF library") {
    val (encoder, expected) = bothOf(gpt2Json(splitBy(CL100K)))
    forAll(UnicodeTexts.text)(text => assertEquals(encoder.encode(text).toSeq, expected(text), text))
  }

  property("the Qwen 2 pattern equals the HF library") {
    val (encoder, expected) = bothOf(gpt2Json(splitBy(QWEN2)))
    forAll(UnicodeTexts.text)(text => assertEquals(encoder.encode(text).toSeq, expected(text), text))
  }

  property("NFC comes before everything else") {
    val (encoder, expected) = bothOf(gpt2Json(byteLevel(addPrefixSpace = false), """{"type":"NFC"}"""))
    forAll(UnicodeTexts.text)(text => assertEquals(encoder.encode(text).toSeq, expected(text), text))
  }

  property("added tokens are found, the longest of those that begin at one place") {
    val contents = Vector("=.=", "=.=!", "=\n", "e\u0301x", "Hello w", "\ud83d\ude00 ")
    val root = contents.zipWithIndex.foldLeft(gpt2Json(byteLevel(addPrefixSpace = true))) {
      case (json, (content, index)) =>
        withAddedToken(json, content, 50256 + index, special = false)
    }
    val (encoder, expected) = bothOf(root)
    forAll(UnicodeTexts.text, Gen.oneOf(contents), UnicodeTexts.text) { (left, token, right) =>
      val text = s"$left$token$right$token"
      assertEquals(encoder.encode(text).toSeq, expected(text), text)
    }
  }

  test("whole pieces are taken without merges where the tokenizer says so") {
    val root = gpt2Json(splitBy(CL100K))
    val merges = root.path("model").asInstanceOf[ObjectNode].put("ignore_merges", true).putArray("merges")
    gpt2Merges.take(100).foreach { case (left, right) => merges.add(s"$left $right") }
    val (encoder, expected) = bothOf(root)
    val text = "Hello world, tokenization of unmergeableness"
    assertEquals(encoder.encode(text).toSeq, expected(text))
    assertEquals(encoder.encode("Hello").toSeq, Seq(15496))
  }

  test("the string of a special token is ordinary text") {
    val text = "a<|endoftext|>b"
    assertEquals(encode(gpt2, text), Seq(64, 27, 91, 437, 1659, 5239, 91, 29, 65))
    val root =
      withAddedToken(gpt2Json(byteLevel(addPrefixSpace = false)), "<|endoftext|>", 50256, special = true)
    assertEquals(encode(TokenizerLoader.load(Seq(fileOf(root))), text), encode(gpt2, text))
  }

  test("gpt2 has 50257 ids and ends texts with 50256") {
    assertEquals(gpt2.vocabSize, 50257)
    assertEquals(EndOfText.idIn(gpt2, None), 50256)
    assertEquals(EndOfText.idIn(gpt2, Some("!")), 0)
  }

  test("an empty text has no tokens") {
    assertEquals(encode(gpt2, ""), Seq.empty)
    assertEquals(
      encode(TokenizerLoader.load(Seq(fileOf(gpt2Json(byteLevel(addPrefixSpace = true))))), ""),
      Seq.empty
    )
  }

  test("code points have the classes of tiktoken 0.14, which knows Unicode 16") {
    val counts = (0 to Character.MAX_CODE_POINT).groupBy(UnicodeClasses.classOf).view.mapValues(_.size).toMap
    assertEquals(counts(UnicodeClasses.LETTER), 141028)
    assertEquals(counts(UnicodeClasses.NUMBER), 1911)
    assertEquals(counts(UnicodeClasses.SPACE), 25)
  }

  test("every single code point equals the HF library") {
    val encoder = gpt2.newEncoder()
    (0 to 0x2ffff).filterNot(code => code >= 0xd800 && code < 0xe000).grouped(64).foreach { codes =>
      val text = codes.map(code => s"a${new String(Character.toChars(code))} ").mkString
      if (codes.forall(isOldEnough))
        assertEquals(encoder.encode(text).toSeq, gpt2Oracle(text), f"U+${codes.head}%04X")
    }
  }

  /** The library's regular expressions know an older Unicode than tiktoken's, which is followed here. */
  private def isOldEnough(code: Int): Boolean =
    com.ibm.icu.lang.UCharacter.getAge(code).compareTo(com.ibm.icu.util.VersionInfo.getInstance(15, 0)) <= 0

  test("a long word equals the HF library at every length around the change of algorithm") {
    val random = new Random(7)
    val word = Seq.fill(200)(('a' + random.nextInt(26)).toChar).mkString
    (60 to 70).foreach(length => assertEquals(encode(gpt2, word.take(length)), gpt2Oracle(word.take(length))))
    val long = Seq.fill(20000)(Seq("a", "b", "th", "e", "ing", "\u00e9")(random.nextInt(6))).mkString
    assertEquals(encode(gpt2, long), gpt2Oracle(long))
  }

  test("a word of 10^7 letters ends, and is what it was") {
    val random = new Random(3)
    val word = Array.fill(10000000)(('a' + random.nextInt(26)).toByte)
    val ids = encode(gpt2, new String(word, UTF_8))
    assert(gpt2.decode(ids.toArray).sameElements(word))
  }

  test("one letter 10^7 times ends, and is as long as it was") {
    val ids = encode(gpt2, "a" * 10000000)
    assertEquals(gpt2.decode(ids.toArray).length, 10000000)
  }

  test("the cache gives the same tokens whatever came before") {
    val texts = SharedFiles.gzipLines("text/hplt-snippets.jsonl.gz", 300)
    val warm = gpt2.newEncoder()
    texts.foreach(text => assertEquals(warm.encode(text).toSeq, encode(gpt2, text)))
  }
}
