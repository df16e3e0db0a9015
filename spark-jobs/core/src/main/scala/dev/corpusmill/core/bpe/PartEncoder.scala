package dev.corpusmill.core.bpe

/** Encodes parts of texts, and remembers pieces. Not thread-safe. */
private[bpe] trait PartEncoder {

  /** Adds the tokens of the first `length` bytes of `text`, which has `WordCache.PADDING` more, to `out`. */
  def encode(text: Array[Byte], length: Int, out: TokenBuffer): Unit

  /** Gives memory back, once; nothing is encoded after that. */
  def close(): Unit
}

/** Encodes in the JVM, any model. */
private[bpe] final class JvmPartEncoder(tokenizer: BpeTokenizer) extends PartEncoder {
  private val scanner = tokenizer.rules.pieces.newScanner()
  private val pieces = new PieceEncoder(tokenizer.model)
  private val cache = new WordCache(BpeModel.bitsOf(tokenizer.vocabSize - 1))

  def encode(text: Array[Byte], length: Int, out: TokenBuffer): Unit = {
    var from = 0
    while (from < length) {
      val count = scanner.scan(text, from, length)
      cache.locate(text, from, scanner.ends, count)
      encodeBlock(text, from, count)(out)
      from = scanner.ends(count - 1)
    }
  }

  def close(): Unit = ()

  private def encodeBlock(text: Array[Byte], from: Int, count: Int)(out: TokenBuffer): Unit = {
    val ends = scanner.ends
    var index = cache.addKnown(0, count, out)
    while (index < count) {
      encodeRest(index, text, if (index == 0) from else ends(index - 1), ends(index))(out)
      index = cache.addKnown(index + 1, count, out)
    }
  }

  private def encodeRest(index: Int, text: Array[Byte], start: Int, end: Int)(out: TokenBuffer): Unit =
    if (end - start > WordCache.MAX_BYTES) pieces.encode(text, start, end, out)
    else if (!cache.find(index, text, start, end)(out)) {
      val known = out.size
      pieces.encode(text, start, end, out)
      cache.put(index, text, start, end)(out, known)
    }
}

/** Encodes in the library, but for long pieces. */
private[bpe] final class NativePartEncoder(model: BpeModel, native: NativeModel) extends PartEncoder {
  import NativeTokens._

  private var encoder = native.open()
  private val pieces = new PieceEncoder(model)
  private val store = new PieceStore

  def encode(text: Array[Byte], length: Int, out: TokenBuffer): Unit = {
    encoder.putLong(POSITION, 0).putLong(TO, length.toLong)
    var status = encodeOn(isNew = true, text, out)
    while (status != DONE) {
      if (status == LONG)
        addLong(text, encoder.getLong(LONG_START).toInt, encoder.getLong(LONG_END).toInt)(out)
      status = encodeOn(isNew = false, text, out)
    }
  }

  def close(): Unit = if (encoder != null) {
    native.close(encoder)
    // Another task's from here on
    encoder = null
  }

  private def encodeOn(isNew: Boolean, text: Array[Byte], out: TokenBuffer): Int = {
    encoder.putLong(SIZE, out.size.toLong)
    val status =
      native.native.encode(native.memory, encoder, isNew, text, out.reserve(NativePartEncoder.ROOM))
    if (status < 0) throw new OutOfMemoryError("for the arrays of a text")
    out.resize(encoder.getLong(SIZE).toInt)
    status
  }

  private def addLong(text: Array[Byte], start: Int, end: Int)(out: TokenBuffer): Unit =
    if (end - start > PieceStore.MAX_BYTES) pieces.encode(text, start, end, out)
    else if (!store.find(text, start, end - start, out)) {
      val known = out.size
      pieces.encode(text, start, end, out)
      store.put(text, start, end - start)(out, known)
    }
}

private object NativePartEncoder {

  /** Tokens that the library wants room for at any time. */
  private val ROOM = 1 << 14
}

/** Makes tokens of one piece, whatever came before. Not thread-safe. */
private[bpe] final class PieceEncoder(model: BpeModel) {
  private val merger = new BpeMerger(model)

  /** Adds the tokens of the piece `text[from, until)` to `out`. */
  def encode(text: Array[Byte], from: Int, until: Int, out: TokenBuffer): Unit = {
    val whole =
      if (model.wholePieces == null) null
      else model.wholePieces.get(ByteAlphabet.textOf(java.util.Arrays.copyOfRange(text, from, until)))
    if (whole == null) merger.merge(text, from, until, out) else out.add(whole)
  }
}
