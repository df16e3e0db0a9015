package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

import scala.collection.mutable

/** What was decided about all rows, and how fuzzy dedup came to it; `cappedBuckets` as in [[DedupResult]]. */
private[dedup] final case class Decided(
    decisions: RDD[Decision],
    fuzzy: Option[FuzzyReport],
    cappedBuckets: Long = 0L
)

/**
 * Dedup where one task can hold what is known of all rows but their texts: the same decisions as by [[HeadGroups]] and
 * [[FuzzyDedup]], whose shuffles cost more than a gigabyte of text does. Only texts are read, and their shingles made,
 * by all tasks.
 */
private[dedup] final case class OneTask(settings: DedupSettings, phase: String => Unit) {

  /** The documents that stay for their doc_id and text, as far as equal ones and those of `known` doc_ids go. */
  def heads(rows: RDD[Signature], known: RDD[(String, Removal)]): RDD[RowPosition] = {
    val isExact = settings.exact
    Shuffles.inOrder(rows).zipPartitions(known.coalesce(1)) { (signatures, found) =>
      OneTaskPlan.heads(signatures, isExact)(found.toMap)
    }
  }

  /** Decides about every row; `known` are removals by earlier versions. */
  def decide(
      documents: DocumentRows,
      rows: RDD[Signature],
      known: Option[RDD[(String, Removal)]]
  ): Decided = {
    val context = rows.sparkContext
    val removals = known.fold(context.parallelize(Seq.empty[(String, Removal)], 1))(_.coalesce(1))
    val (isExact, isFuzzy) = (settings.exact, settings.fuzzy.nonEmpty)
    phase("candidates 1")
    // The plan numbers rows as they come: in the same order for those who make it and who use it.
    val all = Shuffles.inOrder(rows)
    val planned = Shuffles.keep(all.zipPartitions(removals) { (signatures, found) =>
      OneTaskPlan.of(signatures, isExact, isFuzzy)(found.toMap)
    })
    phase("verify 1")
    val wanted = planned.collect { case Right(document) => document }
    val shingles = settings.fuzzy.fold(context.parallelize(Seq.empty[(Long, Array[Byte])], 1)) { fuzzy =>
      Shuffles.inOnePartition(fetchShingles(documents, wanted, fuzzy))
    }
    val minJaccard = settings.fuzzy.fold(1.0)(_.minJaccard)
    val decided = Shuffles.keep(all.zipPartitions(planned, removals, shingles) {
      (signatures, plans, found, sets) =>
        val plan = plans.collectFirst { case Left(plan) => plan }
        plan.iterator.flatMap(new OneTaskDecisions(_, signatures, found.toMap).decide(sets, minJaccard))
    })
    val rounds = decided.collect { case Left(round) => round }.collect().toSeq
    Decided(
      decided.collect { case Right(decision) => decision },
      Option.when(isFuzzy)(FuzzyReport(rounds, 0L))
    )
  }

  private def fetchShingles(
      documents: DocumentRows,
      wanted: RDD[(RowPosition, Long)],
      fuzzy: FuzzySettings
  ): RDD[(Long, Array[Byte])] = {
    val signatures = Signatures(documents.schema, settings)
    documents.join(wanted)((row, rank) => (rank, signatures.encodedShingles(row, fuzzy)))
  }
}

object OneTask {

  /**
   * What a task holds of rows at most, in bytes as [[RowSummary]] counts them: with all the pairs that they can make,
   * for 256 bands as for one. Of a gigabyte of web pages, 328,000 rows of 14 bands, that is 458 MiB.
   */
  val MEMORY_BYTES: Long = 512L << 20

  /**
   * Of an executor's heap. Beside what is counted there are tables by doc_id and text, and copies of pairs: in an array
   * that grows, and on their way to disk and back. Of rows whose bands nearly all made two pairs, and that went through
   * all rounds, 249 MiB were decided about in a heap of 640 MiB with all that Spark holds, for 14 bands and for 256; the
   * rest is for the tasks beside this one.
   */
  private val HEAP_PARTS = 4

  /** Shingles that a task writes to its disk at most. */
  val DISK_BYTES: Long = 4L << 30

  /** What a task holds of rows in a heap of so many bytes. */
  def memoryBytes(heapBytes: Long): Long = math.min(MEMORY_BYTES, heapBytes / HEAP_PARTS)
}

/** Decides about rows by their plan; `known` are removals by earlier versions. */
private[dedup] final class OneTaskDecisions(
    plan: OneTaskPlan,
    signatures: Iterator[Signature],
    known: Map[String, Removal]
) {
  private val positions = mutable.ArrayBuffer.empty[RowPosition]
  private val docIds = mutable.ArrayBuffer.empty[String]
  private val removals = mutable.LongMap.empty[Removal]

  /** What each round did (Left), and a decision for each row, in their order. */
  def decide(
      shingles: Iterator[(Long, Array[Byte])],
      minJaccard: Double
  ): Iterator[Either[FuzzyRound, Decision]] = {
    val pairs = EdgeBuffer.of(plan.pairs)
    val keys = readRows(pairs)
    val compared = new DocumentsOnDisk(keys, new ShingleFile(shingles, plan.ranked.length))
    val rounds = new LastRounds(compared, minJaccard)
    if (plan.ranked.nonEmpty) rounds.decide(rounds.round(plan.ranked.length.toLong, pairs), 1)
    val done = rounds.result.toVector
    done.foreach(_.foreach { removal =>
      val survivor = docIds(plan.ranked(removal.survivor.toInt))
      val row = plan.ranked(removal.rank.toInt)
      removals.update(row.toLong, Removal.near(survivor, removal.similarity))
    })
    done.iterator.collect { case Left(round) => Left(round) } ++ decisions.map(Right(_))
  }

  /** Keeps ids and positions of all rows; the bucket keys of those in `pairs`, by rank. */
  private def readRows(pairs: EdgeBuffer): mutable.LongMap[Array[Long]] = {
    val ranks = mutable.LongMap.empty[Long]
    pairs.iterator.foreach { pair =>
      Seq(pair.greater, pair.lesser).foreach(rank => ranks.update(plan.ranked(rank.toInt).toLong, rank))
    }
    val keys = mutable.LongMap.empty[Array[Long]]
    signatures.foreach { row =>
      ranks.get(docIds.length.toLong).foreach(keys.update(_, row.bandKeys))
      docIds += row.head.docId
      positions += row.head.position
    }
    keys
  }

  private def decisions: Iterator[Decision] = {
    val others = new java.util.HashMap[String, Integer]()
    docIds.indices.foreach { row =>
      val decision = decisionOf(row)
      if (decision.reason.nonEmpty) {
        val _ = others.merge(decision.survivor, 1, Integer.sum(_, _))
      }
    }
    docIds.indices.iterator.map { row =>
      val decision = decisionOf(row)
      if (decision.reason.nonEmpty) decision
      else decision.copy(clusterSize = Some(1L + others.getOrDefault(decision.survivor, 0)))
    }
  }

  private def decisionOf(row: Int): Decision = {
    val survivor = plan.survivors(row)
    val isFirst = (plan.fates(row) & OneTaskPlan.FIRST) != 0
    val isSameText = (plan.fates(row) & OneTaskPlan.SAME_TEXT) != 0
    val removal = known.get(docIds(survivor)).orElse(removals.get(survivor.toLong))
    HeadGroups.decisionOf(
      docIds(survivor),
      removal,
      RowFate(positions(row), docIds(row), isFirst, isSameText)
    )
  }
}

private final class DocumentsOnDisk(keys: mutable.LongMap[Array[Long]], shingles: ShingleFile)
    extends ComparedDocuments {
  override def keysOf(rank: Long): Array[Long] = keys(rank)
  override def shinglesOf(rank: Long): Array[Byte] = shingles(rank.toInt)
}
