package dev.corpusmill.core.bpe

/** Growing list of token ids, reused from text to text. */
final class TokenBuffer {
  import BpeModel.{ID_BITS, MAX_ID}

  private var ids = new Array[Int](1024)
  private var count = 0

  def size: Int = count

  def apply(index: Int): Int = ids(index)

  def add(id: Int): Unit = {
    if (count == ids.length) grow()
    ids(count) = id
    count += 1
  }

  /** Adds the first `number` (at most 3) of the ids that `packed` holds, lowest first. */
  def addThree(packed: Long, number: Int): Unit = {
    if (count + 3 > ids.length) grow()
    ids(count) = packed.toInt & MAX_ID
    ids(count + 1) = (packed >>> ID_BITS).toInt & MAX_ID
    ids(count + 2) = (packed >>> (2 * ID_BITS)).toInt & MAX_ID
    count += number
  }

  def toArray: Array[Int] = java.util.Arrays.copyOf(ids, count)

  def clear(): Unit = count = 0

  private def grow(): Unit =
    ids = java.util.Arrays.copyOf(ids, math.min(Int.MaxValue - 8L, ids.length * 2L).toInt)
}
