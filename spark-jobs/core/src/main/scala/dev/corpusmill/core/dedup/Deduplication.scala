package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/**
 * What is decided about a row. Without `reason` it stays, as `survivor` of `clusterSize` documents; else it goes, and
 * `survivor` is the doc_id of the document that stays for it, in the earlier version that `detail` names where it does.
 */
final case class Decision(
    position: RowPosition,
    reason: Option[String],
    detail: Option[String],
    survivor: String,
    similarity: Option[Double],
    clusterSize: Option[Long]
)

/** What later versions are compared with: one row per distinct text that stays or fell to a near duplicate. */
final case class KeptSignature(
    docId: String,
    textHash: String,
    survivor: String,
    similarity: Double,
    bandKeys: Array[Long]
)

/**
 * Decisions about all rows, and how fuzzy dedup came to them.
 *
 * @param placed the decisions in the partitions and the order of their rows
 * @param cappedDocuments of which a sample of shingles was compared
 * @param cappedBuckets of earlier versions, of which the first documents by doc_id were compared
 */
final case class DedupResult(
    decisions: RDD[Decision],
    placed: RDD[(RowPosition, Decision)],
    signatures: RDD[KeptSignature],
    fuzzy: Option[FuzzyReport],
    cappedDocuments: Long,
    cappedBuckets: Long
)

/** Why a document fell to a better one; `similarity` is NaN where texts were not compared; `version` and `detail` say of which earlier version that one is. */
private[dedup] final case class Removal(
    survivor: String,
    similarity: Double,
    reason: String,
    detail: Option[String],
    version: Int
)

private[dedup] object Removal {
  val DUPLICATE_ID = "duplicate_id"
  val EXACT_DUPLICATE = "exact_duplicate"
  val FUZZY_DUPLICATE = "fuzzy_duplicate"

  /** By a near duplicate in the same version. */
  def near(survivor: String, similarity: Double): Removal =
    Removal(survivor, similarity, FUZZY_DUPLICATE, None, 0)

  /** Ids before texts before near duplicates, the first version first. */
  implicit val ordering: Ordering[Removal] =
    Ordering.by(removal => (REASONS.indexOf(removal.reason), removal.version, removal.survivor))
  private val REASONS = Seq(DUPLICATE_ID, EXACT_DUPLICATE, FUZZY_DUPLICATE)
}

/**
 * The dedup stage: rows with a doc_id that was seen before, documents with the same text, near duplicates, all of them
 * in the input or in earlier versions.
 *
 * Who stays: documents of earlier versions; of rows with one doc_id the one with the smallest (warc_uri, warc_offset);
 * of documents the first in the survivor order ([[SurvivorKeys]]), but none whose doc_id an earlier version has: that
 * one has another text there, perhaps. Removed rows name the document that stays in the end, also where their own first
 * survivor fell to a better one.
 *
 * @param documentsPerTask of fuzzy rounds after the first
 * @param hotRows doc_ids and texts that may have more rows are not grouped by one task ([[HotKeys]])
 * @param oneTaskBytes of signatures up to which one task decides about all of them ([[OneTask]])
 */
final case class Deduplication(
    settings: DedupSettings,
    components: ConnectedComponents,
    earlier: Seq[EarlierVersion] = Seq.empty,
    documentsPerTask: Long = FuzzyDedup.DOCUMENTS_PER_TASK,
    hotRows: Long = HotKeys.HOT_ROWS,
    oneTaskBytes: Long = OneTask.MEMORY_BYTES
) {
  import Deduplication._

  private val shuffles = Shuffles(components.partitions)

  /** Decides about every row; `phase` is told what is being done. */
  def apply(documents: DocumentRows, phase: String => Unit): DedupResult = {
    val signatures = Signatures(documents.schema, settings)
    phase("signatures")
    val rows = Shuffles.keep(documents.map(signatures.of))
    val summary = RowSummary.of(rows, hotRows)
    val decided = if (fitsOneTask(summary)) inOneTask(documents, rows, phase)
    else byAllTasks(documents, rows, phase)(summary.hot)
    val placed = RowPosition.placed(rows, decided.decisions.map(decision => decision.position -> decision))
    DedupResult(
      decided.decisions,
      placed,
      keptSignatures(rows, placed),
      decided.fuzzy,
      summary.cappedDocuments,
      decided.cappedBuckets
    )
  }

  private def fitsOneTask(summary: RowSummary): Boolean =
    summary.rows > 0 && summary.heldBytes <= oneTaskBytes &&
      summary.shingles <= OneTask.DISK_BYTES / java.lang.Long.BYTES

  private def inOneTask(documents: DocumentRows, rows: RDD[Signature], phase: String => Unit): Decided = {
    val task = OneTask(settings, phase)
    val found = findEarlier(documents, rows, phase).map { versions =>
      val ofIds = versions.byDocId(rows.map(_.head)).removals
      val ofTexts = versions.removals(task.heads(rows, ofIds))
      ofTexts.copy(removals = ofIds ++ ofTexts.removals)
    }
    val decided = task.decide(documents, rows, found.map(_.removals))
    decided.copy(cappedBuckets = found.fold(0L)(_.cappedBuckets))
  }

  private def byAllTasks(documents: DocumentRows, rows: RDD[Signature], phase: String => Unit)(
      hot: HotKeys
  ): Decided = {
    val groups = HeadGroups(shuffles, hot)
    val marked = Shuffles.keep(groups.markFirst(rows.map(_.head)))
    val versions = findEarlier(documents, rows, phase)
    val byId = splitByDocId(marked.collect { case (row, true) => row }, versions)
    val firsts = Shuffles.keep(textSurvivors(groups, byId.others))
    val heads = firsts.collect { case (head, survivor) if survivor == head.docId => head }
    val found = versions.map(_.removals(heads.map(_.position)))
    val fuzzy = settings.fuzzy.map { fuzzySettings =>
      val ranked = Shuffles.keep(rank(withoutKnown(heads, found.map(_.removals))))
      (ranked, fuzzyDedup(documents, rows, fuzzySettings, phase)(ranked))
    }
    phase("decide")
    val none = rows.sparkContext.emptyRDD[(String, Removal)]
    val near = fuzzy.fold(none) { case (ranked, result) => removalsById(ranked, result) }
    val removals = near ++ byId.removals ++ found.fold(none)(_.removals)
    val known = byId.known.keys
    val fates = groups.fates(marked, firsts ++ known.map(document => (document, document.docId)))
    val decided = groups.decide(fates, groups.hotSurvivors(firsts, known), removals)
    Decided(
      Shuffles.keep(withClusterSizes(decided)),
      fuzzy.map(_._2.report),
      found.fold(0L)(_.cappedBuckets)
    )
  }

  private def fuzzyDedup(
      documents: DocumentRows,
      rows: RDD[Signature],
      fuzzySettings: FuzzySettings,
      phase: String => Unit
  ): FuzzyDedup = {
    val signatures = Signatures(documents.schema, settings)
    FuzzyDedup(
      fuzzySettings,
      components,
      FuzzySource(bandsOf(rows), fetchShingles(documents, signatures, fuzzySettings)),
      phase,
      documentsPerTask,
      hotRows
    )
  }

  private def findEarlier(
      documents: DocumentRows,
      rows: RDD[Signature],
      phase: String => Unit
  ): Option[EarlierVersions] =
    Option.when(earlier.nonEmpty) {
      phase("earlier versions")
      EarlierVersions(settings, earlier, NewRows(documents, rows), shuffles, hotRows)
    }

  private def splitByDocId(documents: RDD[DocumentHead], versions: Option[EarlierVersions]): ByDocId =
    versions.fold(ByDocId(documents.sparkContext.emptyRDD, documents))(_.byDocId(documents))

  private def withoutKnown(
      heads: RDD[DocumentHead],
      known: Option[RDD[(String, Removal)]]
  ): RDD[DocumentHead] = known.fold(heads) { removals =>
    shuffles
      .lookup(removals, heads.map(head => head.docId -> head))((_, removal, head) =>
        Option.when(removal.isEmpty)(head)
      )
      .flatMap(found => found)
  }

  /** Each document with the doc_id of the one that stays for its text. */
  private def textSurvivors(groups: HeadGroups, documents: RDD[DocumentHead]): RDD[(DocumentHead, String)] =
    if (settings.exact) groups.textSurvivors(documents)
    else documents.map(document => (document, document.docId))

  /** Numbers the documents that are compared, in survivor order. */
  private def rank(heads: RDD[DocumentHead]): RDD[Ranked] = {
    val compared = heads.collect {
      case head if head.isCompared => head.survivor -> ((head.docId, head.position))
    }
    shuffles.ordered(compared).zipWithIndex().map { case ((_, (docId, position)), rank) =>
      Ranked(rank, docId, position)
    }
  }

  /** From ranks back to doc_ids. */
  private def removalsById(ranked: RDD[Ranked], result: FuzzyResult): RDD[(String, Removal)] = {
    val ids = ranked.map(document => document.rank -> document.docId)
    val byRank = result.removals.map(removal => removal.rank -> removal)
    val bySurvivor = shuffles.lookup(ids, byRank) { (_, docId, removal) =>
      removal.survivor -> ((docId.getOrElse(""), removal.similarity))
    }
    val removed = result.rounds.map(_.removed).sum
    val split = SplitKeys.of(result.removals.map(_.survivor), removed, hotRows)(identity)
    shuffles.lookupSplit(ids, bySurvivor)(split) { case (_, survivor, (docId, similarity)) =>
      docId -> Removal.near(survivor.getOrElse(""), similarity)
    }
  }

  private def withClusterSizes(rows: RDD[Decision]): RDD[Decision] = {
    val decided = Shuffles.keep(rows)
    val removed = decided.filter(_.reason.nonEmpty)
    val others = shuffles.reduced(removed.map(_.survivor -> 1L))(_ + _)
    val kept = decided.filter(_.reason.isEmpty).map(decision => decision.survivor -> decision)
    removed ++ shuffles.lookup(others, kept)((_, found, decision) =>
      decision.copy(clusterSize = Some(1L + found.getOrElse(0L)))
    )
  }
}

object Deduplication {

  /** Bucket keys go back to their rows, so that they cross no network but as buckets' entries. */
  private def bandsOf(rows: RDD[Signature])(documents: RDD[Ranked]): RDD[Banded] =
    RowPosition.join(rows, documents.map(document => document.position -> document.rank)) { (signature, rank) =>
      Banded(rank, signature.bandKeys)
    }

  /** Goes back to the texts of some documents for their shingles. */
  private def fetchShingles(documents: DocumentRows, signatures: Signatures, settings: FuzzySettings)(
      wanted: RDD[Ranked]
  ): RDD[(Long, Array[Byte])] =
    documents.join(wanted.map(document => (document.position, document.rank))) { (row, rank) =>
      (rank, signatures.encodedShingles(row, settings))
    }

  private def keptSignatures(rows: RDD[Signature], placed: RDD[(RowPosition, Decision)]): RDD[KeptSignature] =
    RowPosition.joinPlaced(rows, placed) { (row, decision) =>
      decision.iterator.filter(isUsedLater).map(keptSignature(row, _))
    }

  private def isUsedLater(decision: Decision): Boolean =
    decision.reason.isEmpty || decision.reason.contains(Removal.FUZZY_DUPLICATE) && decision.detail.isEmpty

  private def keptSignature(row: Signature, decision: Decision): KeptSignature = KeptSignature(
    row.head.docId,
    row.head.textHash,
    decision.survivor,
    decision.similarity.getOrElse(1.0),
    if (decision.reason.isEmpty) row.bandKeys else Array.emptyLongArray
  )
}
