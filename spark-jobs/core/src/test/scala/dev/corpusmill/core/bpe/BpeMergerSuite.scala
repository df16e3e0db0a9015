package dev.corpusmill.core.bpe

import munit.ScalaCheckSuite
import org.scalacheck.{Arbitrary, Gen}
import org.scalacheck.Prop.forAll

/** Merges and their ranks against their definitions. */
class BpeMergerSuite extends ScalaCheckSuite {
  private val ids = Gen.choose(0, 40)
  private val pairs =
    Gen.listOf(Gen.zip(ids, ids, Gen.choose(0, 1000)).map { case (left, right, rank) =>
      RankedPair(left, right, rank)
    })

  property("a pair has the lowest of its ranks, and no other pair has any") {
    forAll(pairs) { given =>
      val ranks = PairRanks(given.toVector)
      for (left <- 0 to 41; right <- 0 to 41) {
        val own = given.filter(pair => pair.left == left && pair.right == right).map(_.rank)
        assertEquals(ranks.rankOf(left, right), own.minOption.getOrElse(PairRanks.NONE))
      }
    }
  }

  test("the highest ids and ranks fit") {
    val pair = RankedPair(BpeModel.MAX_ID - 1, BpeModel.MAX_ID, PairRanks.MAX_RANK - 1)
    val ranks = PairRanks(Vector(pair))
    assertEquals(ranks.rankOf(pair.left, pair.right), pair.rank)
    assertEquals(ranks.rankOf(pair.right, pair.left), PairRanks.NONE)
  }

  property("pieces of up to 64 bytes merge as the definition says") {
    val model = BuiltinGpt2.tokenizer.model
    val piece = Gen.choose(1, BpeMerger.SHORT_BYTES).flatMap(length =>
      Gen.oneOf(
        Gen.listOfN(length, Gen.oneOf("aeinorst")).map(_.map(_.toByte).toArray),
        Gen.listOfN(length, Arbitrary.arbitrary[Byte]).map(_.toArray)
      )
    )
    val merger = new BpeMerger(model)
    forAll(piece) { bytes =>
      val out = new TokenBuffer
      merger.merge(bytes, 0, bytes.length, out)
      assertEquals(out.toArray.toSeq, mergedByDefinition(model, bytes))
    }
  }

  private def mergedByDefinition(model: BpeModel, bytes: Array[Byte]): Seq[Int] = {
    var symbols = bytes.toVector.map(byte => model.byteIds(byte & 0xff))
    def ranks = symbols.zip(symbols.drop(1)).map { case (left, right) => model.pairs.rankOf(left, right) }
    while (ranks.exists(_ != PairRanks.NONE)) {
      val at = ranks.indexOf(ranks.min)
      symbols = symbols.patch(at, Seq(model.mergedIds(ranks.min)), 2)
    }
    symbols
  }

  property("gpt2 merges two tokens wherever their bytes together are a token, the lowest id first") {
    val model = BuiltinGpt2.tokenizer.model
    val piece = Gen.oneOf(
      Gen.listOf(Gen.oneOf("aeinorst")).map(_.mkString.getBytes),
      UnicodeTexts.text.map(_.getBytes("UTF-8").take(BpeMerger.SHORT_BYTES)),
      Gen.choose(0, 50255).map(id => BuiltinGpt2.tokenizer.decode(Array(id)))
    )
    val merger = new BpeMerger(model)
    forAll(piece.suchThat(_.nonEmpty)) { bytes =>
      val out = new TokenBuffer
      merger.merge(bytes, 0, bytes.length, out)
      assertEquals(out.toArray.toSeq, mergedByRanks(bytes))
    }
  }

  private lazy val gpt2Tokens: Map[Seq[Byte], Int] = (0 to 50255).map(id =>
    BuiltinGpt2.tokenizer.decode(Array(id)).toSeq -> id
  ).toMap

  private def mergedByRanks(bytes: Array[Byte]): Seq[Int] = {
    var parts = bytes.toVector.map(Seq(_))
    def ranks = parts.zip(parts.drop(1)).map { case (left, right) =>
      gpt2Tokens.getOrElse(left ++ right, Int.MaxValue)
    }
    while (ranks.exists(_ != Int.MaxValue)) {
      val at = ranks.indexOf(ranks.min)
      parts = parts.patch(at, Seq(parts(at) ++ parts(at + 1)), 2)
    }
    parts.map(gpt2Tokens)
  }
}
