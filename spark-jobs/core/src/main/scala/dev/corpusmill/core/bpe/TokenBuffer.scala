package dev.corpusmill.core.bpe

/** Growing list of token ids, reused from text to text. */
final class TokenBuffer {
  private var ids = new Array[Int](1024)
  private var count = 0

  def size: Int = count

  def apply(index: Int): Int = ids(index)

  def add(id: Int): Unit = {
    if (count == ids.length) ids = java.util.Arrays.copyOf(ids, grownCapacity)
    ids(count) = id
    count += 1
  }

  def toArray: Array[Int] = java.util.Arrays.copyOf(ids, count)

  def clear(): Unit = count = 0

  private def grownCapacity: Int = math.min(Int.MaxValue - 8L, ids.length * 2L).toInt
}
