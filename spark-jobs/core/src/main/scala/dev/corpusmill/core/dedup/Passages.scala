package dev.corpusmill.core.dedup

import dev.corpusmill.core.text.{LetterCase, Spans, WordHashes, WordSplitter}

import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest

/** From how many words on a paragraph (a line), or any run of words, is removed where it occurs again; None: never. */
final case class PassageSettings(paragraphMinWords: Option[Int], substringMinWords: Option[Int]) {
  def isOn: Boolean = paragraphMinWords.nonEmpty || substringMinWords.nonEmpty
}

/** A passage of a text by UTF-16 indexes; `high` and `low` are 128 bits of SHA-256 over what it says. */
final case class Passage(high: Long, low: Long, start: Int, end: Int)

/** The passages of one text: words are compared lower-cased and without what stands between them. */
final class PassageText private[dedup] (text: String) {
  private val chars = text.toCharArray
  private val spans = WordSplitter.get().split(chars)
  private val words: Array[Int] = (0 until spans.size).filter { index =>
    LetterCase.hasLetterOrDigit(chars, spans.start(index), spans.end(index))
  }.toArray
  private val hashes = words.map(index => WordHashes.hashOf(chars, spans.start(index), spans.end(index)))

  /** Lines of at least so many words, each with the line feed at its end. */
  def paragraphs(minWords: Int): Iterator[Passage] = {
    val lines = new LineWords(chars, spans, words)
    lines.all.filter(line => line.until - line.from >= minWords).map { line =>
      val end = if (line.end < chars.length) line.end + 1 else line.end
      passage(PassageText.PARAGRAPH, line.from, line.until).copy(start = line.start, end = end)
    }
  }

  /** Runs of exactly `size` words that begin at the given words. */
  def runs(size: Int, starts: Iterator[Int]): Iterator[Passage] =
    starts.map(start => passage(PassageText.RUN, start, start + size))

  def wordCount: Int = words.length

  /** The hash of `size` words from word `start` on. */
  def gram(start: Int, size: Int): Long = {
    var hash = 0L
    var index = start
    while (index < start + size) {
      hash = hash * ShingleHashes.BASE + hashes(index)
      index += 1
    }
    Hashing.mix(hash)
  }

  /**
   * Words at which fingerprints of `size` words begin, by winnowing (Schleimer, Wilkerson and Aiken 2003): of every
   * `window` grams in a row the one with the least hash, the last of equal ones. Two texts that share `size + window
   * - 1` words in a row share a fingerprint there.
   */
  def fingerprints(size: Int, window: Int): Iterator[Int] = {
    val count = math.max(0, words.length - size + 1)
    val grams = Array.tabulate(count)(gram(_, size))
    val chosen = new java.util.BitSet(count)
    val least = new java.util.ArrayDeque[Int]()
    (0 until count).foreach { index =>
      while (!least.isEmpty && grams(least.peekLast()) >= grams(index)) least.pollLast()
      least.addLast(index)
      if (least.peekFirst() <= index - window) least.pollFirst()
      if (index >= window - 1) chosen.set(least.peekFirst())
    }
    Iterator.iterate(chosen.nextSetBit(0))(word => chosen.nextSetBit(word + 1)).takeWhile(_ >= 0)
  }

  private def passage(kind: Byte, from: Int, until: Int): Passage = {
    val sha256 = MessageDigest.getInstance("SHA-256")
    sha256.update(kind)
    val buffer = ByteBuffer.allocate((until - from) * java.lang.Long.BYTES)
    (from until until).foreach(index => buffer.putLong(hashes(index)))
    val digest = ByteBuffer.wrap(sha256.digest(buffer.array()))
    Passage(digest.getLong, digest.getLong, spans.start(words(from)), spans.end(words(until - 1)))
  }
}

object PassageText {
  private val PARAGRAPH: Byte = 0
  private val RUN: Byte = 1

  /** Longer texts, in bytes, are left as they are: a task must not hold many copies of them. */
  val MAX_BYTES: Int = 64 << 20

  def of(utf8: Array[Byte]): PassageText = new PassageText(new String(utf8, UTF_8))

  /**
   * The text without the given passages (starts and ends in turn), which may overlap; None where no word is left. A
   * text of one word has a passage at nearly every word, so they are sorted as numbers: the start in the high half.
   */
  def without(text: String, removed: Array[Int]): Option[String] = {
    val spans =
      Array.tabulate(removed.length / 2)(index => (removed(2 * index).toLong << 32) | removed(2 * index + 1))
    java.util.Arrays.sort(spans)
    val rest = new java.lang.StringBuilder
    var end = 0
    spans.foreach { span =>
      val from = (span >>> 32).toInt
      if (from > end) rest.append(text, end, from): Unit
      end = math.max(end, span.toInt)
    }
    val left = rest.append(text, end, text.length).toString.strip()
    Option.when(new PassageText(left).wordCount > 0)(left)
  }
}

/** A line and the words in it, `until` exclusive. */
private final case class Line(start: Int, end: Int, from: Int, until: Int)

private final class LineWords(chars: Array[Char], spans: Spans, words: Array[Int]) {
  def all: Iterator[Line] = Iterator.unfold((0, 0)) { case (start, from) =>
    Option.when(start < chars.length) {
      val feed = chars.indexOf('\n', start)
      val end = if (feed < 0) chars.length else feed
      var until = from
      while (until < words.length && spans.start(words(until)) < end) until += 1
      (Line(start, end, from, until), (end + 1, until))
    }
  }
}
