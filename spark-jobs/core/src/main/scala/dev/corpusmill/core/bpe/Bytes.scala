package dev.corpusmill.core.bpe

import org.apache.spark.unsafe.Platform

import java.nio.ByteOrder

/** Eight bytes at a time. */
private[bpe] object Bytes {
  private val IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
  private val ONES = 0x0101010101010101L
  private val HIGH_BITS = 0x8080808080808080L

  /** The eight bytes from `at` on, the first one lowest; all of them must be in the array. */
  def longAt(text: Array[Byte], at: Int): Long = {
    val word = Platform.getLong(text, Platform.BYTE_ARRAY_OFFSET.toLong + at)
    if (IS_LITTLE_ENDIAN) word else java.lang.Long.reverseBytes(word)
  }

  /** Covers the first `length` of eight bytes; nothing below 1, everything above 7. */
  def prefixMask(length: Int): Long =
    if (length >= 8) -1L else if (length <= 0) 0L else (1L << (length * 8)) - 1

  /** How many of eight bytes, from the first on, are ASCII letters. */
  def leadingAsciiLetters(word: Long): Int = {
    val others = ~(asciiLetters(word & ~HIGH_BITS) & ~word) & HIGH_BITS
    java.lang.Long.numberOfTrailingZeros(others) >>> 3
  }

  /**
   * The high bits of the bytes that are letters; all must be ASCII. Each sum sets the high bit of the bytes from a bound
   * on; ASCII bytes carry nothing over.
   */
  private def asciiLetters(word: Long): Long = {
    val lower = word | ONES * 0x20
    (lower + ONES * (0x80 - 'a')) & ~(lower + ONES * (0x7f - 'z')) & HIGH_BITS
  }
}
