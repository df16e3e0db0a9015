package dev.corpusmill.jobs

import dev.corpusmill.core.SparkFixture
import dev.corpusmill.jobs.StagedDocuments.{document, summary}
import munit.FunSuite
import org.apache.parquet.hadoop.ParquetFileReader
import org.apache.parquet.hadoop.util.HadoopInputFile
import org.apache.spark.sql.Row
import org.apache.spark.sql.internal.SQLConf

import scala.jdk.CollectionConverters._

/** The dedup stage by spec files: what it writes, reports and refuses. */
class DedupJobSuite extends FunSuite with SparkFixture {
  private val WORDS = (1 to 120).map(number => s"word$number")
  private val LONG = WORDS.mkString(" ")
  private val NEAR = WORDS.dropRight(3).mkString(" ")

  private val rows = Seq(
    document(1, LONG),
    document(2, NEAR),
    document(3, NEAR, "notes"),
    document(4, "something else altogether, and nothing like it", "notes"),
    document(5, LONG),
    document(5, LONG),
    summary("crawl", 4L),
    summary("notes", 2L)
  )

  private val fuzzy = Map("shingleWords" -> 5, "bands" -> 14, "rows" -> 8, "minJaccard" -> 0.8, "seed" -> 0)

  private def settings(maxRemovedFraction: Double): Map[String, Any] =
    Map("exact" -> true, "fuzzy" -> fuzzy, "maxRemovedFraction" -> maxRemovedFraction)

  private def dedup(store: TestStore, settings: Map[String, Any], partitionsPerCore: Int = 1): SpecFile = {
    val input = StagedDocuments.extract(spark, store, rows, Map("maxBadRecordFraction" -> 1.0))
    store.writeSpec("dedup", settings, Some(input), partitionsPerCore = partitionsPerCore)
  }

  private def read(spec: SpecFile, role: String, columns: String*): Seq[Row] = spark.read
    .parquet(InputVersion.literalPath(spec.outputUri + role))
    .select(columns.head, columns.tail: _*)
    .orderBy("doc_id", columns.last)
    .collect()
    .toSeq

  private def id(number: Int): String = f"$number%032x"

  test("keeps survivors with their clusters, and rejects the others with survivor and similarity") {
    val spec = dedup(new TestStore, settings(1.0))
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(
      read(spec, "documents", "doc_id", "cluster_id", "cluster_size"),
      Seq(Row(id(1), id(1), 5L), Row(id(4), id(4), 1L))
    )
    val similarity = 113.0 / 116.0
    assertEquals(
      read(spec, "rejected", "doc_id", "duplicate_of", "similarity", "reason"),
      Seq(
        Row(id(2), id(1), similarity, "fuzzy_duplicate"),
        Row(id(3), id(1), similarity, "fuzzy_duplicate"),
        Row(id(5), id(1), 1.0, "duplicate_id"),
        Row(id(5), id(1), 1.0, "exact_duplicate")
      )
    )
  }

  test("reports the curve, pairs, rounds, cluster sizes and what each source lost") {
    val spec = dedup(new TestStore, settings(1.0))
    assertEquals(Main.run(spec.uri), 0)
    val report = spec.manifest.get("report")
    assertEquals(report.at("/fuzzy/curve/6").toString, """{"similarity":0.8,"probability":0.923548}""")
    assertEquals(report.at("/fuzzy/candidatePairs").longValue(), 1L)
    assertEquals(report.at("/fuzzy/verifiedPairs").longValue(), 1L)
    assertEquals(report.at("/fuzzy/undecidedKept").longValue(), 0L)
    assertEquals(
      report.get("clusterSizes").toString,
      """[{"from":1,"to":1,"clusters":1,"documents":1},{"from":4,"to":7,"clusters":1,"documents":5}]"""
    )
    assertEquals(
      report.at("/removedBySource/notes").toString,
      """{"documents":2,"removed":1,"fraction":0.5}"""
    )
    assertEquals(spec.manifest.at("/counts/rejected").longValue(), 4L)
  }

  test(
    "a source exactly at maxRemovedFraction passes; above it the version is written but waits for approval"
  ) {
    val store = new TestStore
    val atLimit = dedup(store, settings(0.75))
    assertEquals(Main.run(atLimit.uri), 0)
    val beyond = dedup(new TestStore, settings(0.7499))
    assertEquals(Main.run(beyond.uri), 1)
    assertEquals(beyond.problem.get("code").textValue(), "MAX_REMOVED_FRACTION_EXCEEDED")
    assertEquals(
      beyond.problem.get("details").toString,
      """{"limit":0.7499,"sources":[{"source":"crawl","documents":4,"removed":3,"fraction":0.75}]}"""
    )
    assertEquals(beyond.isCommitted, false)
    assertEquals(beyond.held.get("contentDigests"), atLimit.manifest.get("contentDigests"))
    assertEquals(read(beyond, "documents", "doc_id").size, 2)
  }

  test("gives the same content digest for any number of partitions") {
    val digests = Seq(1, 4).map { partitionsPerCore =>
      val spec = dedup(new TestStore, settings(1.0), partitionsPerCore)
      assertEquals(Main.run(spec.uri), 0)
      spec.manifest.get("contentDigests").toString
    }
    assertEquals(digests.distinct.size, 1)
  }

  test("without fuzzy only equal texts go") {
    val spec = dedup(new TestStore, Map("exact" -> true, "fuzzy" -> None, "maxRemovedFraction" -> 1.0))
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(
      spec.manifest.at("/counts/rejectedByReason").toString,
      """{"duplicate_id":1,"exact_duplicate":2}"""
    )
    assertEquals(spec.manifest.at("/report/fuzzy").isNull, true)
  }

  test(
    "long documents among short ones are compared by a sample that is counted, and keep no copy in footers"
  ) {
    val long = (1 to 400000).map(number => s"word$number").mkString(" ")
    val store = new TestStore
    val staged = Seq(
      document(1, LONG),
      document(2, long),
      document(3, s"$long end"),
      document(4, NEAR),
      summary("crawl", 4L)
    )
    val input = StagedDocuments.extract(spark, store, staged, Map("maxBadRecordFraction" -> 1.0))
    val sampled = settings(1.0).updated("fuzzy", fuzzy.updated("maxShingles", 10000))
    val spec = store.writeSpec("dedup", sampled, Some(input))
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(
      read(spec, "rejected", "doc_id", "duplicate_of", "reason"),
      Seq(Row(id(2), id(3), "fuzzy_duplicate"), Row(id(4), id(1), "fuzzy_duplicate"))
    )
    assertEquals(spec.manifest.at("/report/fuzzy/cappedDocuments").longValue(), 2L)
    assertEquals(leastAndGreatest(spec, "text"), Set(false))
    assertEquals(leastAndGreatest(spec, "doc_id"), Set(true))
  }

  test("tasks read with the settings of the job, and the session has its own again after it") {
    val key = "spark.sql.inMemoryColumnarStorage.hugeVectorThreshold"
    val before = spark.conf.getOption(key)
    val restore = SessionSettings(spark, Resources(1, 1024, 1))
    def inTask: String =
      spark.sparkContext.parallelize(Seq(1), 1).map(_ => SQLConf.get.getConfString(key, "-1")).first()
    assertEquals(inTask, (64 << 20).toString)
    restore()
    assertEquals((inTask, spark.conf.getOption(key)), ("-1", before))
  }

  /** Whether files tell the least and the greatest value of a column. */
  private def leastAndGreatest(spec: SpecFile, column: String): Set[Boolean] = {
    val configuration = spark.sparkContext.hadoopConfiguration
    val uri = spec.outputUri + "documents"
    val folder = Storage.of(uri).hadoopPath(uri)
    val files = folder.getFileSystem(configuration).listStatus(folder).toSet
    files.flatMap { file =>
      val reader = ParquetFileReader.open(HadoopInputFile.fromStatus(file, configuration))
      try
        reader.getFooter.getBlocks.asScala.flatMap(_.getColumns.asScala).collect {
          case chunk if chunk.getPath.toDotString == column => chunk.getStatistics.hasNonNullValue
        }
      finally reader.close()
    }
  }
}
