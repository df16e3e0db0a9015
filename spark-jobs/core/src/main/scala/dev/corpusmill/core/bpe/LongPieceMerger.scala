package dev.corpusmill.core.bpe

import java.util.Arrays

/**
 * Merges one long piece with a heap of (rank, position) over a linked list of symbols. Entries of pairs
 * that are gone stay in the heap until they surface or the heap is full; a pair that is there twice cannot
 * be, as the symbols at a position only grow. Memory: about 28 bytes for each byte of the piece.
 */
private[bpe] final class LongPieceMerger(model: BpeModel, text: Array[Byte], from: Int, until: Int) {
  private val count = until - from
  private val symbols = Array.tabulate(count)(index => model.byteIds(text(from + index) & 0xff))
  private val next = Array.tabulate(count)(index => index + 1)
  private val previous = Array.tabulate(count)(index => index - 1)
  private val ranks = new Array[Int](count)
  private val heap = new Array[Long](count + count / 2 + 2)
  private var heapSize = 0

  def mergeInto(out: TokenBuffer): Unit = {
    var index = 0
    while (index < count) {
      ranks(index) = rankAt(index)
      index += 1
    }
    refillHeap()
    while (heapSize > 0) {
      val entry = pop()
      if (isCurrent(entry)) mergeAt(positionOf(entry))
    }
    emit(out)
  }

  private def mergeAt(position: Int): Unit = {
    val right = next(position)
    symbols(position) = model.mergedIds(ranks(position))
    ranks(right) = PairRanks.NONE
    next(position) = next(right)
    if (next(position) < count) previous(next(position)) = position
    refresh(position)
    if (previous(position) >= 0) refresh(previous(position))
  }

  private def refresh(position: Int): Unit = {
    ranks(position) = rankAt(position)
    if (ranks(position) != PairRanks.NONE) {
      if (heapSize == heap.length) refillHeap() else push(entryOf(position))
    }
  }

  private def rankAt(position: Int): Int =
    if (next(position) < count) model.pairs.rankOf(symbols(position), symbols(next(position)))
    else PairRanks.NONE

  private def emit(out: TokenBuffer): Unit = {
    var position = 0
    while (position < count) {
      out.add(symbols(position))
      position = next(position)
    }
  }

  private def entryOf(position: Int): Long = (ranks(position).toLong << 32) | position

  private def positionOf(entry: Long): Int = entry.toInt

  private def isCurrent(entry: Long): Boolean = ranks(positionOf(entry)) == (entry >>> 32).toInt

  /** Rebuilds the heap from the pairs that are there now; a sorted array is a heap. */
  private def refillHeap(): Unit = {
    heapSize = 0
    var position = 0
    while (position < count) {
      if (ranks(position) != PairRanks.NONE) {
        heap(heapSize) = entryOf(position)
        heapSize += 1
      }
      position = next(position)
    }
    Arrays.sort(heap, 0, heapSize)
  }

  private def push(entry: Long): Unit = {
    var hole = heapSize
    heapSize += 1
    while (hole > 0 && heap((hole - 1) / 2) > entry) {
      heap(hole) = heap((hole - 1) / 2)
      hole = (hole - 1) / 2
    }
    heap(hole) = entry
  }

  private def pop(): Long = {
    val top = heap(0)
    heapSize -= 1
    val last = heap(heapSize)
    var hole = 0
    var child = smallerChild(hole)
    while (child < heapSize && heap(child) < last) {
      heap(hole) = heap(child)
      hole = child
      child = smallerChild(hole)
    }
    heap(hole) = last
    top
  }

  private def smallerChild(hole: Int): Int = {
    val left = 2 * hole + 1
    if (left + 1 < heapSize && heap(left + 1) < heap(left)) left + 1 else left
  }
}
