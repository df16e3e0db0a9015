package dev.corpusmill.core.bpe

import java.util.Arrays

/**
 * Pieces of up to 63 bytes and their tokens: an index of open addressing into entries that stand one after another, in
 * memory of fixed size (2.5 MiB). When it is full, it begins anew. Not thread-safe.
 *
 * An entry: its length in bytes and (high half) its number of tokens; its bytes, padded with zeros; two tokens a long.
 * A slot of the index: 32 bits of the hash and (low half) where the entry begins; 0 where it is free.
 */
private[bpe] final class PieceStore {
  import PieceStore._

  private val index = new Array[Long](INDEX_SLOTS)
  private val entries = new Array[Long](ENTRY_LONGS)
  private val wanted = new Array[Long](MAX_BYTES / 8 + 1)
  private var wantedLength = 0
  private var hash = 0L
  private var slot = 0
  private var end = FIRST_ENTRY
  private var count = 0

  /** Adds the tokens of the piece to `out` if it is here. Up to seven bytes are read behind the piece. */
  def find(text: Array[Byte], from: Int, length: Int, out: TokenBuffer): Boolean = {
    seek(text, from, length)
    val isFound = index(slot) != FREE
    if (isFound) emit(placeOf(index(slot)), out)
    isFound
  }

  /** Keeps the tokens that `out` has from `start` on for the piece. */
  def put(text: Array[Byte], from: Int, length: Int)(out: TokenBuffer, start: Int): Unit = {
    seek(text, from, length)
    if (index(slot) == FREE) append(out, start)
  }

  private def append(out: TokenBuffer, start: Int): Unit = {
    val tokens = out.size - start
    if (count == MAX_ENTRIES || end + longsOf(wantedLength, tokens) > ENTRY_LONGS) clear()
    index(slot) = (hash & TAG_MASK) | end.toLong
    entries(end) = wantedLength.toLong | (tokens.toLong << 32)
    System.arraycopy(wanted, 0, entries, end + 1, keyLongs(wantedLength))
    var at = end + 1 + keyLongs(wantedLength)
    end += longsOf(wantedLength, tokens)
    count += 1
    var token = start
    while (token < out.size) {
      entries(at) = out(token).toLong | (if (token + 1 < out.size) out(token + 1).toLong << 32 else 0L)
      token += 2
      at += 1
    }
  }

  private def clear(): Unit = {
    Arrays.fill(index, FREE)
    end = FIRST_ENTRY
    count = 0
    slot = homeSlot
  }

  /** Finds the slot where the piece stands or may stand. */
  private def seek(text: Array[Byte], from: Int, length: Int): Unit = {
    load(text, from, length)
    slot = homeSlot
    while (index(slot) != FREE && !isWanted(index(slot))) slot = (slot + 1) & INDEX_MASK
  }

  private def load(text: Array[Byte], from: Int, length: Int): Unit = {
    var mixed = length.toLong
    var at = 0
    while (at * 8 < length) {
      wanted(at) = Bytes.longAt(text, from + 8 * at) & Bytes.prefixMask(length - 8 * at)
      mixed = (mixed ^ wanted(at)) * MIX
      mixed ^= mixed >>> 29
      at += 1
    }
    hash = mixed * MIX
    wantedLength = length
  }

  private def isWanted(indexed: Long): Boolean = ((indexed ^ hash) & TAG_MASK) == 0 && {
    val place = placeOf(indexed)
    val longs = keyLongs(wantedLength)
    entries(place).toInt == wantedLength &&
    Arrays.equals(entries, place + 1, place + 1 + longs, wanted, 0, longs)
  }

  private def emit(place: Int, out: TokenBuffer): Unit = {
    val tokens = (entries(place) >>> 32).toInt
    val first = place + 1 + keyLongs(wantedLength)
    var token = 0
    while (token < tokens) {
      out.add((entries(first + (token >> 1)) >>> ((token & 1) << 5)).toInt)
      token += 1
    }
  }

  private def homeSlot: Int = (hash.toInt >>> 1) & INDEX_MASK
}

private[bpe] object PieceStore {

  /** Longest piece, in bytes. */
  val MAX_BYTES = 63

  private val INDEX_SLOTS = 1 << 16
  private val INDEX_MASK = INDEX_SLOTS - 1
  private val MAX_ENTRIES = INDEX_SLOTS / 4 * 3
  private val ENTRY_LONGS = 1 << 18
  private val FIRST_ENTRY = 1
  private val FREE = 0L
  private val TAG_MASK = 0xffffffff00000000L
  private val MIX = 0x9e3779b97f4a7c15L

  private def keyLongs(length: Int): Int = (length + 7) >>> 3

  private def longsOf(length: Int, tokens: Int): Int = 1 + keyLongs(length) + (tokens + 1) / 2

  private def placeOf(indexed: Long): Int = indexed.toInt
}
