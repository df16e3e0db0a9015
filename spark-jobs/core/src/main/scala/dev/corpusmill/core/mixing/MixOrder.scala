package dev.corpusmill.core.mixing

import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest

/**
 * Where the hash of (seed, epoch, document) puts a document. Both are uniform over [0, 2^63) and independent
 * of each other: if the order of selection were the order of the stream too, a domain that is used in part
 * would stand at its beginning only.
 *
 * @param selection the smaller, the sooner it is taken from its domain
 * @param order place in the stream of all domains
 */
final case class MixKeys(selection: Long, order: Long)

object MixOrder {

  /** Significant bits of both keys. */
  val KEY_BITS = 63

  /** From SHA-256 over `seed LF epoch LF doc_id`: its first and its second 8 bytes, big-endian, without their lowest bit. */
  def keysOf(seed: Long, epoch: Int, docId: String): MixKeys = {
    val digest = MessageDigest.getInstance("SHA-256").digest(s"$seed\n$epoch\n$docId".getBytes(UTF_8))
    val bytes = ByteBuffer.wrap(digest)
    MixKeys(bytes.getLong(0) >>> 1, bytes.getLong(8) >>> 1)
  }

  /** The first `bits` bits of a key. */
  def prefixOf(key: Long, bits: Int): Long = if (bits == 0) 0L else key >>> (KEY_BITS - bits)
}
