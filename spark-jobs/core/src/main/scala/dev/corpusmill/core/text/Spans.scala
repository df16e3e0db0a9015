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

  /** The same spans, each `by` later. */
  def shifted(by: Int): Spans =
    if (by == 0) this else new Spans(starts.take(size).map(_ + by), ends.take(size).map(_ + by), size)

  /** The texts of the spans. */
  def strings(chars: Array[Char]): IndexedSeq[String] = (0 until size).map(index =>
    new String(chars, starts(index), ends(index) - starts(index))
  )
}

/** Collects spans. */
final class SpansBuilder {
  private var starts = new Array[Int](64)
  private var ends = new Array[Int](64)
  private var size = 0

  def add(start: Int, end: Int): Unit = {
    if (size == starts.length) grow()
    starts(size) = start
    ends(size) = end
    size += 1
  }

  def build(): Spans = new Spans(starts, ends, size)

  private def grow(): Unit = {
    starts = Arrays.copyOf(starts, size * 2)
    ends = Arrays.copyOf(ends, size * 2)
  }
}
