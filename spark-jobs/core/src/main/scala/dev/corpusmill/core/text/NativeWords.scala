package dev.corpusmill.core.text

import org.slf4j.LoggerFactory

import java.io.IOException
import java.nio.file.{Files, StandardCopyOption}
import java.util.Locale
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

  private val LOG = LoggerFactory.getLogger(classOf[NativeWords])

  /** The library; None where there is none for this machine, or it cannot be loaded. */
  lazy val loaded: Option[NativeWords] =
    Option(getClass.getResourceAsStream(s"/native/$fileName")).flatMap { resource =>
      try {
        val file = Files.createTempFile("corpusmill-", fileName)
        try {
          Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING)
          System.load(file.toString)
        } finally {
          resource.close()
          Files.delete(file)
        }
        val words = new NativeWords
        val (kinds, lowers) = Utf8Units.tables
        words.initialize(kinds, lowers)
        Some(words)
      } catch {
        case error @ (_: IOException | _: UnsatisfiedLinkError) =>
          LOG.warn("native.unavailable library={} because={}", fileName, error.getMessage)
          None
      }
    }

  private def fileName: String = {
    val system = System.getProperty("os.name").toLowerCase(Locale.ROOT).takeWhile(_ != ' ')
    s"words-$system-${System.getProperty("os.arch")}.so"
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
