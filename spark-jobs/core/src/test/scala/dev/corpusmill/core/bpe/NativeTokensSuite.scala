package dev.corpusmill.core.bpe

import munit.ScalaCheckSuite
import org.scalacheck.{Arbitrary, Gen}
import org.scalacheck.Prop.{forAll, forAllNoShrink}

import java.nio.charset.StandardCharsets.UTF_8
import scala.concurrent.duration._
import scala.util.Random

/** The library against the JVM's encoder, which is tested against the definition and HF's library. */
class NativeTokensSuite extends ScalaCheckSuite {
  override val munitTimeout: Duration = 3.minutes

  override def scalaCheckTestParameters = super.scalaCheckTestParameters.withMinSuccessfulTests(400)

  private val RULES = TextRules(Gpt2PreTokenizer, addPrefixSpace = false, normalizeNfc = false)
  private val gpt2 = BuiltinGpt2.tokenizer

  private def assertAlike(encoder: TokenEncoder, expected: TokenEncoder, text: String): Unit =
    assertEquals(encoder.encode(text).toSeq, expected.encode(text).toSeq, text.take(2000))

  /** A tokenizer whose merges are `pairs`; each gives the next id. */
  private def tokenizerOf(pairs: Seq[(Int, Int)], idOf: Int => Int = 256 + _): BpeTokenizer = {
    val ranked = pairs.zipWithIndex.map { case ((left, right), rank) => RankedPair(left, right, rank) }
    val ids = pairs.indices.map(idOf)
    val model = new BpeModel(Array.range(0, 256), PairRanks(ranked.toVector), ids.toArray, null)
    val tokenIds = ((0 until 256) ++ ids).map(id => s"token $id" -> id).toMap
    new BpeTokenizer(model, RULES, tokenIds, AddedTokens.NONE)
  }

  test("the library encodes where a model is as GPT-2's") {
    assert(gpt2.isNative, "no library: npm run setup makes it")
    val pairs = Seq('a'.toInt -> 'b'.toInt, 'c'.toInt -> 'd'.toInt)
    assert(tokenizerOf(pairs).isNative)
    assert(tokenizerOf(pairs, 65533 + _).isNative)
    assert(!tokenizerOf(pairs, 65534 + _).isNative, "has an id of more than 16 bits")
    assert(!tokenizerOf(pairs, 300 - _).isNative, "has ids that fall")
    val many = Seq.tabulate(57345)(number => (number & 0xff) -> (number >> 8))
    assert(tokenizerOf(many.drop(1)).isNative)
    assert(!tokenizerOf(many).isNative, "has more merges than the table takes")
  }

  property("any text has the tokens of the JVM") {
    val (native, jvm) = (gpt2.newEncoder(), gpt2.newJvmEncoder())
    forAll(UnicodeTexts.text)(assertAlike(native, jvm, _))
  }

  property("long texts have the tokens of the JVM") {
    val (native, jvm) = (gpt2.newEncoder(), gpt2.newJvmEncoder())
    forAllNoShrink(Gen.listOfN(60, UnicodeTexts.text).map(_.mkString))(assertAlike(native, jvm, _))
  }

  property("any merges give the tokens of the JVM, whole pieces among them") {
    val letter = Gen.oneOf("abc .'".map(_.toInt))
    val merges = Gen.choose(1, 60).flatMap { count =>
      val pair = (number: Int) => {
        val id = if (number == 0) letter else Gen.oneOf(letter, Gen.choose(256, 255 + number))
        Gen.zip(id, id)
      }
      Gen.sequence[List[(Int, Int)], (Int, Int)]((0 until count).map(pair))
    }
    val text = Gen.listOfN(200, Gen.oneOf("abcab .'b")).map(_.mkString)
    forAllNoShrink(merges, text) { (pairs, text) =>
      val tokenizer = tokenizerOf(pairs.distinct)
      assert(tokenizer.isNative)
      assertAlike(tokenizer.newEncoder(), tokenizer.newJvmEncoder(), text)
    }
  }

  property("pieces are those of the JVM, wherever they begin among 64 bytes") {
    val parts = Vector("x", "7", " ", "\n", "'", "s", "re", "ll", ".", "\u00e9", "\u00a0", "\u4e00")
    val bytes = parts.mkString.getBytes(UTF_8).map(_ & 0xff).distinct.toSeq
    // Any two bytes that stand side by side in a piece may merge, so that tokens tell where pieces begin
    val pairs = bytes.flatMap(left => bytes.map(right => left -> right))
    val tokenizer = tokenizerOf(new Random(2).shuffle(pairs))
    val (native, jvm) = (tokenizer.newEncoder(), tokenizer.newJvmEncoder())
    val runs = Gen.zip(Gen.oneOf(parts), Gen.oneOf(1, 1, 1, 2, 3)).map { case (part, count) => part * count }
    forAllNoShrink(Gen.listOfN(400, runs).map(_.mkString))(assertAlike(native, jvm, _))
  }

  test("pieces of every length have the tokens of the JVM, new and known") {
    val (native, jvm) = (gpt2.newEncoder(), gpt2.newJvmEncoder())
    val random = new Random(5)
    def piece(length: Int): String = random.nextInt(3) match {
      case 0 => Seq.fill(length)("etaoin" (random.nextInt(6))).mkString
      case 1 => Seq.fill(length / 2)((0x430 + random.nextInt(32)).toChar).mkString
      case _ => Seq.fill(length / 3)((0x4e00 + random.nextInt(2000)).toChar).mkString
    }
    (0 until 40).foreach { _ =>
      val text = random.shuffle((1 to 90).map(piece)).mkString(" ")
      assertAlike(native, jvm, text + text)
      assertAlike(native, jvm, text)
    }
  }

  test("a text of more tokens than there is room for at once has those of the JVM") {
    val text = Seq.tabulate(40000)(number => new String(Character.toChars(0x10000 + number))).mkString(" ")
    assertAlike(gpt2.newEncoder(), gpt2.newJvmEncoder(), text)
  }

  test("more pieces than are remembered have the tokens of the JVM, also when they come again") {
    val (native, jvm) = (gpt2.newEncoder(), gpt2.newJvmEncoder())
    val texts = (0 until 300000).grouped(1000).map(_.map(number =>
      s" w$number ${number}x\u0436$number"
    ).mkString)
    val all = texts.toVector
    (all ++ all.take(20)).foreach(assertAlike(native, jvm, _))
  }

  property("damaged bytes end") {
    val native = gpt2.newEncoder()
    val bytes = Gen.oneOf(Arbitrary.arbitrary[Byte], Gen.choose(-128.toByte, -1.toByte))
    forAll(Gen.choose(0, 400).flatMap(Gen.containerOfN[Array, Byte](_, bytes)))(damaged =>
      assert(native.encode(damaged).length <= damaged.length)
    )
  }

  test("memory of an encoder that is closed goes to the next one, which gives the same tokens") {
    val model = NativeModel.of(gpt2.model, gpt2.vocabSize).get
    val (first, second) = (model.open(), model.open())
    assert(first ne second)
    model.close(first)
    assert(model.open() eq first)
    val closedTwice = new NativePartEncoder(gpt2.model, model)
    closedTwice.close()
    closedTwice.close()
    assert(model.open() ne model.open())
    val _ = intercept[NullPointerException](closedTwice.encode(new Array(80), 1, new TokenBuffer))
    val text = "Hello, w\u00f6rld of unmergeableness".getBytes(UTF_8)
    val expected = gpt2.newJvmEncoder().encode(text).toSeq
    (0 until 3).foreach { _ =>
      val encoder = gpt2.newEncoder()
      assertEquals(encoder.encode(text).toSeq, expected)
      encoder.close()
    }
  }
}
