package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/** Hashes ([[KeyFilter.keyOf]]) of doc_ids and of text hashes that may have more rows than one task should group. */
private[dedup] final case class HotKeys(ids: Set[Long], texts: Set[Long]) {
  def isEmpty: Boolean = ids.isEmpty && texts.isEmpty

  def hasId(docId: String): Boolean = ids.nonEmpty && ids.contains(KeyFilter.keyOf(docId))

  def hasText(textHash: String): Boolean = texts.nonEmpty && texts.contains(KeyFilter.keyOf(textHash))
}

private[dedup] object HotKeys {

  /** A task sorts so many rows in some seconds. */
  val HOT_ROWS: Long = 250000L
}

/**
 * Over how many parts the rows of keys are spread that may have more of them than one task should have.
 *
 * @param hashOf tells keys apart; of two with one hash both are split
 */
private[dedup] final case class SplitKeys[K](parts: Map[Long, Int], hashOf: K => Long) {
  def isEmpty: Boolean = parts.isEmpty

  /** Parts of a key; 0 where it is not split. */
  def partsOf(key: K): Int = parts.getOrElse(hashOf(key), 0)
}

private[dedup] object SplitKeys {

  /** Keys that can be told apart: any with more than a thousandth of all rows is found. */
  private val SPLIT_KEYS = 1000

  /**
   * The keys with more than `hotRows` of the `count` rows, by heavy hitters as in [[CandidatePairs]], so that the driver
   * holds a bounded number of keys. Who does the work depends on them, and never the result.
   */
  def of[K](keys: RDD[K], count: Long, hotRows: Long)(hashOf: K => Long): SplitKeys[K] =
    SplitKeys(if (count <= hotRows) Map.empty else split(keys.map(hashOf), hotRows), hashOf)

  private def split(hashes: RDD[Long], hotRows: Long): Map[Long, Int] =
    hashes
      .mapPartitions { partitionHashes =>
        val hitters = new HeavyHitters(SPLIT_KEYS)
        partitionHashes.foreach(hitters.add)
        Iterator.single(hitters)
      }
      .treeReduce(_ merge _)
      .countsAbove(hotRows)
      .map { case (hash, rows) => hash -> (1 + rows / hotRows).toInt }
}

/**
 * What one look at all rows tells.
 *
 * @param cappedDocuments have more shingles than are compared
 * @param heldBytes what signatures, and the pairs that they can make, take in memory, about
 * @param shingles that are compared at most
 */
private[dedup] final case class RowSummary(
    rows: Long,
    cappedDocuments: Long,
    heldBytes: Long,
    shingles: Long,
    hot: HotKeys
)

private[dedup] object RowSummary {

  /** Hot keys that can be told apart: any with more than a thousandth of all rows is found. */
  private val HOT_KEYS = 1000

  /** One in so many rows is looked at to find hot keys. */
  private val SAMPLED = 16L

  /** Of a signature's objects, beside its strings and arrays. */
  private val OBJECT_BYTES = 320L

  /** Of a bucket key: in the signature, in a bucket's entry, and in two pairs at most ([[ScoredPairs]]). */
  private val BAND_BYTES = java.lang.Long.BYTES + Edge.BYTES + 2L * (Edge.BYTES + java.lang.Double.BYTES)

  /** Heavy hitters as in [[CandidatePairs]], so that the driver holds a bounded number of keys. */
  def of(rows: RDD[Signature], hotRows: Long): RowSummary = {
    val counts = rows.treeAggregate(new RowCounts(HOT_KEYS))(_ add _, _ merge _)
    counts.summary(hotRows)
  }

  private final class RowCounts(capacity: Int) extends Serializable {
    private val ids = new HeavyHitters(capacity)
    private val texts = new HeavyHitters(capacity)
    private var rows = 0L
    private var capped = 0L
    private var heldBytes = 0L
    private var shingles = 0L

    def add(row: Signature): RowCounts = {
      rows += 1
      if (row.isCapped) capped += 1
      heldBytes += heldBytesOf(row)
      shingles += row.shingles
      if (row.head.position.row % SAMPLED == 0) {
        ids.add(KeyFilter.keyOf(row.head.docId))
        texts.add(KeyFilter.keyOf(row.head.textHash))
      }
      this
    }

    def merge(other: RowCounts): RowCounts = {
      val _ = (ids.merge(other.ids), texts.merge(other.texts))
      rows += other.rows
      capped += other.capped
      heldBytes += other.heldBytes
      shingles += other.shingles
      this
    }

    def summary(hotRows: Long): RowSummary = RowSummary(rows, capped, heldBytes, shingles, hot(hotRows))

    private def heldBytesOf(row: Signature): Long =
      OBJECT_BYTES + row.head.docId.length + row.head.warcUri.length + row.head.textHash.length +
        row.head.survivor.bytes.length + row.bandKeys.length * BAND_BYTES

    private def hot(hotRows: Long): HotKeys =
      if (rows <= hotRows) HotKeys(Set.empty, Set.empty)
      else HotKeys(ids.above(hotRows / SAMPLED), texts.above(hotRows / SAMPLED))
  }
}
