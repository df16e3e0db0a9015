package dev.corpusmill.core.text

import org.apache.spark.unsafe.Platform

import java.nio.ByteOrder

/** Eight bytes at a time, the first one lowest. Nobody looks whether they are in the array: callers know it. */
private[core] object EightBytes {
  val LENGTH: Int = java.lang.Long.BYTES

  private val IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
  private val ONES = 0x0101010101010101L
  private val HIGH_BITS = ONES << 7
  private val CASE_BITS = ONES * 0x20

  /** The bytes from `index` on. */
  def at(bytes: Array[Byte], index: Int): Long = {
    val word = Platform.getLong(bytes, Platform.BYTE_ARRAY_OFFSET.toLong + index)
    if (IS_LITTLE_ENDIAN) word else java.lang.Long.reverseBytes(word)
  }

  def isAscii(word: Long): Boolean = (word & HIGH_BITS) == 0

  /** Whether one of them is `byte`. */
  def has(word: Long, byte: Int): Boolean = {
    val differing = word ^ ONES * byte
    ((differing - ONES) & ~differing & HIGH_BITS) != 0
  }

  /** The same with small letters for the capital ones of ASCII; bytes that are no letters become others. */
  def lower(word: Long): Long = word | CASE_BITS

  /** How many of the first of them are letters of ASCII. */
  def leadingLetters(word: Long): Int = {
    val low = lower(word) & ~HIGH_BITS
    val fromA = low + ONES * (0x80 - 'a')
    val beyondZ = low + ONES * (0x7f - 'z')
    val isLetter = fromA & ~beyondZ & ~word & HIGH_BITS
    java.lang.Long.numberOfTrailingZeros(isLetter ^ HIGH_BITS) / java.lang.Byte.SIZE
  }

  /** The first `count` of them, 0 to 7; zeros for the others. */
  def first(word: Long, count: Int): Long = word & (1L << count * java.lang.Byte.SIZE) - 1
}
