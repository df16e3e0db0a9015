package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

import scala.reflect.ClassTag

/** The document that stays for a doc_id's text, as far as equal texts go. */
private[dedup] final case class TextSurvivor(survivor: String, textHash: String)

/** A row, and whether it is the first of its doc_id and has that one's text. */
private[dedup] final case class RowFate(
    position: RowPosition,
    docId: String,
    isFirst: Boolean,
    isSameText: Boolean
)

/**
 * Groups rows by doc_id and by text. A group is streamed over by one task, but for those of [[HotKeys]]: their best rows
 * are found by all tasks, each among its own rows first, and are few enough for every task to know. That changes who does the work,
 * and never what is decided.
 */
private[dedup] final case class HeadGroups(shuffles: Shuffles, hot: HotKeys) {
  import HeadGroups._

  /** Each row, and whether it is the first of its doc_id. */
  def markFirst(rows: RDD[DocumentHead]): RDD[(DocumentHead, Boolean)] = {
    val keys = hot
    withBest(rows, Grouping(DocumentHead.BY_ID, _.docId, row => keys.hasId(row.docId))).map {
      case (row, best) =>
        (row, row.position == best.position)
    }
  }

  /** Each document with the doc_id of the one that stays for its text. */
  def textSurvivors(documents: RDD[DocumentHead]): RDD[(DocumentHead, String)] = {
    val keys = hot
    withBest(documents, Grouping(DocumentHead.BY_TEXT, _.textHash, row => keys.hasText(row.textHash))).map {
      case (row, best) => (row, best.docId)
    }
  }

  /** Every row by the document that stays for its text; rows that repeat a doc_id share the fate of its first row. */
  def fates(
      marked: RDD[(DocumentHead, Boolean)],
      firsts: RDD[(DocumentHead, String)]
  ): RDD[(String, RowFate)] = {
    val ofFirsts = firsts.map { case (row, survivor) =>
      survivor -> RowFate(row.position, row.docId, isFirst = true, isSameText = true)
    }
    val survivors = firsts.map { case (row, survivor) => row.docId -> TextSurvivor(survivor, row.textHash) }
    val later = marked.collect { case (row, false) => row.docId -> row }
    val keys = hot
    ofFirsts ++ lookup(survivors, later, keys.hasId) { (docId, first, row) =>
      val isSameText = first.exists(_.textHash == row.textHash)
      first.fold(docId)(_.survivor) -> RowFate(row.position, row.docId, isFirst = false, isSameText)
    }
  }

  /**
   * The documents that stay for hot texts, and for the texts of hot doc_ids; `known` documents stand for their own
   * doc_ids only.
   */
  def hotSurvivors(firsts: RDD[(DocumentHead, String)], known: RDD[DocumentHead]): Set[String] =
    if (hot.isEmpty) Set.empty
    else {
      val keys = hot
      val ofTexts = firsts.collect {
        case (row, survivor) if keys.hasText(row.textHash) || keys.hasId(row.docId) => survivor -> NOTHING
      }
      val ofIds = known.collect { case row if keys.hasId(row.docId) => row.docId -> NOTHING }
      shuffles.reduced(ofTexts ++ ofIds)((one, _) => one).keys.collect().toSet
    }

  /** What is decided about each row; clusters are not yet counted. */
  def decide(
      fates: RDD[(String, RowFate)],
      hotSurvivors: Set[String],
      removals: RDD[(String, Removal)]
  ): RDD[Decision] =
    lookup(removals, fates, hotSurvivors.contains)(decisionOf)

  private def lookup[U, V, A: ClassTag](
      one: RDD[(String, U)],
      many: RDD[(String, V)],
      isHot: String => Boolean
  )(f: (String, Option[U], V) => A): RDD[A] =
    if (hot.isEmpty) shuffles.lookup(one, many)(f) else shuffles.lookupWithHot(one, many)(isHot)(f)

  /** Each row with the first of its group. */
  private def withBest(rows: RDD[DocumentHead], grouping: Grouping): RDD[(DocumentHead, DocumentHead)] =
    if (hot.isEmpty) sortedWithBest(rows, grouping)
    else {
      val apart = rows.filter(grouping.isHot)
      val bests = shuffles.reduced(apart.map(row => grouping.key(row) -> row))(grouping.order.min(_, _))
      val known = rows.sparkContext.broadcast(bests.collect().toMap)
      sortedWithBest(rows.filter(row => !grouping.isHot(row)), grouping) ++
        apart.map(row => (row, known.value(grouping.key(row))))
    }

  private def sortedWithBest(
      rows: RDD[DocumentHead],
      grouping: Grouping
  ): RDD[(DocumentHead, DocumentHead)] =
    shuffles.sortedRows(rows, grouping.order)(grouping.key).mapPartitions { sorted =>
      var best = Option.empty[DocumentHead]
      sorted.map { row =>
        val first = best.filter(grouping.key(_) == grouping.key(row)).getOrElse(row)
        best = Some(first)
        (row, first)
      }
    }
}

private[dedup] object HeadGroups {
  private val NOTHING: Byte = 0

  /** Rows with one key are a group; `order` is by key first. */
  private final case class Grouping(
      order: Ordering[DocumentHead],
      key: DocumentHead => String,
      isHot: DocumentHead => Boolean
  )

  /** What is decided about a row whose text the given document stays for, unless that one is removed. */
  def decisionOf(textSurvivor: String, removal: Option[Removal], row: RowFate): Decision = {
    val reason =
      if (!row.isFirst) Some(Removal.DUPLICATE_ID)
      else if (textSurvivor != row.docId && !removal.exists(_.reason == Removal.FUZZY_DUPLICATE))
        Some(Removal.EXACT_DUPLICATE)
      else removal.map(_.reason)
    val similarity = removal.fold(1.0)(_.similarity)
    Decision(
      row.position,
      reason,
      removal.flatMap(_.detail),
      removal.fold(textSurvivor)(_.survivor),
      Option.when(reason.nonEmpty && row.isSameText && !similarity.isNaN)(similarity),
      None
    )
  }
}
