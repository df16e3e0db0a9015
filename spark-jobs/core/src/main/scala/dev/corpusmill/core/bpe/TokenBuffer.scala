package dev.corpusmill.core.bpe

/** Growing list of token ids, reused from text to text. */
final class TokenBuffer {
  import TokenBuffer.MOST_IDS

  private var ids = new Array[Int](1024)
  private var count = 0

  def size: Int = count

  def apply(index: Int): Int = ids(index)

  def add(id: Int): Unit = {
    if (count == ids.length) grow()
    ids(count) = id
    count += 1
  }

  /** The ids themselves, with room for `more` of them behind the last one, which [[resize]] makes count. */
  private[bpe] def reserve(more: Int): Array[Int] = {
    while (more > ids.length - count) grow()
    ids
  }

  /** Makes the first `size` ids count, which were written to what [[reserve]] gave. */
  private[bpe] def resize(size: Int): Unit = count = size

  def toArray: Array[Int] = java.util.Arrays.copyOf(ids, count)

  def clear(): Unit = count = 0

  private def grow(): Unit = {
    if (ids.length == MOST_IDS) throw new OutOfMemoryError(s"a text has more than $MOST_IDS tokens")
    ids = java.util.Arrays.copyOf(ids, math.min(MOST_IDS.toLong, ids.length * 2L).toInt)
  }
}

private object TokenBuffer {

  /** As many as fit into an array. */
  private val MOST_IDS = Int.MaxValue - 8
}
