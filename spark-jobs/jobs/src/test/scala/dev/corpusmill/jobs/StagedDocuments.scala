package dev.corpusmill.jobs

import dev.corpusmill.core.Columns
import org.apache.spark.sql.types._
import org.apache.spark.sql.{Row, SparkSession}

/** Rows as the extract job stages them. */
object StagedDocuments {
  private val schema = StructType(
    StructField(Columns.ROLE, StringType) +: Columns.DOCUMENT_SCHEMA.fields.toSeq :++ Seq(
      StructField(Columns.REASON, StringType),
      StructField(Columns.DETAIL, StringType),
      StructField("uri", StringType),
      StructField("offset", LongType),
      StructField("records", LongType)
    )
  )

  /** A row with the given columns; the others are null. */
  def row(values: (String, Any)*): Row = {
    val known = values.toMap
    Row.fromSeq(schema.fieldNames.toSeq.map(name => known.getOrElse(name, null)))
  }

  def document(id: Int, text: String, source: String = "crawl"): Row = row(
    "role" -> "documents",
    "doc_id" -> f"$id%032x",
    "source" -> source,
    "domain" -> "web",
    "warc_uri" -> "data/a.warc.gz",
    "warc_offset" -> id.toLong,
    "lang" -> "en",
    "lang_score" -> 0.9,
    "text" -> text
  )

  /** The row that says how many records of a source were seen. */
  def summary(source: String, records: Long): Row =
    row("role" -> "summary", "source" -> source, "records" -> records)

  /** Runs the extract stage as the Python job does, up to its commit or its problem. */
  def extract(spark: SparkSession, store: TestStore, rows: Seq[Row], settings: Map[String, Any]): SpecFile = {
    val spec = store.writeSpec("extract", settings)
    val job = PythonJob.open(spec.uri)
    try job.commitStaged(spark.createDataFrame(spark.sparkContext.parallelize(rows, 3), schema))
    catch { case _: Exception => job.failUnexpected("Py4JJavaError") }
    finally job.close()
    spec
  }
}
