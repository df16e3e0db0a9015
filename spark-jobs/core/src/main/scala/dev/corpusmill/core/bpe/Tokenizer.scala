package dev.corpusmill.core.bpe

import java.nio.charset.StandardCharsets.UTF_8

/**
 * A tokenizer: immutable and serializable, so that it can be broadcast.
 *
 * Text is data: the strings of special tokens (`<|endoftext|>`, `</s>` …) that stand in a document are
 * encoded as ordinary text and never become control tokens, and no special token is added.
 */
trait Tokenizer extends Serializable {

  /** Smallest number that every token id is below; decides the width of the shards' integers. */
  def vocabSize: Int

  /** Id of the token that is written `content`, special ones included. */
  def findTokenId(content: String): Option[Int]

  /** An encoder for one task; not thread-safe. */
  def newEncoder(): TokenEncoder
}

/**
 * Turns texts into token ids. Not thread-safe: it reuses its buffers from text to text. Closing it gives its memory to the
 * next one, after which it encodes nothing; without that the memory is free when the encoder is garbage.
 */
trait TokenEncoder extends AutoCloseable {

  /** Token ids of a text in valid UTF-8; empty for an empty text. */
  def encode(utf8: Array[Byte]): Array[Int]

  /** Token ids of `text`; empty for an empty text. */
  final def encode(text: String): Array[Int] = encode(text.getBytes(UTF_8))

  def close(): Unit = ()
}
