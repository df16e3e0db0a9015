package dev.corpusmill.core.dedup

import scala.collection.mutable

/**
 * The rounds of [[FuzzyDedup]] that are left where so few documents are undecided that one task decides about them in
 * memory: the same pairs, similarities, components and removals, without a dozen shuffles for each round.
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
    val rounds = new LastRounds(mutable.LongMap.from(shingles), minJaccard)
    var undecided = documents.toVector
    var number = before
    while (undecided.nonEmpty && number < FuzzyDedup.MAX_ROUNDS) {
      undecided = rounds.round(undecided)
      number += 1
    }
    if (undecided.nonEmpty) rounds.settle(undecided)
    rounds.result
  }

  /** As [[CandidatePairs.of]]. */
  private def pairsOf(documents: Vector[Banded]): Vector[Edge] = {
    val entries = new EdgeBuffer(documents.map(_.keys.length).sum)
    documents.foreach(document => document.keys.foreach(entries.add(_, document.rank)))
    CandidatePairs.pairsOfSorted(entries.sortedIterator, Map.empty).distinct.toVector
  }
}

private final class LastRounds(shingles: mutable.LongMap[Array[Byte]], minJaccard: Double) {
  private val rounds = Vector.newBuilder[FuzzyRound]
  private val removals = Vector.newBuilder[FuzzyRemoval]

  /** One round; who is undecided after it. */
  def round(undecided: Vector[Banded]): Vector[Banded] = {
    val pairs = LastRounds.pairsOf(undecided)
    val verified = verify(pairs)
    val known = verified.map(pair => pair.edge -> pair.similarity).toMap
    val union = new UnionFind
    verified.foreach(pair => union.join(pair.edge.greater, pair.edge.lesser))
    val members = union.memberships.filter(of => of.node != of.component).map { of =>
      val edge = Edge(of.node, of.component)
      ScoredPair(edge, known.getOrElse(edge, similarityOf(edge)))
    }.toVector
    val (removed, rest) = members.partition(_.similarity >= minJaccard)
    removals ++= removed.map(FuzzyRemoval.of)
    rounds +=
      FuzzyRound(undecided.size.toLong, pairs.size.toLong, verified.size.toLong, 1, removed.size.toLong)
    val left = rest.map(_.edge.greater).toSet
    undecided.filter(document => left.contains(document.rank))
  }

  /** As FuzzyDedup settles what is left after its last round. */
  def settle(undecided: Vector[Banded]): Unit = {
    val pairs = LastRounds.pairsOf(undecided)
    val verified = verify(pairs)
    val removed = Settlement.removals(verified.iterator).toVector
    removals ++= removed
    rounds +=
      FuzzyRound(undecided.size.toLong, pairs.size.toLong, verified.size.toLong, 0, removed.size.toLong)
  }

  def result: Iterator[Either[FuzzyRound, FuzzyRemoval]] =
    rounds.result().iterator.map(Left(_)) ++ removals.result().iterator.map(Right(_))

  private def verify(pairs: Vector[Edge]): Vector[ScoredPair] =
    pairs.map(pair => ScoredPair(pair, similarityOf(pair))).filter(_.similarity >= minJaccard)

  private def similarityOf(edge: Edge): Double =
    Jaccard.similarity(shinglesOf(edge.greater), shinglesOf(edge.lesser))

  private def shinglesOf(rank: Long): Array[Byte] = shingles.getOrElse(rank, Array.emptyByteArray)
}
