package dev.corpusmill.core.dedup

import java.nio.{ByteBuffer, ByteOrder, LongBuffer}

/** Jaccard similarity of sets of shingle hashes. */
object Jaccard {

  /**
   * |intersection| / |union| of two sets encoded by [[ShingleSet.encode]]; 0 where both are empty. Exact, but for
   * capped sets: there it is taken over the hashes up to the least one that both are complete to.
   */
  def similarity(left: Array[Byte], right: Array[Byte]): Double = {
    val (a, b) = (longs(left), longs(right))
    val limit = math.min(completeTo(a), completeTo(b))
    var i = 1
    var j = 1
    var common = 0
    var union = 0L
    while (i < a.limit() && j < b.limit() && a.get(i) <= limit && b.get(j) <= limit) {
      val order = java.lang.Long.compare(a.get(i), b.get(j))
      if (order == 0) common += 1
      if (order <= 0) i += 1
      if (order >= 0) j += 1
      union += 1
    }
    union += upTo(a, i, limit) + upTo(b, j, limit)
    if (union == 0) 0.0 else common.toDouble / union
  }

  private def completeTo(set: LongBuffer): Long =
    if (set.limit() > 1 && set.get(0) == 1L) set.get(set.limit() - 1) else Long.MaxValue

  private def upTo(set: LongBuffer, from: Int, limit: Long): Long = {
    var end = from
    while (end < set.limit() && set.get(end) <= limit) end += 1
    (end - from).toLong
  }

  /** No hashes at all (a set that could not be found) have a limit of 0 and are read as empty. */
  private def longs(encoded: Array[Byte]): LongBuffer =
    ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer()
}
