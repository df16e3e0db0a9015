package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/**
 * What is decided about a row. Without `reason` it stays, as `survivor` of `clusterSize` documents; else it goes, and
 * `survivor` is the doc_id of the document that stays for it.
 */
final case class Decision(
    partition: Int,
    row: Long,
    source: String,
    reason: Option[String],
    survivor: String,
    similarity: Option[Double],
    clusterSize: Option[Long]
) {
  def position: RowPosition = RowPosition(partition, row)
}

/** Decisions about all rows, and how fuzzy dedup came to them. */
final case class DedupResult(decisions: RDD[Decision], fuzzy: Option[FuzzyResult])

/** The document that stays for a doc_id's text, as far as equal texts go. */
private[dedup] final case class TextSurvivor(survivor: String, textHash: String)

/** A row, and whether it is the first of its doc_id and has that one's text. */
private[dedup] final case class RowFate(
    partition: Int,
    row: Long,
    source: String,
    docId: String,
    isFirst: Boolean,
    isSameText: Boolean
)

/** A document that fell to a better one. */
private[dedup] final case class Removal(survivor: String, similarity: Double)

/**
 * The dedup stage: rows with a doc_id that was seen before, documents with the same text, near duplicates.
 *
 * Who stays: of rows with one doc_id the one with the smallest (warc_uri, warc_offset); of documents the one with the
 * longest text in code points, then the earliest fetch_time (none is last), then the smallest doc_id. Removed rows name
 * the document that stays in the end, also where their own first survivor fell to a better one.
 */
final case class Deduplication(settings: DedupSettings, components: ConnectedComponents) {
  import Deduplication._

  private val shuffles = Shuffles(components.partitions)

  /** Decides about every row; `phase` is told what is being done. */
  def apply(documents: DocumentRows, phase: String => Unit): DedupResult = {
    val signatures = Signatures(documents.schema, settings.fuzzy)
    phase("signatures")
    val rows = Shuffles.keep(documents.map(signatures.of))
    val marked = Shuffles.keep(markFirst(rows))
    val firsts = Shuffles.keep(textSurvivors(marked.collect { case (row, true) => row }))
    val fuzzy = settings.fuzzy.map { fuzzySettings =>
      val ranked = Shuffles.keep(rank(firsts))
      val shinglesOf = fetchShingles(documents, signatures, fuzzySettings) _
      (ranked, FuzzyDedup(fuzzySettings, components, shinglesOf, phase)(ranked))
    }
    phase("decide")
    val none = rows.sparkContext.emptyRDD[(String, Removal)]
    val removals = fuzzy.fold(none) { case (ranked, result) => removalsById(ranked, result.removals) }
    DedupResult(Shuffles.keep(decide(fates(marked, firsts), removals)), fuzzy.map(_._2))
  }

  /** Each row, and whether it is the first of its doc_id. */
  private def markFirst(rows: RDD[Signature]): RDD[(Signature, Boolean)] =
    shuffles.grouped(rows.map(row => IdKey.of(row) -> row))(_.docId).mapPartitions { sorted =>
      var previous = Option.empty[String]
      sorted.map { case (key, row) =>
        val isFirst = !previous.contains(key.docId)
        previous = Some(key.docId)
        (row, isFirst)
      }
    }

  /** Each document with the doc_id of the one that stays for its text. */
  private def textSurvivors(documents: RDD[Signature]): RDD[(Signature, String)] =
    if (!settings.exact) documents.map(document => (document, document.docId))
    else
      shuffles.grouped(
        documents.map(document => TextKey.of(document) -> document)
      )(_.textHash).mapPartitions { sorted =>
        var survivor = Option.empty[TextKey]
        sorted.map { case (key, document) =>
          if (!survivor.exists(_.textHash == key.textHash)) survivor = Some(key)
          (document, survivor.fold(key.docId)(_.docId))
        }
      }

  /** Numbers the documents that are compared, in survivor order. */
  private def rank(firsts: RDD[(Signature, String)]): RDD[Ranked] = {
    val compared = firsts.collect {
      case (document, survivor) if survivor == document.docId && document.shingles > 0 =>
        SurvivorKey.of(document) -> document
    }
    shuffles.ordered(compared).zipWithIndex().map { case ((_, document), rank) =>
      Ranked(rank, document.docId, document.partition, document.row, document.shingles, document.bandKeys)
    }
  }

  /** From ranks back to doc_ids. */
  private def removalsById(ranked: RDD[Ranked], removals: RDD[FuzzyRemoval]): RDD[(String, Removal)] = {
    val ids = ranked.map(document => document.rank -> document.docId)
    val byRank = removals.map(removal => removal.rank -> removal)
    val bySurvivor = shuffles.lookup(ids, byRank) { (_, docId, removal) =>
      removal.survivor -> ((docId.getOrElse(""), removal.similarity))
    }
    shuffles.lookup(ids, bySurvivor) { case (_, survivor, (docId, similarity)) =>
      docId -> Removal(survivor.getOrElse(""), similarity)
    }
  }

  /** Every row by the document that stays for its text; rows that repeat a doc_id share the fate of its first row. */
  private def fates(
      marked: RDD[(Signature, Boolean)],
      firsts: RDD[(Signature, String)]
  ): RDD[(String, RowFate)] = {
    val ofFirsts = firsts.map { case (row, survivor) =>
      survivor -> fate(row, isFirst = true, isSameText = true)
    }
    val survivors = firsts.map { case (row, survivor) => row.docId -> TextSurvivor(survivor, row.textHash) }
    val later = marked.collect { case (row, false) => row.docId -> row.copy(bandKeys = Array.emptyLongArray) }
    ofFirsts ++ shuffles.lookup(survivors, later) { (docId, first, row) =>
      first.fold(docId)(_.survivor) -> fate(row, isFirst = false, first.exists(_.textHash == row.textHash))
    }
  }

  private def decide(fates: RDD[(String, RowFate)], removals: RDD[(String, Removal)]): RDD[Decision] = {
    val decided = Shuffles.keep(shuffles.lookup(removals, fates)(decisionOf))
    val sizes = decided.map(_.survivor -> 1L).reduceByKey(_ + _, components.partitions)
    val kept = decided.filter(_.reason.isEmpty).map(decision => decision.survivor -> decision)
    decided.filter(_.reason.nonEmpty) ++
      shuffles.lookup(sizes, kept)((_, size, decision) => decision.copy(clusterSize = size))
  }
}

object Deduplication {
  private def fate(row: Signature, isFirst: Boolean, isSameText: Boolean): RowFate =
    RowFate(row.partition, row.row, row.source, row.docId, isFirst, isSameText)

  private def decisionOf(textSurvivor: String, removal: Option[Removal], row: RowFate): Decision = {
    val reason =
      if (!row.isFirst) Some("duplicate_id")
      else if (removal.nonEmpty) Some("fuzzy_duplicate")
      else Option.when(textSurvivor != row.docId)("exact_duplicate")
    val similarity = removal.fold(1.0)(_.similarity)
    Decision(
      row.partition,
      row.row,
      row.source,
      reason,
      removal.fold(textSurvivor)(_.survivor),
      Option.when(reason.nonEmpty && row.isSameText)(similarity),
      None
    )
  }

  /** Goes back to the texts of some documents for their shingles. */
  private def fetchShingles(documents: DocumentRows, signatures: Signatures, settings: FuzzySettings)(
      wanted: RDD[Ranked]
  ): RDD[(Long, Array[Byte])] =
    documents.join(wanted.map(document => (document.position, document.rank))) { (row, rank) =>
      (rank, signatures.encodedShingles(row, settings))
    }
}
