package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD
import org.apache.spark.sql.expressions.{Window, WindowSpec}
import org.apache.spark.sql.functions._
import org.apache.spark.sql.{Column, DataFrame, Dataset, Encoder, Encoders, SparkSession}

/**
 * What is decided about a row. Without `reason` it stays, as `survivor` of `clusterSize` documents; else it goes, and
 * `survivor` is the doc_id of the document that stays for it.
 */
final case class Decision(
    partition: Int,
    row: Long,
    source: String,
    reason: Option[String],
    survivor: String,
    similarity: Option[Double],
    clusterSize: Option[Long]
) {
  def position: RowPosition = RowPosition(partition, row)
}

/** Decisions about all rows, and how fuzzy dedup came to them. */
final case class DedupResult(decisions: Dataset[Decision], fuzzy: Option[FuzzyResult])

/**
 * The dedup stage: rows with a doc_id that was seen before, documents with the same text, near duplicates.
 *
 * Who stays: of rows with one doc_id the one with the smallest (warc_uri, warc_offset); of documents the one with the
 * longest text in code points, then the earliest fetch_time (none is last), then the smallest doc_id. Removed rows name
 * the document that stays in the end, also where their own first survivor fell to a better one.
 */
final case class Deduplication(
    settings: DedupSettings,
    components: ConnectedComponents = ConnectedComponents()
) {
  import Deduplication._

  /** Decides about every row; `phase` is told what is being done. */
  def apply(spark: SparkSession, documents: DocumentRows, phase: String => Unit): DedupResult = {
    val signatures = Signatures(documents.schema, settings.fuzzy)
    phase("signatures")
    val all = Materialize(spark.createDataset(documents.map(signatures.of)))
    val marked = Materialize(mark(all.toDF()))
    val fuzzy = settings.fuzzy.map { fuzzySettings =>
      phase("rank documents")
      val ranked = Materialize(rank(spark, marked))
      val shinglesOf = fetchShingles(spark, documents, signatures, fuzzySettings) _
      (ranked, FuzzyDedup(fuzzySettings, components, shinglesOf, phase)(ranked))
    }
    phase("decide")
    val removals = fuzzy.fold(noRemovals(spark)) { case (ranked, result) =>
      removalsById(ranked, result.removals)
    }
    DedupResult(Materialize(decide(marked, removals)), fuzzy.map(_._2))
  }

  /** Adds whether a row is the first of its doc_id, and the doc_id of the document that stays for its text. */
  private def mark(signatures: DataFrame): DataFrame = {
    val isFirst = row_number().over(SAME_ID) === 1
    val textSurvivor = if (settings.exact) first(col(DOC_ID)).over(SAME_TEXT) else col(DOC_ID)
    signatures.withColumn(IS_FIRST, isFirst).withColumn(TEXT_SURVIVOR, textSurvivor)
  }

  /** Numbers the documents that are compared, in survivor order. */
  private def rank(spark: SparkSession, marked: DataFrame): Dataset[Ranked] = {
    val compared = col(IS_FIRST) && col(TEXT_SURVIVOR) === col(DOC_ID) && col("shingles") > 0
    val inOrder = marked.filter(compared).orderBy(SURVIVOR_ORDER: _*).as[Signature]
    val numbered = inOrder.rdd.zipWithIndex().map { case (document, rank) =>
      Ranked(rank, document.docId, document.partition, document.row, document.shingles, document.bandKeys)
    }
    spark.createDataset(numbered)
  }

  private def decide(marked: DataFrame, removals: DataFrame): Dataset[Decision] = {
    val resolved = withFirstTextSurvivor(marked)
      .join(removals, col(TEXT_SURVIVOR) === col("removedId"), "left")
      .withColumn("survivor", coalesce(col("fuzzySurvivor"), col(TEXT_SURVIVOR)))
      .withColumn("reason", REASON)
      .withColumn("similarity", SIMILARITY)
    val sizes = resolved.groupBy(col("survivor").as("clusterId")).agg(count(lit(1)).as("size"))
    val isKept = col("reason").isNull && col("clusterId") === col("survivor")
    resolved.join(sizes, isKept, "left").withColumn("clusterSize", col("size")).as[Decision]
  }

  /** Rows that repeat a doc_id share the fate of its first row. */
  private def withFirstTextSurvivor(marked: DataFrame): DataFrame = {
    val firsts = marked.filter(col(IS_FIRST)).withColumn("isSameText", lit(true))
    val ofFirst = firsts.select(col(DOC_ID), col(TEXT_SURVIVOR), col("textHash").as("firstHash"))
    val later = marked
      .filter(!col(IS_FIRST))
      .drop(TEXT_SURVIVOR)
      .join(ofFirst, DOC_ID)
      .withColumn("isSameText", col("textHash") === col("firstHash"))
      .drop("firstHash")
    firsts.unionByName(later)
  }
}

object Deduplication {
  private val DOC_ID = "docId"
  private val IS_FIRST = "isFirst"
  private val TEXT_SURVIVOR = "textSurvivor"

  private implicit val signatureEncoder: Encoder[Signature] = Encoders.product[Signature]
  private implicit val rankedEncoder: Encoder[Ranked] = Encoders.product[Ranked]
  private implicit val shingleSetEncoder: Encoder[ShingleSet] = Encoders.product[ShingleSet]
  private implicit val decisionEncoder: Encoder[Decision] = Encoders.product[Decision]

  private val SAME_ID: WindowSpec = Window
    .partitionBy(DOC_ID)
    .orderBy("warcUri", "warcOffset", "source", "partition", "row")

  // Rows that repeat a doc_id are in groups of their own; what they get is replaced by their first row's.
  private val SAME_TEXT: WindowSpec = Window
    .partitionBy(col("textHash"), col(IS_FIRST))
    .orderBy(col("fetchTime").asc_nulls_last, col(DOC_ID))

  private val SURVIVOR_ORDER: Seq[Column] =
    Seq(col("length").desc, col("fetchTime").asc_nulls_last, col(DOC_ID))

  private val REASON: Column = when(!col(IS_FIRST), "duplicate_id")
    .when(col("fuzzySurvivor").isNotNull, "fuzzy_duplicate")
    .when(col(TEXT_SURVIVOR) =!= col(DOC_ID), "exact_duplicate")

  private val SIMILARITY: Column =
    when(col("reason").isNotNull && col("isSameText"), coalesce(col("fuzzySimilarity"), lit(1.0)))

  private def noRemovals(spark: SparkSession): DataFrame =
    spark.sql("select '' removedId, '' fuzzySurvivor, 0.0D fuzzySimilarity where false")

  /** From ranks back to doc_ids. */
  private def removalsById(ranked: Dataset[Ranked], removals: Dataset[FuzzyRemoval]): DataFrame = {
    val removed = ranked.select(col("rank"), col(DOC_ID).as("removedId"))
    val survivors = ranked.select(col("rank").as("survivor"), col(DOC_ID).as("fuzzySurvivor"))
    removals
      .join(removed, "rank")
      .join(survivors, "survivor")
      .select(col("removedId"), col("fuzzySurvivor"), col("similarity").as("fuzzySimilarity"))
  }

  /** Goes back to the texts of some documents for their shingles. */
  private def fetchShingles(
      spark: SparkSession,
      documents: DocumentRows,
      signatures: Signatures,
      settings: FuzzySettings
  )(wanted: Dataset[Ranked]): Dataset[ShingleSet] = {
    val positions: RDD[(RowPosition, Long)] =
      wanted.rdd.map(document => (RowPosition(document.partition, document.row), document.rank))
    spark.createDataset(documents.join(positions) { (row, rank) =>
      ShingleSet(rank, signatures.encodedShingles(row, settings))
    })
  }
}
