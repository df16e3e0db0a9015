package dev.corpusmill.core.dedup

import dev.corpusmill.core.Columns
import org.apache.spark.sql.classic.Dataset
import org.apache.spark.sql.{Row, SparkSession}

import scala.util.Random

/** A document of a test corpus. */
final case class TestDocument(
    docId: String,
    text: String,
    fetchTime: String = "2026-01-01T00:00:00Z",
    source: String = "crawl",
    offset: Long = 0L,
    metadata: String = null,
    url: String = null
)

/** Makes documents and runs dedup on them. */
object DedupCorpus {
  val FUZZY: FuzzySettings = FuzzySettings(shingleWords = 5, bands = 14, rows = 8, minJaccard = 0.8, seed = 0)
  val SETTINGS: DedupSettings = DedupSettings(exact = true, Some(FUZZY), maxRemovedFraction = 1.0)

  def id(number: Int): String = f"$number%032x"

  /** Random words, of a vocabulary in which chance makes no equal shingles. */
  def words(random: Random, count: Int): Vector[String] = Vector.fill(count)(s"w${random.nextInt(1 << 20)}")

  def documentRows(spark: SparkSession, documents: Seq[TestDocument], partitions: Int): DocumentRows = {
    val rows = documents.map { document =>
      val known = Seq(
        document.docId,
        null,
        document.source,
        "web",
        document.url,
        null,
        document.fetchTime,
        "data/a.warc.gz",
        document.offset,
        "en",
        0.9,
        document.text,
        document.metadata
      )
      Row.fromSeq(known.padTo(Columns.DOCUMENT_SCHEMA.size, null))
    }
    val frame =
      spark.createDataFrame(spark.sparkContext.parallelize(rows, partitions), Columns.DOCUMENT_SCHEMA)
    DocumentRows(frame.asInstanceOf[Dataset[Row]].queryExecution.toRdd, frame.schema)
  }

  /** Decisions by doc_id; needs unique doc_ids. */
  def decide(
      spark: SparkSession,
      documents: Seq[TestDocument],
      settings: DedupSettings = SETTINGS,
      partitions: Int = 3
  ): Map[String, Decision] =
    run(spark, documents, Deduplication(settings, ConnectedComponents(partitions)), partitions).map {
      case (row, decision) =>
        documents(row).docId -> decision
    }

  /** Decisions by index in `documents`, which one task must come to as all tasks do. */
  def run(
      spark: SparkSession,
      documents: Seq[TestDocument],
      deduplication: Deduplication,
      partitions: Int = 3
  ): Map[Int, Decision] = {
    val byOne = runOnce(spark, documents, deduplication, partitions)
    val byAll = runOnce(spark, documents, deduplication.copy(oneTaskBytes = 0), partitions)
    val differing = documents.indices.find(row => byOne.get(row) != byAll.get(row))
    assert(
      differing.isEmpty,
      differing.map(row => s"$row: ${byOne.get(row)} by one, ${byAll.get(row)} by all")
    )
    byOne
  }

  private def runOnce(
      spark: SparkSession,
      documents: Seq[TestDocument],
      deduplication: Deduplication,
      partitions: Int
  ): Map[Int, Decision] = {
    // Like a job's, this phase cannot be shipped to executors.
    val phases = new java.io.StringWriter()
    val result = deduplication(documentRows(spark, documents, partitions), phases.write(_: String))
    val decisions = result.decisions.collect()
    val starts = (0 to partitions).map(partition => (partition.toLong * documents.size / partitions).toInt)
    decisions.map { decision =>
      (starts(decision.position.partition) + decision.position.row.toInt) -> decision
    }.toMap
  }

  /** Survivor order. */
  def inOrder(documents: Seq[TestDocument]): Seq[TestDocument] =
    documents.sortBy { document =>
      val length = document.text.codePointCount(0, document.text.length)
      (-length, document.fetchTime == null, Option(document.fetchTime).getOrElse(""), document.docId)
    }

  /** Shingles by their definition, as strings. */
  def shingles(text: String, size: Int): Set[String] = {
    val words = "[\\p{L}\\p{Nd}_]+".r.findAllIn(text.toLowerCase).toVector
    if (words.isEmpty) Set.empty
    else words.sliding(math.min(size, words.size)).map(_.mkString(" ")).toSet
  }

  def jaccard(left: Set[String], right: Set[String]): Double =
    if (left.isEmpty || right.isEmpty) 0.0 else (left & right).size.toDouble / (left | right).size

  /** The slow way: every pair is compared; in survivor order a document stays unless one that stays is too similar. */
  def bruteForceSurvivors(documents: Seq[TestDocument], minJaccard: Double): Set[String] =
    inOrder(documents)
      .foldLeft(Vector.empty[(TestDocument, Set[String])]) { (kept, document) =>
        val own = shingles(document.text, FUZZY.shingleWords)
        val isDuplicate = kept.exists { case (other, others) =>
          other.text == document.text || jaccard(own, others) >= minJaccard
        }
        if (isDuplicate) kept else kept :+ (document -> own)
      }
      .map(_._1.docId)
      .toSet
}
