package dev.corpusmill.core.text

import dev.corpusmill.core.dedup.Hashing

/** Takes numbers one after the other, without an object for each. */
trait LongSink {
  def add(value: Long): Unit

  /** Adds the first `count` of `values`, in order. */
  def addAll(values: Array[Long], count: Int): Unit = {
    var index = 0
    while (index < count) {
      add(values(index))
      index += 1
    }
  }
}

/**
 * 64-bit hashes of a text's words that have a letter or a digit, lower-cased, in order. The words are those of
 * [[WordSplitter]]. The text is read as UTF-8 line by line, and its bytes are hashed where they stand, so that a text of
 * any size needs no copy of itself: what is decoded for ICU is MAX_DECODED_BYTES at most at a time. A line that has more
 * than ASCII and is longer is cut before a space, which is a word boundary in any case, or, where it has none, between
 * two characters. Of a line that the splitter would ask ICU about, ICU sees the parts between spaces that it is needed
 * for.
 */
object WordHashes {

  /** Bytes of a line that are decoded at a time. */
  val MAX_DECODED_BYTES: Int = 1 << 20

  private[text] val SEED = 0x2545f4914f6cdd1dL

  /** In the last of the three bytes of a unit beyond ASCII, where no ASCII is: two words are never the same bytes. */
  private val BEYOND_ASCII = 0x800000

  /** By the native library where there is one. */
  private val READERS = ThreadLocal.withInitial[(Array[Byte], LongSink) => Unit] { () =>
    NativeWords.loaded.fold(new WordReader().read _)(new NativeWordReader(_).read _)
  }

  /** Hashes the words of UTF-8 text into `sink`. */
  def of(text: Array[Byte], sink: LongSink): Unit = READERS.get()(text, sink)

  /** The hash of one word: of the bytes of its lower-case units, eight at a time. */
  def hashOf(chars: Array[Char], start: Int, end: Int): Long = {
    val hasher = new WordHasher
    var index = start
    while (index < end) {
      hasher.add(valueOf(LetterCase.lower(chars(index)).toInt))
      index += 1
    }
    hasher.end()
  }

  private[text] def step(hash: Long, bytes: Long): Long = Hashing.mix(hash ^ bytes)

  /** What is hashed of a unit: a byte of ASCII, or three. */
  private[text] def valueOf(unit: Int): Int = if (unit < 0x80) unit else unit | BEYOND_ASCII

  /** Bits of a value. */
  private[text] def sizeOf(value: Int): Int = 8 + ((value & BEYOND_ASCII) >> 19)
}

/** Hashes the values of one word's units. */
private[text] final class WordHasher {
  private var hash = WordHashes.SEED
  private var pending = 0L
  private var bits = 0

  /** Begins a word with whole steps, and `count` bytes, fewer than eight, that do not make one. */
  def begin(stepped: Long, bytes: Long, count: Int): Unit = {
    hash = stepped
    pending = bytes
    bits = count * java.lang.Byte.SIZE
  }

  def add(value: Int): Unit = {
    val size = WordHashes.sizeOf(value)
    pending |= value.toLong << bits
    bits += size
    if (bits >= java.lang.Long.SIZE) {
      hash = WordHashes.step(hash, pending)
      bits -= java.lang.Long.SIZE
      pending = value.toLong >>> (size - bits)
    }
  }

  def end(): Long = if (bits > 0) WordHashes.step(hash, pending) else hash
}
