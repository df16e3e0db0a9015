package dev.corpusmill.jobs

import dev.corpusmill.core.dedup._
import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.SparkContext
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.{GenericInternalRow, JoinedRow}
import org.apache.spark.sql.types._
import org.apache.spark.unsafe.types.UTF8String

import scala.collection.immutable.VectorMap

/** The dedup stage: keeps one document of each group of duplicates, and says for every other one which. */
object DedupJob extends StageJob {
  private val DECISION_FIELDS = Seq(
    StructField(Columns.ROLE, StringType),
    StructField(Columns.REASON, StringType),
    StructField(Columns.DETAIL, StringType),
    StructField(Columns.DUPLICATE_OF, StringType),
    StructField(Columns.SIMILARITY, DoubleType),
    StructField(Columns.CLUSTER_ID, StringType),
    StructField(Columns.CLUSTER_SIZE, LongType)
  )
  private val REJECTED_COLUMNS =
    Seq(Columns.REASON, Columns.DETAIL, Columns.DUPLICATE_OF, Columns.SIMILARITY)

  override def run(job: JobRun): StageOutput = {
    val settings = DedupSettingsParser.parse(job.spec.settings)
    job.phase("verify input")
    job.input.verify(job.spark, Role.DOCUMENTS)
    val staged = StagedRows.of(job.input.read(job.spark, Role.DOCUMENTS))
    val documents = DocumentRows(staged.rows, staged.schema)
    try decideAndWrite(job, settings, documents)
    finally releaseRows(job.spark.sparkContext)
  }

  /** A session that is used again must not keep what this job kept on disk. */
  private def releaseRows(context: SparkContext): Unit =
    context.getPersistentRDDs.values.foreach(_.unpersist(blocking = false))

  private def decideAndWrite(job: JobRun, settings: DedupSettings, documents: DocumentRows): StageOutput = {
    val components = ConnectedComponents(job.spec.resources.partitions)
    val result = Deduplication(settings, components)(documents, job.phase)
    val removed = removedBySource(result)
    job.phase("write")
    write(job, documents, result, DedupReport.build(settings, result, removed))
      .copy(approval = findExcess(removed, settings.maxRemovedFraction))
  }

  private def write(
      job: JobRun,
      documents: DocumentRows,
      result: DedupResult,
      report: Map[String, Any]
  ): StageOutput = {
    val columns = documents.schema.fieldNames.toSeq
    val plans = Seq(
      RolePlan(Role.DOCUMENTS, columns ++ Seq(Columns.CLUSTER_ID, Columns.CLUSTER_SIZE)),
      RolePlan(Role.REJECTED, columns ++ REJECTED_COLUMNS)
    )
    val schema = StructType(documents.schema.fields.toSeq ++ DECISION_FIELDS)
    val output = RoleWriter.writeStaged(job, StagedRows(decided(documents, result), schema), plans)
    StageOutput(
      output.files,
      Counts.of(job.input.keptBySource, output.tally),
      output.tally.digests,
      report = report
    )
  }

  private def decided(documents: DocumentRows, result: DedupResult): RDD[InternalRow] = {
    val decisions = result.decisions.map(decision => (decision.position, decision))
    documents.join(decisions)((row, decision) => new JoinedRow(row, decisionRow(decision)): InternalRow)
  }

  private def decisionRow(decision: Decision): InternalRow = {
    val survivor = UTF8String.fromString(decision.survivor)
    val isKept = decision.reason.isEmpty
    new GenericInternalRow(
      Array[Any](
        UTF8String.fromString(if (isKept) Role.DOCUMENTS else Role.REJECTED),
        decision.reason.map(UTF8String.fromString).orNull,
        null,
        if (isKept) null else survivor,
        decision.similarity.map(Double.box).orNull,
        if (isKept) survivor else null,
        decision.clusterSize.map(Long.box).orNull
      )
    )
  }

  private def removedBySource(result: DedupResult): Map[String, RemovedOfSource] =
    result.decisions
      .map(decision => decision.source -> RemovedOfSource(1L, if (decision.reason.isEmpty) 0L else 1L))
      .reduceByKey(_ + _)
      .collect()
      .toMap

  /** What has to be approved: every source that loses more than the limit. */
  private def findExcess(sources: Map[String, RemovedOfSource], limit: Double): Option[CorpusmillError] = {
    val above = sources.toSeq.sortBy(_._1).filter(_._2.fraction > limit)
    Option.when(above.nonEmpty) {
      val lost = above.map { case (source, of) =>
        s"$source would lose ${of.removed} of ${of.documents} documents (${of.fraction})"
      }
      new CorpusmillError(
        "MAX_REMOVED_FRACTION_EXCEEDED",
        s"above maxRemovedFraction $limit: ${lost.mkString("; ")}; approve to commit what was written, or deny",
        Map("limit" -> limit, "sources" -> above.map { case (source, of) => of.asNode(source) })
      )
    }
  }
}

/** Documents of a source, and how many of them dedup removes. */
final case class RemovedOfSource(documents: Long, removed: Long) {
  def +(other: RemovedOfSource): RemovedOfSource =
    RemovedOfSource(documents + other.documents, removed + other.removed)

  def asNode(source: String): Map[String, Any] = VectorMap(
    "source" -> source,
    "documents" -> documents,
    "removed" -> removed,
    "fraction" -> fraction
  )

  def fraction: Double = if (documents == 0) 0.0 else removed.toDouble / documents
}
