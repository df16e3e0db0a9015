package dev.corpusmill.core.bpe

import org.apache.spark.unsafe.Platform

import java.nio.ByteOrder

/** Eight bytes at a time. */
private[bpe] object Bytes {
  private val IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
  private val HIGH_BITS = 0x8080808080808080L

  /** The eight bytes from `at` on, the first one lowest; all of them must be in the array. */
  def longAt(text: Array[Byte], at: Int): Long = {
    val word = Platform.getLong(text, Platform.BYTE_ARRAY_OFFSET.toLong + at)
    if (IS_LITTLE_ENDIAN) word else java.lang.Long.reverseBytes(word)
  }

  /** Covers the first `length` of eight bytes; nothing below 1, everything above 7. */
  def prefixMask(length: Int): Long =
    if (length >= 8) -1L else if (length <= 0) 0L else (1L << (length * 8)) - 1

  /**
   * How many of eight bytes, from the first on, are ASCII letters. A byte is one where its lower case (bit 5 set, high
   * bit aside) is at least 'a' and not above 'z': each sum below sets a byte's high bit from a bound on, without a carry.
   */
  def leadingAsciiLetters(word: Long): Int = {
    val lower = (word | 0x2020202020202020L) & ~HIGH_BITS
    val fromA = lower + 0x1f1f1f1f1f1f1f1fL
    val aboveZ = lower + 0x0505050505050505L
    val others = ~(fromA & ~aboveZ & ~word) & HIGH_BITS
    java.lang.Long.numberOfTrailingZeros(others) >>> 3
  }
}
