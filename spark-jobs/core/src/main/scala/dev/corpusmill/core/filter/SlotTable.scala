package dev.corpusmill.core.filter

/**
 * Open addressing from a 64-bit hash to the first number that was added with it; equality is asked of the caller. It
 * begins small and doubles, so that a long text that repeats itself needs little. A slot holds the high half of the hash
 * and the number plus one; 0 is a free one.
 */
private[filter] final class SlotTable(maxEntries: Int) {
  import SlotTable._

  private var bits = bitsFor(math.min(maxEntries, FIRST_ENTRIES))
  private var slots = new Array[Long](1 << bits)
  private var entries = 0

  /** The number of an equal entry, or -1 after `number` was added as a new one. */
  def findOrAdd(hash: Long, number: Int, isSame: Int => Boolean): Int = {
    val tag = hash & TAG_MASK
    val mask = slots.length - 1
    var slot = (hash >>> (64 - bits)).toInt
    var content = slots(slot)
    while (content != 0) {
      if ((content & TAG_MASK) == tag && isSame(content.toInt - 1)) return content.toInt - 1
      slot = (slot + 1) & mask
      content = slots(slot)
    }
    slots(slot) = tag | (number + 1)
    entries += 1
    if (entries * 2 > slots.length) grow()
    -1
  }

  private def grow(): Unit = {
    val old = slots
    bits += 1
    slots = new Array[Long](1 << bits)
    var index = 0
    while (index < old.length) {
      if (old(index) != 0) {
        var slot = (old(index) >>> (64 - bits)).toInt
        while (slots(slot) != 0) slot = (slot + 1) & (slots.length - 1)
        slots(slot) = old(index)
      }
      index += 1
    }
  }
}

private object SlotTable {
  private val FIRST_ENTRIES = 1 << 16
  private val MIN_BITS = 4
  private val TAG_MASK = 0xffffffff00000000L

  /** Of a table with a slot for each entry at least; most of the time few of them are different. */
  private def bitsFor(entries: Int): Int = math.max(MIN_BITS, 32 - Integer.numberOfLeadingZeros(entries))
}
