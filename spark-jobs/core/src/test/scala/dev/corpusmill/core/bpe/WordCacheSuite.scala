package dev.corpusmill.core.bpe

import munit.FunSuite
import scala.util.Random

class WordCacheSuite extends FunSuite {

  /** One piece as the cache is asked for it: alone in its text. */
  private final class Cached(idBits: Int) {
    private val cache = new WordCache(idBits)

    def find(piece: Array[Byte]): Option[Seq[Int]] = {
      val out = new TokenBuffer
      val text = locate(piece)
      val isFound = cache.addKnown(0, 1, out) == 1 || cache.find(0, text, 0, piece.length)(out)
      Option.when(isFound)(out.toArray.toSeq)
    }

    def put(piece: Array[Byte], tokens: Seq[Int]): Unit = {
      val out = new TokenBuffer
      out.add(1)
      tokens.foreach(out.add)
      cache.put(0, locate(piece), 0, piece.length)(out, 1)
    }

    private def locate(piece: Array[Byte]): Array[Byte] = {
      val text = java.util.Arrays.copyOf(piece, piece.length + WordCache.PADDING)
      java.util.Arrays.fill(text, piece.length, text.length, 'x'.toByte)
      cache.locate(text, 0, Array(piece.length), 1)
      text
    }
  }

  for (idBits <- Seq(16, BpeModel.ID_BITS))
    test(s"pieces of every length with any number of tokens of $idBits bits are found as they were put") {
      val random = new Random(idBits.toLong)
      val cache = new Cached(idBits)
      for (length <- 1 to WordCache.MAX_BYTES; count <- 1 to math.min(length, 20)) {
        val piece = Array.fill(length)(random.nextInt(256).toByte)
        val tokens = Seq.fill(count)((1 << idBits) - 1 - random.nextInt(3))
        if (cache.find(piece).isEmpty) cache.put(piece, tokens)
        if (length > 2) assertEquals(cache.find(piece), Some(tokens))
      }
    }

  test("pieces that are displaced are gone or right") {
    val cache = new Cached(16)
    val pieces = Vector.tabulate(400000)(number => s"w$number".getBytes)
    pieces.indices.foreach { number =>
      if (cache.find(pieces(number)).isEmpty) cache.put(pieces(number), Seq(number & 0xffff, number >>> 16))
      assertEquals(cache.find(pieces(number)), Some(Seq(number & 0xffff, number >>> 16)))
    }
    val kept = pieces.indices.filter { number =>
      val found = cache.find(pieces(number))
      found.foreach(assertEquals(_, Seq(number & 0xffff, number >>> 16)))
      found.nonEmpty
    }
    assert(kept.size > 150000, s"only ${kept.size} are left")
  }

  test("zeros at the end of a piece are part of it") {
    val cache = new Cached(16)
    cache.put(Array[Byte](1, 0), Seq(7))
    cache.put(Array[Byte](1), Seq(8))
    assertEquals(cache.find(Array[Byte](1, 0)), Some(Seq(7)))
    assertEquals(cache.find(Array[Byte](1)), Some(Seq(8)))
    assertEquals(cache.find(Array[Byte](1, 0, 0)), None)
  }
}
