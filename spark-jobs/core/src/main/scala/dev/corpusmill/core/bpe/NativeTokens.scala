package dev.corpusmill.core.bpe

import dev.corpusmill.core.NativeLibrary

import java.nio.{ByteBuffer, ByteOrder}
import java.util.concurrent.ConcurrentLinkedQueue
import scala.annotation.nowarn

/** What the library encodes with (core/native/tokens.zig). */
@nowarn("cat=unused-params")
private final class NativeTokens {

  /** Bytes of a model, and of an encoder. */
  @native def modelBytes(): Int
  @native def encoderBytes(): Int

  /**
   * Makes a model of memory of zeros; false where there are more merges than it takes, or memory does not suffice.
   *
   * @param byteIds token of each byte, 0xffff where it has none
   * @param blocks for each 256 code points, which of the blocks of `classes` is theirs ([[UnicodeClasses]])
   * @param merges by rank: two tokens and what they become
   */
  @native def load(
      model: ByteBuffer,
      byteIds: Array[Char],
      blocks: Array[Char],
      classes: Array[Byte],
      merges: Array[Char]
  ): Boolean

  /** Makes an encoder of memory of zeros. */
  @native def start(model: ByteBuffer, encoder: ByteBuffer): Unit

  /** Encodes on into `ids`; returns one of the object's statuses. */
  @native def encode(
      model: ByteBuffer,
      encoder: ByteBuffer,
      isNew: Boolean,
      text: Array[Byte],
      ids: Array[Int]
  ): Int
}

private object NativeTokens {

  /** Places in an encoder: what is encoded, how many tokens there are, and the piece that is too long for the library. */
  val POSITION = 0
  val TO = 8
  val SIZE = 16
  val LONG_START = 24
  val LONG_END = 32

  /** Why encoding stopped: at the end; for want of room; at a long piece; for want of memory. */
  val DONE = 0
  val FULL = 1
  val LONG = 2

  lazy val loaded: Option[NativeTokens] = Option.when(NativeLibrary.isLoaded)(new NativeTokens)
}

/**
 * A model in the library's memory, and memory of encoders that are closed, with what they remember: so that tasks that
 * follow each other take no more of it.
 */
private final class NativeModel private (val native: NativeTokens, val memory: ByteBuffer) {
  private val closed = new ConcurrentLinkedQueue[ByteBuffer]

  /** Memory of an encoder, for one task. */
  def open(): ByteBuffer = {
    val kept = closed.poll()
    if (kept != null) kept
    else {
      val encoder = NativeModel.allocate(native.encoderBytes())
      native.start(memory, encoder)
      encoder
    }
  }

  def close(encoder: ByteBuffer): Unit = closed.add(encoder): Unit
}

private object NativeModel {

  /** Ids have 16 bits in the library, and all ones stand for none. */
  private val MOST_IDS = 0xffff

  private val CACHE_LINE = 64

  /** The model with ids below `vocabSize`; None where the library is not there or does not know such models. */
  def of(model: BpeModel, vocabSize: Int): Option[NativeModel] =
    for {
      native <- NativeTokens.loaded
      if model.wholePieces == null && vocabSize <= MOST_IDS
      merges = model.pairs.merges
      if isRising(merges.map(merge => model.mergedIds(merge.rank)))
      memory = allocate(native.modelBytes())
      if native.load(
        memory,
        model.byteIds.map(id => if (id < 0) MOST_IDS.toChar else id.toChar),
        UnicodeClasses.blockNumbers,
        UnicodeClasses.blockClasses,
        merges.toArray.flatMap(merge =>
          Array(merge.left.toChar, merge.right.toChar, model.mergedIds(merge.rank).toChar)
        )
      )
    } yield new NativeModel(native, memory)

  private def isRising(ids: Seq[Int]): Boolean = ids.lazyZip(ids.drop(1)).forall(_ < _)

  private def allocate(bytes: Int): ByteBuffer =
    ByteBuffer.allocateDirect(bytes + CACHE_LINE).alignedSlice(CACHE_LINE).order(ByteOrder.nativeOrder())
}
