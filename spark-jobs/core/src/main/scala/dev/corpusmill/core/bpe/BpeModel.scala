package dev.corpusmill.core.bpe

/**
 * A byte-level BPE model: immutable, shared by all encoders of a JVM.
 *
 * @param byteIds token id of each single byte, 256 entries; negative for bytes that UTF-8 never has
 * @param pairs ranks of the merges by token ids
 * @param mergedIds token id that the merge of each rank gives
 * @param wholePieces tokens that a piece equal to them becomes without merging (`ignore_merges` of
 *   tokenizer.json); null where merges always decide
 */
final class BpeModel(
    val byteIds: Array[Int],
    val pairs: PairRanks,
    val mergedIds: Array[Int],
    val wholePieces: java.util.HashMap[String, Integer]
) extends Serializable {

  /** Ranks of all pairs of single bytes, by (first << 8) | second: the first look-up of every piece. */
  @transient private[bpe] lazy val bytePairRanks: Array[Int] =
    Array.tabulate(1 << 16)(pair => rankOfIds(byteIds(pair >>> 8), byteIds(pair & 0xff)))

  /** What ids are above the ranks of their merges, where that is the same for all, as in GPT-2: saves reading a table. */
  @transient private[bpe] lazy val idsAboveRanks: Option[Int] =
    mergedIds.headOption.filter(first => mergedIds.indices.forall(rank => mergedIds(rank) - rank == first))

  private def rankOfIds(left: Int, right: Int): Int =
    if (left < 0 || right < 0) PairRanks.NONE else pairs.rankOf(left, right)
}

object BpeModel {

  /** Bits of a token's id: enough for vocabularies eight times the size of GPT-4o's, and three fit in a long. */
  val ID_BITS = 21

  /** Bits that ids up to `highest` are kept in: 16 where they suffice, as for GPT-2. */
  def bitsOf(highest: Int): Int = if (highest < (1 << 16)) 16 else ID_BITS

  /** No id is larger. */
  val MAX_ID: Int = (1 << ID_BITS) - 1
}

/** The printable stand-ins of bytes in GPT-2's vocab.json and merges.txt (`bytes_to_unicode`). */
object ByteAlphabet {

  /** Bytes that stand nowhere in UTF-8; some vocabularies have no token for them. */
  val NEVER_IN_UTF8: Set[Int] = Set(0xc0, 0xc1) ++ (0xf5 to 0xff)

  private val PRINTABLE: Vector[Int] = (('!'.toInt to '~'.toInt) ++ (0xa1 to 0xac) ++ (0xae to 0xff)).toVector

  /** Character of each byte. */
  val CHAR_OF_BYTE: Array[Char] = {
    val others = (0 to 0xff).filterNot(PRINTABLE.contains)
    val shifted = others.zipWithIndex.map { case (byte, index) => byte -> (0x100 + index).toChar }.toMap
    Array.tabulate(256)(byte => shifted.getOrElse(byte, byte.toChar))
  }

  private val BYTE_OF_CHAR: Map[Char, Byte] =
    CHAR_OF_BYTE.zipWithIndex.map { case (char, byte) => char -> byte.toByte }.toMap

  /** The bytes that `token` stands for; None where a character is not of the alphabet. */
  def bytesOf(token: String): Option[Array[Byte]] = {
    val bytes = new Array[Byte](token.length)
    val known = token.indices.forall { index =>
      val byte = BYTE_OF_CHAR.get(token.charAt(index))
      byte.foreach(bytes(index) = _)
      byte.isDefined
    }
    Option.when(known)(bytes)
  }

  /** `bytes` written in the alphabet. */
  def textOf(bytes: Array[Byte]): String = new String(bytes.map(byte => CHAR_OF_BYTE(byte & 0xff)))
}
