package dev.corpusmill.core.text

import java.util.Arrays

/** Part of a text by UTF-16 indexes, `end` exclusive. */
final case class Span(start: Int, end: Int) {
  def length: Int = end - start
}

/** Many spans of one text, in order, without an object for each. */
final class Spans private[text] (starts: Array[Int], ends: Array[Int], val size: Int) {
  def start(index: Int): Int = starts(index)

  def end(index: Int): Int = ends(index)

  /** How many of them a test of start and end holds for. */
  def count(isHit: (Int, Int) => Boolean): Int = {
    var hits = 0
    var index = 0
    while (index < size) {
      if (isHit(starts(index), ends(index))) hits += 1
      index += 1
    }
    hits
  }

  /** The same spans, each `by` later. */
  def shifted(by: Int): Spans =
    if (by == 0) this else new Spans(starts.take(size).map(_ + by), ends.take(size).map(_ + by), size)

  /** The texts of the spans. */
  def strings(chars: Array[Char]): IndexedSeq[String] = (0 until size).map(index =>
    new String(chars, starts(index), ends(index) - starts(index))
  )
}

/** Collects spans, about as many as expected. */
final class SpansBuilder(expected: Int = 64) {
  private var starts = new Array[Int](math.max(1, expected))
  private var ends = new Array[Int](math.max(1, expected))
  private var count = 0

  def size: Int = count

  def add(start: Int, end: Int): Unit = {
    if (count == starts.length) grow()
    starts(count) = start
    ends(count) = end
    count += 1
  }

  /** Takes the last ones away, up to the first `size`. */
  def truncate(size: Int): Unit = count = math.min(count, size)

  def build(): Spans = new Spans(starts, ends, count)

  private def grow(): Unit = {
    starts = Arrays.copyOf(starts, count * 2)
    ends = Arrays.copyOf(ends, count * 2)
  }
}
