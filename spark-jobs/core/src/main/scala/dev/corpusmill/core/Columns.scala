package dev.corpusmill.core

import org.apache.spark.sql.types._

/** Column names of the Parquet files (docs/contracts/document.md), and of what transforms add for the writer. */
object Columns {
  val DOC_ID = "doc_id"
  val SOURCE = "source"
  val FETCH_TIME = "fetch_time"
  val WARC_URI = "warc_uri"
  val WARC_OFFSET = "warc_offset"
  val LANG = "lang"
  val TEXT = "text"
  val URL = "url"
  val METADATA = "metadata"
  val REASON = "reason"
  val DETAIL = "detail"
  val RULE_VALUES = "rule_values"
  val CLUSTER_ID = "cluster_id"
  val CLUSTER_SIZE = "cluster_size"
  val DUPLICATE_OF = "duplicate_of"
  val SIMILARITY = "similarity"

  /** Columns whose names begin so belong to the stage that wrote them; the next stage does not read them. */
  val OWN_PREFIX = "_"

  /** The other text of a filtered document: what it came with, or what the rules would leave of it. */
  val OTHER_TEXT = "_text"

  /** Says to which role's files a row goes; written to none of them. */
  val ROLE = "role"

  /** What extract writes for every document. */
  val DOCUMENT_SCHEMA: StructType = StructType(
    Seq(
      DOC_ID -> StringType,
      "id" -> StringType,
      SOURCE -> StringType,
      "domain" -> StringType,
      URL -> StringType,
      "title" -> StringType,
      FETCH_TIME -> StringType,
      WARC_URI -> StringType,
      WARC_OFFSET -> LongType,
      LANG -> StringType,
      "lang_score" -> DoubleType,
      TEXT -> StringType,
      METADATA -> StringType,
      "author" -> StringType,
      "date" -> StringType,
      "licence" -> StringType,
      "opt_out" -> StringType,
      "lang_mix" -> StringType
    ).map { case (name, dataType) => StructField(name, dataType) }
  )
}
