package dev.corpusmill.core.mixing

import dev.corpusmill.core.Columns.DOC_ID
import dev.corpusmill.core.bpe.TokenizeTransform
import org.apache.spark.sql.functions.{col, count, isnull, lit, sum, xxhash64}
import org.apache.spark.sql.types.LongType
import org.apache.spark.sql.{Column, DataFrame}

/**
 * What selection reads of tokenized documents: no text and no tokens.
 *
 * Columns out: `doc_id`, `domain`, `mix_length` (tokens of the document's own stream: its tokens and one
 * end-of-text token) and `mix_tie`, a hash of the light columns, which tells rows of equal `doc_id` apart.
 * Documents without tokens are left out.
 */
object MixInput {
  val DOMAIN = "domain"
  val TOKENS: String = TokenizeTransform.TOKENS
  val TOKEN_COUNT: String = TokenizeTransform.TOKEN_COUNT
  val LENGTH = "mix_length"
  val TIE = "mix_tie"

  private val LIGHT_COLUMNS =
    Seq("source", DOMAIN, "url", "id", "title", "fetch_time", "warc_uri", "warc_offset", TOKEN_COUNT)

  /** Length of a document's own stream in tokens. */
  val length: Column = col(TOKEN_COUNT).cast(LongType) + lit(1L)

  /** Whether a document has anything to give. */
  val hasTokens: Column = col(TOKEN_COUNT) > lit(0)

  def tie(documents: DataFrame): Column = hashOf(LIGHT_COLUMNS.filter(documents.columns.contains))

  /** Hash of every column, nulls told from absent values. */
  def rowHash(documents: DataFrame): Column = hashOf(documents.columns.toSeq)

  def candidates(documents: DataFrame): DataFrame =
    documents.where(hasTokens).select(col(DOC_ID), col(DOMAIN), length.as(LENGTH), tie(documents).as(TIE))

  /** What every domain has. */
  def supplies(documents: DataFrame): Map[String, DomainSupply] =
    documents
      .where(hasTokens)
      .groupBy(DOMAIN)
      .agg(sum(length), count(lit(1)))
      .collect()
      .map(row => row.getString(0) -> DomainSupply(row.getLong(1), row.getLong(2)))
      .toMap

  private def hashOf(columns: Seq[String]): Column =
    xxhash64(columns.flatMap(name => Seq(col(name), isnull(col(name)))): _*)
}
