package dev.corpusmill.core.dedup

import dev.corpusmill.core.Columns
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.StructType

import java.security.MessageDigest
import java.util.HexFormat

/** Settings of fuzzy dedup (recipe.schema.json). `minJaccard` is inclusive. */
final case class FuzzySettings(shingleWords: Int, bands: Int, rows: Int, minJaccard: Double, seed: Long) {
  def minHash: MinHash = MinHash(bands, rows, seed)
}

/** Settings of the dedup stage; without `fuzzy`, near duplicates stay. */
final case class DedupSettings(exact: Boolean, fuzzy: Option[FuzzySettings], maxRemovedFraction: Double)

/**
 * All that dedup needs of a document but its text.
 *
 * @param length code points of the text
 * @param textHash SHA-256 of the text in hex
 * @param shingles distinct shingles; 0 where fuzzy dedup is off or the text has no words
 * @param bandKeys a bucket key per band; none where there are no shingles
 */
final case class Signature(
    partition: Int,
    row: Long,
    docId: String,
    source: String,
    warcUri: String,
    warcOffset: Long,
    fetchTime: String,
    length: Int,
    textHash: String,
    shingles: Int,
    bandKeys: Array[Long]
)

/** Computes signatures of rows of one schema. */
final case class Signatures(schema: StructType, fuzzy: Option[FuzzySettings]) {
  private val docId = schema.fieldIndex(Columns.DOC_ID)
  private val source = schema.fieldIndex(Columns.SOURCE)
  private val warcUri = schema.fieldIndex(Columns.WARC_URI)
  private val warcOffset = schema.fieldIndex(Columns.WARC_OFFSET)
  private val fetchTime = schema.fieldIndex(Columns.FETCH_TIME)
  private val text = schema.fieldIndex(Columns.TEXT)
  private lazy val minHash = fuzzy.map(_.minHash)

  def of(position: RowPosition, row: InternalRow): Signature = {
    val documentText = string(row, text)
    val shingles =
      fuzzy.fold(Array.emptyLongArray)(settings => ShingleHashes.of(documentText, settings.shingleWords))
    Signature(
      position.partition,
      position.row,
      string(row, docId),
      string(row, source),
      string(row, warcUri),
      if (row.isNullAt(warcOffset)) -1L else row.getLong(warcOffset),
      if (row.isNullAt(fetchTime)) null else string(row, fetchTime),
      documentText.codePointCount(0, documentText.length),
      HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(row, text))),
      shingles.length,
      if (shingles.isEmpty) Array.emptyLongArray else minHash.fold(Array.emptyLongArray)(_.bandKeys(shingles))
    )
  }

  /** The encoded shingles of a row, for the verification of its pairs. */
  def encodedShingles(row: InternalRow, settings: FuzzySettings): Array[Byte] =
    ShingleHashes.encode(ShingleHashes.of(string(row, text), settings.shingleWords))

  private def string(row: InternalRow, ordinal: Int): String =
    if (row.isNullAt(ordinal)) "" else row.getUTF8String(ordinal).toString

  private def bytes(row: InternalRow, ordinal: Int): Array[Byte] =
    if (row.isNullAt(ordinal)) Array.emptyByteArray else row.getUTF8String(ordinal).getBytes
}
