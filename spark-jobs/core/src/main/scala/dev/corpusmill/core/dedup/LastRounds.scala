package dev.corpusmill.core.dedup

import scala.collection.mutable

/** The bucket keys of documents, by rank. */
private[dedup] trait BucketKeys {
  def keysOf(rank: Long): Array[Long]
}

/** What one task knows of the documents that it compares; their shingles are encoded. */
private[dedup] trait ComparedDocuments extends BucketKeys {
  def shinglesOf(rank: Long): Array[Byte]
}

/**
 * Rounds of [[FuzzyDedup]] by one task: the same pairs, similarities, components and removals, without a dozen shuffles
 * for each round.
 */
private[dedup] object LastRounds {

  /** Shingles that one task holds, in bytes. */
  val MEMORY_BYTES: Long = 96L << 20

  /**
   * Decides about `documents`; what each round did (Left), and what goes (Right).
   *
   * @param shingles of the documents, encoded, by rank
   * @param before rounds that were done already
   */
  def decide(
      documents: Iterator[Banded],
      shingles: Iterator[(Long, Array[Byte])],
      minJaccard: Double,
      before: Int
  ): Iterator[Either[FuzzyRound, FuzzyRemoval]] = {
    val held = new HeldDocuments(mutable.LongMap.from(documents.map(of => of.rank -> of.keys)), shingles)
    val rounds = new LastRounds(held, minJaccard)
    rounds.decide(held.ranks, before)
    rounds.result
  }

  /** As [[CandidatePairs.of]], sorted. */
  def pairsOf(ranks: Array[Long], documents: BucketKeys): EdgeBuffer = {
    val entries = new EdgeBuffer(ranks.map(documents.keysOf(_).length).sum)
    var index = 0
    while (index < ranks.length) {
      val keys = documents.keysOf(ranks(index))
      var key = 0
      while (key < keys.length) {
        entries.add(keys(key), ranks(index))
        key += 1
      }
      index += 1
    }
    entries.sort()
    val pairs = new EdgeBuffer(2 * entries.length)
    CandidatePairs.pairsOfSorted(entries.iterator, Map.empty).foreach(pair =>
      pairs.add(pair.greater, pair.lesser)
    )
    pairs.sort()
    pairs.dropRepeated()
    pairs
  }

  private final class HeldDocuments(
      keys: mutable.LongMap[Array[Long]],
      encoded: Iterator[(Long, Array[Byte])]
  ) extends ComparedDocuments {
    private val shingles = mutable.LongMap.from(encoded)

    def ranks: Array[Long] = keys.keysIterator.toArray
    override def keysOf(rank: Long): Array[Long] = keys(rank)
    override def shinglesOf(rank: Long): Array[Byte] = shingles.getOrElse(rank, Array.emptyByteArray)
  }
}

/** The rounds over some documents. */
private[dedup] final class LastRounds(documents: ComparedDocuments, minJaccard: Double) {
  private val rounds = Vector.newBuilder[FuzzyRound]
  private val removals = Vector.newBuilder[FuzzyRemoval]

  /** Decides about those of the given ranks, after `before` rounds. */
  def decide(ranks: Array[Long], before: Int): Unit = {
    var undecided = ranks
    var number = before
    while (undecided.nonEmpty && number < FuzzyDedup.MAX_ROUNDS) {
      undecided = round(undecided.length.toLong, pairsOf(undecided))
      number += 1
    }
    if (undecided.nonEmpty) settle(undecided)
  }

  /** One round over `undecided` documents with their candidate pairs; who is undecided after it. */
  def round(undecided: Long, pairs: EdgeBuffer): Array[Long] = {
    val scored = ScoredPairs.of(pairs)(similarityOf)
    val union = new UnionFind
    var verified = 0L
    scored.atOrAbove(minJaccard).foreach { pair =>
      union.join(pair.edge.greater, pair.edge.lesser)
      verified += 1
    }
    val members = union.memberships.filter(of => of.node != of.component).map { of =>
      val edge = Edge(of.node, of.component)
      ScoredPair(edge, scored.find(edge).getOrElse(similarityOf(edge)))
    }.toVector
    val (removed, rest) = members.partition(_.similarity >= minJaccard)
    removals ++= removed.map(FuzzyRemoval.of)
    rounds += FuzzyRound(undecided, pairs.length.toLong, verified, 1, removed.size.toLong)
    rest.iterator.map(_.edge.greater).toArray
  }

  /** What the rounds did (Left), and what goes (Right). */
  def result: Iterator[Either[FuzzyRound, FuzzyRemoval]] =
    rounds.result().iterator.map(Left(_)) ++ removals.result().iterator.map(Right(_))

  /** As FuzzyDedup settles what is left after its last round. */
  private def settle(undecided: Array[Long]): Unit = {
    val pairs = pairsOf(undecided)
    val scored = ScoredPairs.of(pairs)(similarityOf)
    val verified = scored.atOrAbove(minJaccard).size.toLong
    val removed = Settlement.ofSorted(scored.atOrAbove(minJaccard)).toVector
    removals ++= removed
    rounds += FuzzyRound(undecided.length.toLong, pairs.length.toLong, verified, 0, removed.size.toLong)
  }

  private def pairsOf(ranks: Array[Long]): EdgeBuffer = LastRounds.pairsOf(ranks, documents)

  private def similarityOf(edge: Edge): Double =
    Jaccard.similarity(documents.shinglesOf(edge.greater), documents.shinglesOf(edge.lesser))
}
