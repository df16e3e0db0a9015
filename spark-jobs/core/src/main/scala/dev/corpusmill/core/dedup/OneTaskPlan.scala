package dev.corpusmill.core.dedup

import java.util.HashMap
import scala.collection.mutable

/**
 * What one task makes of all rows, numbered as they stand in the input, before texts are compared.
 *
 * @param survivors of each row, the number of the row that stays for its text as far as equal texts go; rows of a
 *   doc_id that an earlier version has stay for no other
 * @param fates of each row, whether it is the first of its doc_id (1) and has the text of that one (2)
 * @param ranked numbers of the rows that are compared, in survivor order: their ranks are their places here
 * @param pairs candidate pairs of ranks, greater and lesser in turn, sorted
 */
private[dedup] final case class OneTaskPlan(
    survivors: Array[Int],
    fates: Array[Byte],
    ranked: Array[Int],
    pairs: Array[Long]
)

private[dedup] object OneTaskPlan {
  val FIRST = 1
  val SAME_TEXT = 2

  /**
   * The plan, and the positions of the documents whose texts have to be compared, with their ranks.
   *
   * @param isExact whether documents with equal texts are duplicates
   * @param isFuzzy whether near duplicates are looked for
   * @param known removals by earlier versions, by doc_id
   */
  def of(signatures: Iterator[Signature], isExact: Boolean, isFuzzy: Boolean)(
      known: Map[String, Removal]
  ): Iterator[Either[OneTaskPlan, (RowPosition, Long)]] = {
    val rows = signatures.toArray
    val groups = new Groups(rows.map(_.head), isExact, known)
    val ranked = if (isFuzzy) groups.ranked else Array.emptyIntArray
    val keys: BucketKeys = rank => rows(ranked(rank.toInt)).bandKeys
    val pairs = LastRounds.pairsOf(Array.tabulate(ranked.length)(_.toLong), keys)
    val plan = OneTaskPlan(groups.survivors, groups.fates, ranked, pairs.toArray)
    Iterator.single(Left(plan)) ++
      distinct(plan.pairs).map(rank => Right((rows(ranked(rank.toInt)).head.position, rank)))
  }

  /** Positions of the documents that stay for their doc_id and text, as far as equal ones and `known` doc_ids go. */
  def heads(signatures: Iterator[Signature], isExact: Boolean)(
      known: Map[String, Removal]
  ): Iterator[RowPosition] = {
    val rows = signatures.map(_.head).toArray
    val groups = new Groups(rows, isExact, known)
    rows.indices.iterator.filter(groups.isHead).map(rows(_).position)
  }

  private def distinct(ranks: Array[Long]): Iterator[Long] = {
    val found = new mutable.BitSet()
    ranks.foreach(rank => found += rank.toInt)
    found.iterator.map(_.toLong)
  }

  /** Rows by doc_id and by text. */
  private final class Groups(rows: Array[DocumentHead], isExact: Boolean, known: Map[String, Removal]) {
    private val firstOfId = bestOf(rows.indices.iterator, _.docId, DocumentHead.BY_ID)
    private def candidates = rows.indices.iterator.filter(row => isFirst(row) && !hasKnownId(row))
    private val bestOfText =
      if (isExact) bestOf(candidates, _.textHash, DocumentHead.BY_TEXT) else new HashMap[String, Integer]()

    val survivors: Array[Int] = Array.tabulate(rows.length) { row =>
      val first = firstOf(row)
      if (isExact && !hasKnownId(row)) bestOfText.get(rows(first).textHash).intValue else first
    }

    val fates: Array[Byte] = Array.tabulate(rows.length) { row =>
      val isSameText = rows(firstOf(row)).textHash == rows(row).textHash
      ((if (isFirst(row)) FIRST else 0) | (if (isSameText) SAME_TEXT else 0)).toByte
    }

    def isHead(row: Int): Boolean = isFirst(row) && survivors(row) == row && !hasKnownId(row)

    def ranked: Array[Int] = {
      val compared = new EdgeBuffer(rows.length)
      rows.indices.foreach { row =>
        if (isHead(row) && rows(row).isCompared && !known.contains(rows(row).docId))
          compared.add(SurvivorKey.prefixOf(rows(row).survivor), row.toLong)
      }
      val numbers = compared.sortedIterator.map(_.lesser.toInt).toArray
      sortEqual(numbers)
      numbers
    }

    /** Sorts rows that are in the order of their keys' first bytes by the rest of the keys. */
    private def sortEqual(numbers: Array[Int]): Unit = {
      var start = 0
      while (start < numbers.length) {
        val prefix = SurvivorKey.prefixOf(rows(numbers(start)).survivor)
        var end = start + 1
        while (end < numbers.length && SurvivorKey.prefixOf(rows(numbers(end)).survivor) == prefix) end += 1
        if (end - start > 1) {
          val sorted = numbers.slice(start, end).sortBy(rows(_).survivor)
          System.arraycopy(sorted, 0, numbers, start, sorted.length)
        }
        start = end
      }
    }

    private def isFirst(row: Int): Boolean = firstOf(row) == row

    /** An earlier version has its doc_id: it goes, and no other text for it. */
    private def hasKnownId(row: Int): Boolean =
      known.get(rows(row).docId).exists(_.reason == Removal.DUPLICATE_ID)

    private def firstOf(row: Int): Int = firstOfId.get(rows(row).docId).intValue

    /** The least row of each key. */
    private def bestOf(
        numbers: Iterator[Int],
        key: DocumentHead => String,
        order: Ordering[DocumentHead]
    ): HashMap[String, Integer] = {
      val best = new HashMap[String, Integer](rows.length * 2)
      numbers.foreach { row =>
        val before = best.putIfAbsent(key(rows(row)), row)
        if (before != null && order.compare(rows(row), rows(before.intValue)) < 0) {
          val _ = best.put(key(rows(row)), row)
        }
      }
      best
    }
  }
}
