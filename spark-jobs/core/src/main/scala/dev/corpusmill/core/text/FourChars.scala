package dev.corpusmill.core.text

import org.apache.spark.unsafe.Platform

import java.nio.ByteOrder

/** Four UTF-16 units at a time, the first one lowest. Nobody looks whether they are in the array: callers know it. */
private[core] object FourChars {
  private val IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
  private val ONES = 0x0001000100010001L
  private val HIGH_BITS = ONES << 15
  private val PREFIX_MASKS = Array.tabulate(4)(length => (1L << (16 * length)) - 1)

  /** The units from `index` on. */
  def at(chars: Array[Char], index: Int): Long = {
    val word = Platform.getLong(chars, offsetOf(index))
    if (IS_LITTLE_ENDIAN) word else reversed(word)
  }

  /** Writes the units from `index` on. */
  def put(chars: Array[Char], index: Int, word: Long): Unit =
    Platform.putLong(chars, offsetOf(index), if (IS_LITTLE_ENDIAN) word else reversed(word))

  /** Covers the first `length` of four units, 0 to 3. */
  def prefixMask(length: Int): Long = PREFIX_MASKS(length)

  def isAscii(word: Long): Boolean = (word & (ONES * 0xff80)) == 0

  /** How many units are `limit` or more, which is a power of two from 2 on. */
  def countFrom(word: Long, limit: Int): Int =
    java.lang.Long.bitCount((((word & ~HIGH_BITS) + ONES * (0x8000 - limit)) | word) & HIGH_BITS)

  /** Whether a unit is below `limit`, which is 0x8000 at most. */
  def hasBelow(word: Long, limit: Int): Boolean = ((word - ONES * limit) & ~word & HIGH_BITS) != 0

  /** Whether a unit has the bits of `mask` as in `value`. */
  def has(word: Long, value: Int, mask: Int = 0xffff): Boolean =
    hasBelow((word & (ONES * mask)) ^ (ONES * value), 1)

  /** Arrays of chars and of shorts begin at the same place. */
  private def offsetOf(index: Int): Long = Platform.SHORT_ARRAY_OFFSET + 2L * index

  private def reversed(word: Long): Long = {
    val bytes = java.lang.Long.reverseBytes(word)
    (bytes & 0x00ff00ff00ff00ffL) << 8 | (bytes >>> 8) & 0x00ff00ff00ff00ffL
  }
}
