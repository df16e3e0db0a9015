package dev.corpusmill.core.dedup

import dev.corpusmill.core.Columns
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.StructType

import java.nio.ByteBuffer
import java.security.MessageDigest
import java.util.HexFormat

/**
 * Settings of fuzzy dedup (recipe.schema.json). `minJaccard` is inclusive; of a text with more than `maxShingles`
 * distinct shingles a sample of so many is compared.
 */
final case class FuzzySettings(
    shingleWords: Int,
    bands: Int,
    rows: Int,
    minJaccard: Double,
    seed: Long,
    maxShingles: Int = 1 << 20
) {
  def minHash: MinHash = MinHash(bands, rows, seed)
}

/** Settings of the dedup stage; without `fuzzy`, near duplicates stay. */
final case class DedupSettings(
    exact: Boolean,
    fuzzy: Option[FuzzySettings],
    maxRemovedFraction: Double,
    survivors: Seq[SurvivorColumn] = SurvivorColumn.DEFAULTS,
    passages: PassageSettings = PassageSettings(None, None)
)

/**
 * What decides about a document among those with its doc_id or text.
 *
 * @param textHash first 128 bits of the text's SHA-256 in hex
 * @param isCompared whether fuzzy dedup looks at it: the text has words
 */
final case class DocumentHead(
    position: RowPosition,
    docId: String,
    warcUri: String,
    warcOffset: Long,
    textHash: String,
    survivor: SurvivorKey,
    isCompared: Boolean
)

private[dedup] object DocumentHead {

  /** By doc_id; of one, the smallest file and offset first. Partition and row tell equal rows apart. */
  val BY_ID: Ordering[DocumentHead] = (left: DocumentHead, right: DocumentHead) => {
    val byId = left.docId.compareTo(right.docId)
    val byUri = if (byId != 0) byId else left.warcUri.compareTo(right.warcUri)
    val byOffset = if (byUri != 0) byUri else java.lang.Long.compare(left.warcOffset, right.warcOffset)
    if (byOffset != 0) byOffset else RowPosition.ordering.compare(left.position, right.position)
  }

  /** By text; of one, in the survivor order. */
  val BY_TEXT: Ordering[DocumentHead] = (left: DocumentHead, right: DocumentHead) => {
    val byText = left.textHash.compareTo(right.textHash)
    if (byText != 0) byText else SurvivorKey.ordering.compare(left.survivor, right.survivor)
  }
}

/**
 * All that dedup needs of a document but its text.
 *
 * @param shingles that are compared at most
 * @param isCapped whether the text has more distinct ones
 * @param bandKeys a bucket key per band, none without shingles
 */
final case class Signature(head: DocumentHead, shingles: Int, isCapped: Boolean, bandKeys: Array[Long])

/** The part of a signature that is of shingles. */
private[dedup] final case class BandKeys(keys: Array[Long], shingles: Int, isCapped: Boolean)

private[dedup] object BandKeys {
  val NONE: BandKeys = BandKeys(Array.emptyLongArray, 0, isCapped = false)
}

/** Computes signatures of rows of one schema. */
final case class Signatures(schema: StructType, settings: DedupSettings) {
  private val docId = schema.fieldIndex(Columns.DOC_ID)
  private val warcUri = schema.fieldIndex(Columns.WARC_URI)
  private val warcOffset = schema.fieldIndex(Columns.WARC_OFFSET)
  private val text = schema.fieldIndex(Columns.TEXT)
  private val survivors = SurvivorKeys(schema, settings.survivors)
  @transient private lazy val bands = settings.fuzzy.map(new BandHasher(_))

  def of(position: RowPosition, row: InternalRow): Signature = {
    val bytes = textOf(row)
    val banded = bands.fold(BandKeys.NONE)(_.of(bytes))
    val head = DocumentHead(
      position,
      string(row, docId),
      string(row, warcUri),
      if (row.isNullAt(warcOffset)) -1L else row.getLong(warcOffset),
      Signatures.textHash(bytes),
      survivors.of(row, Signatures.codePoints(bytes)),
      banded.keys.nonEmpty
    )
    Signature(head, banded.shingles, banded.isCapped, banded.keys)
  }

  /** The encoded shingles of a row, for the verification of its pairs. */
  def encodedShingles(row: InternalRow, fuzzy: FuzzySettings): Array[Byte] =
    ShingleHashes.setOf(textOf(row), fuzzy.shingleWords, fuzzy.maxShingles).encode

  private def string(row: InternalRow, ordinal: Int): String =
    if (row.isNullAt(ordinal)) "" else row.getUTF8String(ordinal).toString

  private def textOf(row: InternalRow): Array[Byte] =
    if (row.isNullAt(text)) Array.emptyByteArray else row.getUTF8String(text).getBytes
}

object Signatures {
  private val HASH_BYTES = 16
  private val HIGH_BITS = 0x8080808080808080L

  /** First 128 bits of SHA-256 in lower-case hex: equal for equal texts only. */
  def textHash(text: Array[Byte]): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, HASH_BYTES)

  /** Code points of UTF-8: bytes that do not go on with one (10xxxxxx), eight at a time. */
  private[dedup] def codePoints(utf8: Array[Byte]): Int = {
    val eights = ByteBuffer.wrap(utf8)
    var count = utf8.length
    while (eights.remaining() >= java.lang.Long.BYTES) {
      val bytes = eights.getLong()
      count -= java.lang.Long.bitCount(bytes & ~(bytes << 1) & HIGH_BITS)
    }
    while (eights.hasRemaining) if ((eights.get() & 0xc0) == 0x80) count -= 1
    count
  }
}

/** Computes bucket keys; one per task, as it keeps a signature to write on. */
private final class BandHasher(settings: FuzzySettings) {
  private val minHash = settings.minHash
  private val signature = minHash.newSignature

  def of(text: Array[Byte]): BandKeys = {
    signature.clear()
    val shingles = ShingleHashes.of(text, settings.shingleWords, signature)
    val limit = settings.maxShingles
    if (shingles == 0) BandKeys.NONE
    else
      BandKeys(
        minHash.bandKeys(signature),
        math.min(shingles, limit.toLong).toInt,
        shingles > limit && isCapped(text)
      )
  }

  private def isCapped(text: Array[Byte]): Boolean =
    ShingleHashes.setOf(text, settings.shingleWords, settings.maxShingles).isCapped
}
