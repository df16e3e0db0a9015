package dev.corpusmill.core.dedup

import munit.FunSuite

import scala.util.Random

class MinHashSuite extends FunSuite {
  private def signatureOf(minHash: MinHash, shingles: Iterable[Long]): MinHashSignature = {
    val signature = minHash.newSignature
    shingles.foreach(signature.add)
    signature
  }

  private def rowsOf(minHash: MinHash, shingles: Iterable[Long]): Seq[Long] =
    signatureOf(minHash, shingles).rows.toSeq

  /** Two sets of so many shingles together, of which so many are in both. */
  private def pair(random: Random, union: Int, shared: Int): (Seq[Long], Seq[Long]) = {
    val all = Seq.fill(union)(random.nextLong())
    val (both, others) = all.splitAt(shared)
    val (left, right) = others.splitAt(others.size / 2)
    (both ++ left, both ++ right)
  }

  test("a row is the least of the shingles in its bin, whatever the order and the repetitions") {
    val random = new Random(1)
    val probes = Probes(37, 5L)
    val minHash = MinHash(bands = 37, rows = 1, seed = 5)
    (1 to 100).foreach { _ =>
      val shingles = Seq.fill(400)(random.nextLong())
      val numbers = shingles.map(shingle => (shingle ^ probes.flip) * probes.multiplier)
      val least = numbers.groupMapReduce(Probes.binOf(_, 37))(_ & 0xffffffffL)(math.min)
      val rows = rowsOf(minHash, random.shuffle(shingles) ++ shingles.take(50))
      least.foreach { case (bin, value) => assertEquals(rows(bin), value) }
    }
  }

  test("a bin without shingles has the row of a bin with some") {
    val random = new Random(2)
    val minHash = MinHash(bands = 14, rows = 8, seed = 3)
    Seq(1, 2, 3, 10, 50, 200).foreach { count =>
      val shingles = Seq.fill(count)(random.nextLong())
      val rows = rowsOf(minHash, shingles)
      val probes = Probes(112, 3L)
      val values = shingles.map(shingle => (shingle ^ probes.flip) * probes.multiplier & 0xffffffffL).toSet
      assertEquals(rows.toSet -- values, Set.empty[Long], s"$count shingles")
    }
  }

  test("takes shingles together as it takes them one by one, and forgets them when cleared") {
    val random = new Random(4)
    val minHash = MinHash(bands = 5, rows = 7, seed = 1)
    val together = minHash.newSignature
    (1 to 40).foreach { count =>
      val shingles = Array.fill(count + 2)(random.nextLong())
      together.clear()
      together.addAll(shingles, count)
      assertEquals(together.rows.toSeq, rowsOf(minHash, shingles.take(count)))
    }
  }

  test("two texts agree in a row with the chance of their similarity, however many shingles they have") {
    val random = new Random(6)
    for (union <- Seq(5, 20, 60, 120, 300, 1500); tenths <- Seq(2, 5, 8, 10)) {
      val shared = union * tenths / 10
      val trials = if (union > 200) 300 else 1500
      val agreeing = Iterator.range(0, trials).map { trial =>
        val minHash = MinHash(bands = 14, rows = 8, seed = trial.toLong)
        val (left, right) = pair(random, union, shared)
        rowsOf(minHash, left).zip(rowsOf(minHash, right)).count { case (one, other) => one == other } / 112.0
      }.toSeq
      val mean = agreeing.sum / trials
      val deviation = math.sqrt(agreeing.map(part => (part - mean) * (part - mean)).sum / trials / trials)
      assertEqualsDouble(mean, shared.toDouble / union, 5 * deviation + 1e-9, s"$shared of $union")
    }
  }

  test("two texts share a bucket with the chance that the curve tells") {
    val random = new Random(7)
    for (union <- Seq(60, 250, 1000); tenths <- Seq(6, 7, 8, 9)) {
      val shared = union * tenths / 10
      val trials = 1500
      val found = (0 until trials).count { trial =>
        val minHash = MinHash(bands = 14, rows = 8, seed = trial.toLong)
        val (left, right) = pair(random, union, shared)
        val keys = minHash.bandKeys(signatureOf(minHash, left)).toSet
        minHash.bandKeys(signatureOf(minHash, right)).exists(keys.contains)
      }
      val expected = MinHash(14, 8, 0).candidateProbability(shared.toDouble / union)
      assertEqualsDouble(found.toDouble / trials, expected, 0.05, s"$shared of $union")
    }
  }

  test("bands of equal sets are equal in any order, and as often as shingles are repeated") {
    val minHash = MinHash(bands = 14, rows = 8, seed = 3)
    val shingles = Seq.tabulate(50)(number => Hashing.mix(number.toLong))
    def keys(of: Seq[Long]): Seq[Long] = minHash.bandKeys(signatureOf(minHash, of)).toSeq
    assertEquals(keys(shingles.reverse ++ shingles), keys(shingles))
    assertEquals((keys(shingles) ++ keys(shingles.take(10))).toSet.size, 28)
    assertNotEquals(
      MinHash(14, 8, 4).bandKeys(signatureOf(MinHash(14, 8, 4), shingles)).toSeq,
      keys(shingles)
    )
  }
}
