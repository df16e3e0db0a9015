package dev.corpusmill.core.text

import dev.corpusmill.core.NativeLibrary

import scala.annotation.nowarn

/** The library that reads words (core/native), where this machine has one; [[WordReader]] does the same without it. */
@nowarn("cat=unused-params")
private final class NativeWords {

  /** Takes what is known of all units ([[Utf8Units.tables]]); once, before anything is read. */
  @native def initialize(kinds: Array[Byte], lowers: Array[Char]): Unit

  /**
   * Reads on where `state` says.
   *
   * @param words get the hashes
   * @param state positions in the text and the number of words: see [[NativeWords]]
   * @return one of the object's statuses
   */
  @native def read(text: Array[Byte], words: Array[Long], state: Array[Long]): Int
}

private object NativeWords {

  /** Places in a state. */
  val POSITION = 0
  val SIZE = 3
  val SPLIT_END = 4
  val STATE_LENGTH = 5

  /** Why reading stopped: at the end; for want of room; before a part that ICU splits; for want of memory. */
  val DONE = 0
  val FULL = 1
  val ICU = 2

  /** None where there is no library for this machine. */
  lazy val loaded: Option[NativeWords] = Option.when(NativeLibrary.isLoaded) {
    val words = new NativeWords
    val (kinds, lowers) = Utf8Units.tables
    words.initialize(kinds, lowers)
    words
  }
}

/** Reads words out of UTF-8 as [[WordReader]] does. Not thread-safe. */
private final class NativeWordReader(native: NativeWords) {
  import NativeWords._

  private var words = new Array[Long](NativeWordReader.BLOCK)
  private val state = new Array[Long](STATE_LENGTH)

  def read(text: Array[Byte], sink: LongSink): Unit = {
    java.util.Arrays.fill(state, 0L)
    var status = FULL
    while (status != DONE) {
      status = native.read(text, words, state)
      val size = state(SIZE).toInt
      sink.addAll(words, size)
      status match {
        case DONE =>
        case ICU => addSplit(text, sink)
        case FULL => if (size == 0) words = new Array[Long](2 * words.length)
        case _ => throw new OutOfMemoryError("for the arrays of a text")
      }
    }
  }

  private def addSplit(text: Array[Byte], sink: LongSink): Unit = {
    IcuWords.add(text, state(POSITION).toInt, state(SPLIT_END).toInt, sink)
    state(POSITION) = state(SPLIT_END)
  }
}

private object NativeWordReader {

  /** Words that go on together. */
  private val BLOCK = 2048
}
