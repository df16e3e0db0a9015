package dev.corpusmill.core.bpe

/**
 * What 64 bytes are, a long for each class: bit n stands for byte n. Not thread-safe: the last answer stands in it.
 *
 * Eight longs of text become eight bit planes, as a matrix is transposed, and a class is a few operations on planes for
 * all bytes at once (Cameron et al. 2014, "Bitwise data parallelism in regular expression matching").
 */
private[bpe] final class AsciiPlanes {
  import AsciiPlanes._

  /** Bytes of code points above ASCII, which are in no other class. */
  var others = 0L
  var letters = 0L
  var numbers = 0L

  /** White space: blanks, and tab to carriage return. */
  var spaces = 0L
  var blanks = 0L
  var apostrophes = 0L

  // Plane n has bit n of every byte: that of byte 8 k + j is bit 8 j + k
  private var plane0 = 0L
  private var plane1 = 0L
  private var plane2 = 0L
  private var plane3 = 0L
  private var plane4 = 0L
  private var plane5 = 0L
  private var plane6 = 0L
  private var plane7 = 0L

  /** Classifies the 64 bytes from `at` on; all of them must be in the array. */
  def read(text: Array[Byte], at: Int): Unit = {
    val word0 = Bytes.longAt(text, at)
    val word1 = Bytes.longAt(text, at + 8)
    val word2 = Bytes.longAt(text, at + 16)
    val word3 = Bytes.longAt(text, at + 24)
    val word4 = Bytes.longAt(text, at + 32)
    val word5 = Bytes.longAt(text, at + 40)
    val word6 = Bytes.longAt(text, at + 48)
    val word7 = Bytes.longAt(text, at + 56)
    setLowPlanes(low4(word0, word4), low4(word1, word5), low4(word2, word6), low4(word3, word7))
    setHighPlanes(high4(word0, word4), high4(word1, word5), high4(word2, word6), high4(word3, word7))
    classify()
  }

  private def setLowPlanes(word0: Long, word1: Long, word2: Long, word3: Long): Unit = {
    val first = low2(word0, word2)
    val second = low2(word1, word3)
    val third = high2(word0, word2)
    val fourth = high2(word1, word3)
    plane0 = low1(first, second)
    plane1 = high1(first, second)
    plane2 = low1(third, fourth)
    plane3 = high1(third, fourth)
  }

  private def setHighPlanes(word0: Long, word1: Long, word2: Long, word3: Long): Unit = {
    val first = low2(word0, word2)
    val second = low2(word1, word3)
    val third = high2(word0, word2)
    val fourth = high2(word1, word3)
    plane4 = low1(first, second)
    plane5 = high1(first, second)
    plane6 = low1(third, fourth)
    plane7 = high1(third, fourth)
  }

  private def classify(): Unit = {
    val anyLow = plane0 | plane1 | plane2 | plane3 | plane4
    val above26 = plane4 & plane3 & (plane2 | (plane1 & plane0))
    val from20To3f = plane5 & ~(plane6 | plane7)
    val from08To0f = plane3 & ~(plane4 | plane5 | plane6 | plane7)
    val blank = from20To3f & ~anyLow
    others = inOrder(plane7)
    letters = inOrder(plane6 & anyLow & ~(above26 | plane7))
    numbers = inOrder(from20To3f & plane4 & ~(plane3 & (plane2 | plane1)))
    blanks = inOrder(blank)
    spaces = inOrder(blank | (from08To0f & (plane2 ^ (plane1 | (plane0 & ~plane2)))))
    apostrophes = inOrder(from20To3f & plane2 & plane1 & plane0 & ~(plane3 | plane4))
  }
}

private object AsciiPlanes {
  private val LOW_4 = 0x0f0f0f0f0f0f0f0fL
  private val LOW_2 = 0x3333333333333333L
  private val LOW_1 = 0x5555555555555555L

  // Of two longs those bits of every byte, or pair of bits and so on, that are low, put together, or those that are high
  private def low4(first: Long, second: Long): Long = (first & LOW_4) | ((second & LOW_4) << 4)
  private def high4(first: Long, second: Long): Long = ((first >>> 4) & LOW_4) | (second & ~LOW_4)
  private def low2(first: Long, second: Long): Long = (first & LOW_2) | ((second & LOW_2) << 2)
  private def high2(first: Long, second: Long): Long = ((first >>> 2) & LOW_2) | (second & ~LOW_2)
  private def low1(first: Long, second: Long): Long = (first & LOW_1) | ((second & LOW_1) << 1)
  private def high1(first: Long, second: Long): Long = ((first >>> 1) & LOW_1) | (second & ~LOW_1)

  /** Bit 8 j + k becomes bit 8 k + j (Warren, "Hacker's Delight", 7-3). */
  private def inOrder(plane: Long): Long = {
    val by1 = swap(plane, 0x00aa00aa00aa00aaL, 7)
    val by2 = swap(by1, 0x0000cccc0000ccccL, 14)
    swap(by2, 0x00000000f0f0f0f0L, 28)
  }

  private def swap(bits: Long, mask: Long, distance: Int): Long = {
    val changed = (bits ^ (bits >>> distance)) & mask
    bits ^ changed ^ (changed << distance)
  }
}
