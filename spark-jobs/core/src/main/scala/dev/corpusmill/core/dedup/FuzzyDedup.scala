package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

import scala.reflect.ClassTag

/** A document that goes, by rank, the survivor it was compared with, and their similarity. */
final case class FuzzyRemoval(rank: Long, survivor: Long, similarity: Double)

private[dedup] object FuzzyRemoval {

  /** The greater document of a pair goes for the lesser. */
  def of(pair: ScoredPair): FuzzyRemoval =
    FuzzyRemoval(pair.edge.greater, pair.edge.lesser, pair.similarity)
}

/** A pair with its exact Jaccard similarity. */
private[dedup] final case class ScoredPair(edge: Edge, similarity: Double)

/** What one round did; `undecided` are the documents it began with. */
final case class FuzzyRound(
    undecided: Long,
    candidatePairs: Long,
    verifiedPairs: Long,
    componentRounds: Int,
    removed: Long
)

/** How fuzzy dedup came to its removals; documents still undecided at the end were kept. */
final case class FuzzyReport(rounds: Seq[FuzzyRound], undecidedAtEnd: Long)

/** Removals, and the rounds that led to them. */
final case class FuzzyResult(removals: RDD[FuzzyRemoval], rounds: Seq[FuzzyRound], undecidedAtEnd: Long) {
  def report: FuzzyReport = FuzzyReport(rounds, undecidedAtEnd)
}

/**
 * What fuzzy dedup knows of documents.
 *
 * @param bandsOf the bucket keys of documents, by rank
 * @param shinglesOf fetches the encoded shingles of documents, by rank, from their texts
 */
final case class FuzzySource(
    bandsOf: RDD[Ranked] => RDD[Banded],
    shinglesOf: RDD[Ranked] => RDD[(Long, Array[Byte])]
)

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
 * The first round works with as many tasks as `components`; what is left for later ones is small, and is kept apart with
 * its bucket keys and shingles, so that a round costs its own documents; what is left for one task is decided there to
 * its end ([[LastRounds]]).
 *
 * @param phase is told what is being done
 * @param documentsPerTask of rounds after the first
 * @param hotRows a survivor that may be in more pairs is compared with them by several tasks
 */
final case class FuzzyDedup(
    settings: FuzzySettings,
    components: ConnectedComponents,
    source: FuzzySource,
    phase: String => Unit,
    documentsPerTask: Long = FuzzyDedup.DOCUMENTS_PER_TASK,
    hotRows: Long = HotKeys.HOT_ROWS
) {
  import FuzzyDedup._

  // Functions that are shipped to executors must not refer to this object: `phase` stays on the driver.

  /** Decides about documents, whose ranks are unique. */
  def apply(documents: RDD[Ranked]): FuzzyResult = {
    val none = documents.sparkContext.emptyRDD[FuzzyRemoval]
    val result = FuzzyResult(none, Seq.empty, documents.count())
    run(State(documents, source.bandsOf(documents), None, Shuffles(components.partitions), result))
  }

  @scala.annotation.tailrec
  private def run(state: State): FuzzyResult = state.shingles match {
    case _ if state.result.undecidedAtEnd == 0 => state.result
    case _ if state.result.rounds.size == MAX_ROUNDS => settle(state)
    case Some(shingles) if fitOneTask(state, shingles) => decideInOneTask(state, shingles)
    case _ => run(round(state))
  }

  private def fitOneTask(state: State, shingles: RDD[(Long, Array[Byte])]): Boolean =
    state.result.undecidedAtEnd < documentsPerTask &&
      shingles.map(_._2.length.toLong).fold(0L)(_ + _) <= LastRounds.MEMORY_BYTES

  private def decideInOneTask(state: State, shingles: RDD[(Long, Array[Byte])]): FuzzyResult = {
    phase("last rounds")
    val minJaccard = settings.minJaccard
    val before = state.result.rounds.size
    val decided = Shuffles.keep(
      state.bands.coalesce(1).zipPartitions(shingles.coalesce(1))(
        LastRounds.decide(_, _, minJaccard, before)
      )
    )
    val rounds = decided.collect { case Left(round) => round }.collect().toSeq
    val removals = decided.collect { case Right(removal) => removal }
    FuzzyResult(state.result.removals ++ removals, state.result.rounds ++ rounds, 0L)
  }

  private def round(state: State): State = {
    val found = verify(state)
    phase(s"components ${state.result.rounds.size + 1}")
    val graph = components
      .copy(partitions = state.shuffles.partitions)
      .find(found.verified.map(_.edge), found.verifiedPairs)
    val members = Shuffles.keep(scoreMembers(state.shuffles, graph.memberships, found))
    val removals = atOrAbove(members, settings.minJaccard).map(FuzzyRemoval.of)
    val removed = removals.count()
    val left = members.count() - removed
    val report = FuzzyRound(
      state.result.undecidedAtEnd,
      found.candidatePairs,
      found.verifiedPairs,
      graph.rounds,
      removed
    )
    val rest = below(members, settings.minJaccard).map(_.edge.greater -> 0.toByte)
    val all = state.result.removals ++ removals
    narrowed(state, found.shingles, rest, FuzzyResult(all, state.result.rounds :+ report, left))
  }

  /** The state of the next round, whose documents are `rest`. */
  private def narrowed(
      state: State,
      shingles: RDD[(Long, Array[Byte])],
      rest: RDD[(Long, Byte)],
      result: FuzzyResult
  ): State = {
    val tasks = math.min(components.partitions.toLong, 1 + result.undecidedAtEnd / documentsPerTask).toInt
    val next = Shuffles(tasks)
    val undecided = Shuffles.keep(select(next, state.undecided.map(of => of.rank -> of), rest))
    val bands =
      if (state.shingles.isEmpty) source.bandsOf(undecided)
      else select(next, state.bands.map(of => of.rank -> of), rest)
    val own = state.shuffles
      .lookupGrouped(shingles, rest)((rank, hashes, _) => hashes.map(rank -> _))
      .flatMap(found => found)
    State(undecided, Shuffles.keep(bands), Some(byRank(next, own)), next, result)
  }

  private def settle(state: State): FuzzyResult = {
    val found = verify(state)
    if (found.verifiedPairs > MAX_SETTLED_PAIRS) state.result
    else {
      val removals = Shuffles.keep(found.verified.coalesce(1).mapPartitions(Settlement.removals))
      val report =
        FuzzyRound(
          state.result.undecidedAtEnd,
          found.candidatePairs,
          found.verifiedPairs,
          0,
          removals.count()
        )
      FuzzyResult(state.result.removals ++ removals, state.result.rounds :+ report, 0L)
    }
  }

  /** The candidate pairs of the undecided, and those of them at or above `minJaccard`. */
  private def verify(state: State): Verification = {
    val number = state.result.rounds.size + 1
    val shuffles = state.shuffles
    phase(s"candidates $number")
    val pairs = Shuffles.keep(CandidatePairs(shuffles).of(state.bands, state.result.undecidedAtEnd))
    val shingles = state.shingles.getOrElse {
      val needed = shuffles.distinct(pairs.flatMap(pair => Seq(pair.greater, pair.lesser))).map(_ -> 0.toByte)
      byRank(shuffles, source.shinglesOf(select(shuffles, state.undecided.map(of => of.rank -> of), needed)))
    }
    phase(s"verify $number")
    val count = pairs.count()
    val verified = Shuffles.keep(atOrAbove(score(shuffles, pairs, count, shingles), settings.minJaccard))
    Verification(shingles, count, verified, verified.count())
  }

  /** Sorted and kept, because every round looks shingles up. */
  private def byRank(shuffles: Shuffles, shingles: RDD[(Long, Array[Byte])]): RDD[(Long, Array[Byte])] =
    Shuffles.keep(shuffles.grouped(shingles)(identity))

  /** What there is of the given ranks. */
  private def select[A: ClassTag](shuffles: Shuffles, all: RDD[(Long, A)], ranks: RDD[(Long, Byte)]): RDD[A] =
    shuffles.lookup(all, ranks)((_, found, _) => found).flatMap(found => found)

  /**
   * The exact similarity of every pair, of which there are `count`. The shingles of a pair's lesser document travel to
   * its greater one: many have one lesser in common, and so what is copied is spread over all tasks. Where very many
   * have, several tasks copy them.
   */
  private def score(
      shuffles: Shuffles,
      pairs: RDD[Edge],
      count: Long,
      shingles: RDD[(Long, Array[Byte])]
  ): RDD[ScoredPair] = {
    val split = SplitKeys.of(pairs.map(_.lesser), count, hotRows)(identity)
    val byLesser = pairs.map(pair => pair.lesser -> pair.greater)
    val withLesser = shuffles.lookupGroupedSplit(shingles, byLesser)(split) { (lesser, hashes, greater) =>
      greater -> ((lesser, hashes.getOrElse(Array.emptyByteArray)))
    }
    shuffles.lookupGrouped(shingles, withLesser) { case (greater, hashes, (lesser, lesserHashes)) =>
      val similarity = Jaccard.similarity(hashes.getOrElse(Array.emptyByteArray), lesserHashes)
      ScoredPair(Edge(greater, lesser), similarity)
    }
  }

  /** Every member of a component with its survivor; pairs that were scored before are not scored again. */
  private def scoreMembers(
      shuffles: Shuffles,
      memberships: RDD[Membership],
      found: Verification
  ): RDD[ScoredPair] = {
    val members = memberships
      .filter(membership => membership.node != membership.component)
      .map(membership => Edge(membership.node, membership.component) -> 0.toByte)
    val known = found.verified.map(pair => pair.edge -> pair.similarity)
    val looked = Shuffles.keep(shuffles.lookup(known, members)((edge, similarity, _) => edge -> similarity))
    val scored = looked.flatMap { case (edge, similarity) => similarity.map(ScoredPair(edge, _)) }
    val unknown = looked.collect { case (edge, None) => edge }
    scored ++ score(shuffles, unknown, found.verifiedPairs, found.shingles)
  }
}

object FuzzyDedup {

  /** Rounds before what is left is settled pair by pair; a corpus of the web needs two or three. */
  val MAX_ROUNDS = 8

  /** A task of a later round decides about so many in some seconds. */
  val DOCUMENTS_PER_TASK = 20000L

  /** Pairs that one task settles: about 100 bytes each. Beyond it what is left stays, which is safe and reported. */
  val MAX_SETTLED_PAIRS = 2000000L

  private def atOrAbove(pairs: RDD[ScoredPair], minJaccard: Double): RDD[ScoredPair] =
    pairs.filter(_.similarity >= minJaccard)

  private def below(pairs: RDD[ScoredPair], minJaccard: Double): RDD[ScoredPair] =
    pairs.filter(_.similarity < minJaccard)

  /** Before a round: its documents, their bucket keys and, but for the first round, their shingles. */
  private final case class State(
      undecided: RDD[Ranked],
      bands: RDD[Banded],
      shingles: Option[RDD[(Long, Array[Byte])]],
      shuffles: Shuffles,
      result: FuzzyResult
  )

  private final case class Verification(
      shingles: RDD[(Long, Array[Byte])],
      candidatePairs: Long,
      verified: RDD[ScoredPair],
      verifiedPairs: Long
  )
}

/**
 * Greedy choice over verified pairs in survivor order: a document goes if it has a verified pair with a document that
 * stays, and stays otherwise.
 */
private[dedup] object Settlement {
  def removals(pairs: Iterator[ScoredPair]): Iterator[FuzzyRemoval] =
    ofSorted(pairs.toArray.sortBy(_.edge).iterator)

  /** The same for pairs that come in the order of their edges. */
  def ofSorted(pairs: Iterator[ScoredPair]): Iterator[FuzzyRemoval] = {
    val removed = scala.collection.mutable.LongMap.empty[FuzzyRemoval]
    pairs.foreach { case ScoredPair(Edge(greater, lesser), similarity) =>
      if (!removed.contains(lesser) && !removed.contains(greater))
        removed.update(greater, FuzzyRemoval(greater, lesser, similarity))
    }
    removed.valuesIterator
  }
}
