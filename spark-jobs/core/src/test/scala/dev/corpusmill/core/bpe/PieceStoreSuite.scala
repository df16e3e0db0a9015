package dev.corpusmill.core.bpe

import munit.FunSuite
import scala.collection.mutable
import scala.util.Random

class PieceStoreSuite extends FunSuite {

  private def tokensOf(random: Random): Seq[Int] = Seq.fill(1 + random.nextInt(9))(random.nextInt(1 << 21))

  private def find(store: PieceStore, piece: Array[Byte]): Option[Seq[Int]] = {
    val out = new TokenBuffer
    Option.when(store.find(java.util.Arrays.copyOf(piece, piece.length + 16), 0, piece.length, out))(
      out.toArray.toSeq
    )
  }

  private def put(store: PieceStore, piece: Array[Byte], tokens: Seq[Int]): Unit = {
    assertEquals(find(store, piece), None)
    val out = new TokenBuffer
    tokens.foreach(out.add)
    store.put(java.util.Arrays.copyOf(piece, piece.length + 16), 0, piece.length)(out, 0)
  }

  test("pieces of every length are found with their tokens and no other ones") {
    val random = new Random(5)
    val store = new PieceStore
    val known = mutable.LinkedHashMap.empty[Seq[Byte], Seq[Int]]
    (1 to PieceStore.MAX_BYTES).foreach { length =>
      val piece = Array.fill(length)((random.nextInt(3) - 1).toByte)
      if (!known.contains(piece.toSeq)) {
        val tokens = tokensOf(random)
        put(store, piece, tokens)
        known(piece.toSeq) = tokens
      }
    }
    known.foreach { case (piece, tokens) => assertEquals(find(store, piece.toArray), Some(tokens)) }
    val shorter = Array.fill[Byte](PieceStore.MAX_BYTES)(0)
    assertEquals(find(store, shorter), None)
  }

  test("zeros at the end of a piece are part of it") {
    val store = new PieceStore
    put(store, Array[Byte](1, 0), Seq(7))
    put(store, Array[Byte](1), Seq(8, 9))
    assertEquals(find(store, Array[Byte](1, 0)), Some(Seq(7)))
    assertEquals(find(store, Array[Byte](1)), Some(Seq(8, 9)))
  }

  test("a full store begins anew and stays right") {
    val random = new Random(6)
    val store = new PieceStore
    val pieces = Iterator.from(0).map(number => s"piece number $number".getBytes).take(400000).toVector
    val tokens = pieces.map(_ => tokensOf(random))
    pieces.zip(tokens).foreach { case (piece, ids) => put(store, piece, ids) }
    val found = pieces.map(find(store, _))
    found.zip(tokens).foreach { case (here, ids) => here.foreach(assertEquals(_, ids)) }
    assertEquals(found.last, Some(tokens.last))
    assertEquals(found.head, None)
  }
}
