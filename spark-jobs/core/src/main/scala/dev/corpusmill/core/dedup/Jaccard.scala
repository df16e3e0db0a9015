package dev.corpusmill.core.dedup

import java.nio.{ByteBuffer, ByteOrder}

/** Exact Jaccard similarity of sets of shingle hashes. */
object Jaccard {

  /** |intersection| / |union| of two sets encoded by [[ShingleHashes.encode]]; 0 where both are empty. */
  def similarity(left: Array[Byte], right: Array[Byte]): Double = {
    val a = ByteBuffer.wrap(left).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer()
    val b = ByteBuffer.wrap(right).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer()
    var i = 0
    var j = 0
    var common = 0
    while (i < a.limit() && j < b.limit()) {
      val order = java.lang.Long.compare(a.get(i), b.get(j))
      if (order == 0) common += 1
      if (order <= 0) i += 1
      if (order >= 0) j += 1
    }
    ofCounts(common, a.limit(), b.limit())
  }

  /** Whether sets of these sizes can be that similar: the smaller may be a subset of the larger at best. */
  def isPossible(size: Int, otherSize: Int, minJaccard: Double): Boolean =
    ofCounts(math.min(size, otherSize), size, otherSize) >= minJaccard

  private def ofCounts(common: Int, size: Int, otherSize: Int): Double = {
    val union = size.toLong + otherSize - common
    if (union == 0) 0.0 else common.toDouble / union
  }
}
