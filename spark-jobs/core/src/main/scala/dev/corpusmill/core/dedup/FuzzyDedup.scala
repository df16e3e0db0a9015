package dev.corpusmill.core.dedup

import org.apache.spark.sql.functions.{col, udf}
import org.apache.spark.sql.{Dataset, Encoder, Encoders}

/** A document that goes, by rank, the survivor it was compared with, and their similarity. */
final case class FuzzyRemoval(rank: Long, survivor: Long, similarity: Double)

/** The encoded shingles of a document. */
final case class ShingleSet(rank: Long, hashes: Array[Byte])

/** A pair with its exact Jaccard similarity. */
private[dedup] final case class ScoredPair(greater: Long, lesser: Long, similarity: Double)

/** What one round did. `survivors` of components are decided as well as the removed. */
final case class FuzzyRound(
    undecided: Long,
    candidatePairs: Long,
    verifiedPairs: Long,
    componentRounds: Int,
    removed: Long
)

/** Removals, and the rounds that led to them; documents still undecided at the end were kept. */
final case class FuzzyResult(removals: Dataset[FuzzyRemoval], rounds: Seq[FuzzyRound], undecidedAtEnd: Long)

/**
 * Removes near duplicates, each only after its shingles were compared with those of the document that stays for it.
 *
 * Rounds, until nothing is left undecided: candidate pairs of LSH buckets; exact similarity of each pair; connected
 * components over the pairs at or above `minJaccard`; the best-ranked document of each component survives, the members
 * at or above `minJaccard` with that survivor go, and the rest of the component is undecided for the next round. So
 * the end documents of a chain are never removed for the sake of the middle.
 *
 * A chain in survivor order loses only its head in a round, so after MAX_ROUNDS what is left is settled pair by pair
 * ([[Settlement]]).
 *
 * @param shinglesOf fetches the shingles of documents from their texts
 * @param phase is told what is being done
 */
final case class FuzzyDedup(
    settings: FuzzySettings,
    components: ConnectedComponents,
    shinglesOf: Dataset[Ranked] => Dataset[ShingleSet],
    phase: String => Unit
) {
  import FuzzyDedup._

  /** Decides about documents, whose ranks are unique. */
  def apply(documents: Dataset[Ranked]): FuzzyResult = {
    val none = documents.sparkSession.emptyDataset[FuzzyRemoval]
    run(State(documents, None, FuzzyResult(none, Seq.empty, documents.count())))
  }

  @scala.annotation.tailrec
  private def run(state: State): FuzzyResult =
    if (state.result.undecidedAtEnd == 0) state.result
    else if (state.result.rounds.size == MAX_ROUNDS) settle(state)
    else run(round(state))

  private def round(state: State): State = {
    val (shingles, pairs, verified) = verify(state)
    phase(s"components ${state.result.rounds.size + 1}")
    val found = components.find(verified.map(pair => Edge(pair.greater, pair.lesser)))
    val members = Materialize(scoreMembers(found.memberships, verified, shingles))
    val isRemoved = col("similarity") >= settings.minJaccard
    val removals = members.filter(isRemoved).map(asRemoval)
    val rest = members.filter(!isRemoved).map(_.greater).toDF("rank")
    val undecided = Materialize(state.undecided.join(rest, Seq("rank"), "left_semi").as[Ranked])
    val report =
      FuzzyRound(state.result.undecidedAtEnd, pairs.count(), verified.count(), found.rounds, removals.count())
    val all = state.result.removals.union(removals)
    State(undecided, Some(shingles), FuzzyResult(all, state.result.rounds :+ report, undecided.count()))
  }

  private def settle(state: State): FuzzyResult = {
    val (_, pairs, verified) = verify(state)
    if (verified.count() > MAX_SETTLED_PAIRS) state.result
    else {
      val removals = Materialize(verified.coalesce(1).mapPartitions(Settlement.removals))
      val report =
        FuzzyRound(state.result.undecidedAtEnd, pairs.count(), verified.count(), 0, removals.count())
      FuzzyResult(state.result.removals.union(removals), state.result.rounds :+ report, 0L)
    }
  }

  /** The candidate pairs of the undecided, and those of them at or above `minJaccard`. */
  private def verify(state: State): (Dataset[ShingleSet], Dataset[Edge], Dataset[ScoredPair]) = {
    phase(s"candidates ${state.result.rounds.size + 1}")
    val pairs = Materialize(CandidatePairs.of(state.undecided, settings.minJaccard))
    val shingles = state.shingles.getOrElse(fetchShingles(state.undecided, pairs))
    phase(s"verify ${state.result.rounds.size + 1}")
    val verified = score(pairs, shingles).filter(col("similarity") >= settings.minJaccard)
    (shingles, pairs, Materialize(verified))
  }

  private def fetchShingles(documents: Dataset[Ranked], pairs: Dataset[Edge]): Dataset[ShingleSet] = {
    val ranks = pairs.flatMap(pair => Seq(pair.greater, pair.lesser)).distinct().toDF("rank")
    val needed = documents.join(ranks, Seq("rank"), "left_semi").as[Ranked]
    Materialize(shinglesOf(needed))
  }

  /** The exact similarity of every pair. */
  private def score(pairs: Dataset[Edge], shingles: Dataset[ShingleSet]): Dataset[ScoredPair] = {
    val greater = shingles.select(col("rank").as("greater"), col("hashes").as("greater_hashes"))
    val lesser = shingles.select(col("rank").as("lesser"), col("hashes").as("lesser_hashes"))
    val similarity = JACCARD(col("greater_hashes"), col("lesser_hashes")).as("similarity")
    pairs
      .join(greater, "greater")
      .join(lesser, "lesser")
      .select(col("greater"), col("lesser"), similarity)
      .as[ScoredPair]
  }

  /** Every member of a component with its survivor; pairs that were scored before are not scored again. */
  private def scoreMembers(
      memberships: Dataset[Membership],
      scored: Dataset[ScoredPair],
      shingles: Dataset[ShingleSet]
  ): Dataset[ScoredPair] = {
    val pairs = memberships
      .filter(membership => membership.node != membership.component)
      .map(membership => Edge(membership.node, membership.component))
    val keys = Seq("greater", "lesser")
    val known = scored.join(pairs, keys, "left_semi").as[ScoredPair]
    val unknown = pairs.join(scored, keys, "left_anti").as[Edge]
    known.union(score(unknown, shingles))
  }
}

object FuzzyDedup {

  /** Rounds before what is left is settled pair by pair; a corpus of the web needs two or three. */
  val MAX_ROUNDS = 8

  /** Pairs that one task settles: about 100 bytes each. Beyond it what is left stays, which is safe and reported. */
  val MAX_SETTLED_PAIRS = 2000000L

  private implicit val longEncoder: Encoder[Long] = Encoders.scalaLong
  private implicit val edgeEncoder: Encoder[Edge] = Encoders.product[Edge]
  private implicit val scoredEncoder: Encoder[ScoredPair] = Encoders.product[ScoredPair]
  private implicit val removalEncoder: Encoder[FuzzyRemoval] = Encoders.product[FuzzyRemoval]
  private implicit val rankedEncoder: Encoder[Ranked] = Encoders.product[Ranked]

  private val JACCARD = udf((left: Array[Byte], right: Array[Byte]) => Jaccard.similarity(left, right))

  // Functions that go to executors stand here: an instance cannot be shipped, its `phase` belongs to the driver.
  private val asRemoval: ScoredPair => FuzzyRemoval =
    pair => FuzzyRemoval(pair.greater, pair.lesser, pair.similarity)

  private final case class State(
      undecided: Dataset[Ranked],
      shingles: Option[Dataset[ShingleSet]],
      result: FuzzyResult
  )
}

/**
 * Greedy choice over verified pairs in survivor order: a document goes if it has a verified pair with a document that
 * stays, and stays otherwise.
 */
private[dedup] object Settlement {
  def removals(pairs: Iterator[ScoredPair]): Iterator[FuzzyRemoval] = {
    val removed = scala.collection.mutable.LongMap.empty[FuzzyRemoval]
    val inOrder = pairs.toArray.sortBy(pair => (pair.greater, pair.lesser))
    inOrder.foreach { pair =>
      if (!removed.contains(pair.lesser) && !removed.contains(pair.greater))
        removed.update(pair.greater, FuzzyRemoval(pair.greater, pair.lesser, pair.similarity))
    }
    removed.valuesIterator
  }
}
