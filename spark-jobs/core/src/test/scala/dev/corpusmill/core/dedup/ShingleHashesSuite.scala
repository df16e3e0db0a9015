package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.WordHashes
import munit.FunSuite

import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays
import scala.collection.mutable.ArrayBuffer
import scala.util.Random

class ShingleHashesSuite extends FunSuite {
  private def words(text: String): Seq[Long] = {
    val found = ArrayBuffer.empty[Long]
    WordHashes.of(text.getBytes(UTF_8), found += _)
    found.toSeq
  }

  /** The definition: a polynomial over each run of so many words, or over all words where there are fewer. */
  private def reference(text: String, size: Int): Seq[Long] = {
    val of = words(text)
    val runs = if (of.isEmpty) Seq.empty else if (of.size < size) Seq(of) else of.sliding(size).toSeq
    runs.map(run => Hashing.mix(run.foldLeft(0L)((value, word) => value * ShingleHashes.BASE + word)))
  }

  test("a shingle's hash is a polynomial of its words, for any number of words and any length of text") {
    val random = new Random(1)
    for (size <- 1 to 9; length <- Seq(0, 1, size - 1, size, size + 1, 255, 256, 257, 700)) {
      val text = Seq.fill(length)(s"w${random.nextInt(50)}").mkString(" ")
      val found = ArrayBuffer.empty[Long]
      val count = ShingleHashes.of(text.getBytes(UTF_8), size, found += _)
      assertEquals(found.toSeq, reference(text, size), s"$size of $length")
      assertEquals(count, found.size.toLong)
    }
  }

  test("the set of a text's shingles has each of them once, in ascending order") {
    val text = Seq.tabulate(3000)(number => s"w${number % 700}").mkString(" é ")
    val set = ShingleHashes.setOf(text.getBytes(UTF_8), 5, 1 << 20)
    assertEquals(set.hashes.toSeq, reference(text, 5).distinct.sorted)
    assertEquals(set.isCapped, false)
  }

  test("hashes are sorted as numbers with signs, spread, repeated or crowded at any place") {
    val random = new Random(2)
    val shapes = Seq[Int => Long](
      _ => random.nextLong(),
      _ => 42L,
      index => if (index % 2 == 0) 7L else 8L,
      index => -index.toLong,
      _ => random.nextInt(1000).toLong - 500,
      index => if (index % 3 == 0) Long.MinValue else Long.MaxValue - random.nextInt(3)
    )
    for (shape <- shapes; size <- Seq(0, 1, 2, 63, 64, 65, 1000, 40000)) {
      val numbers = Array.tabulate(size + 3)(shape)
      val expected = numbers.clone()
      Arrays.sort(expected, 0, size)
      HashSort.sort(numbers, size)
      assertEquals(numbers.toSeq, expected.toSeq)
    }
  }
}
