package dev.corpusmill.jobs

import dev.corpusmill.core.dedup._
import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.SparkContext
import org.apache.spark.sql.types.StructType

import scala.collection.immutable.VectorMap

/** The dedup stage: keeps one document of each group of duplicates, and says for every other one which. */
object DedupJob extends StageJob {
  private val REJECTED_COLUMNS =
    Seq(Columns.REASON, Columns.DETAIL, Columns.DUPLICATE_OF, Columns.SIMILARITY)

  override def run(job: JobRun): StageOutput = {
    val settings = DedupSettingsParser.parse(job.spec.settings)
    job.phase("verify input")
    job.input.verify(job.spark, Role.DOCUMENTS)
    val earlier = job.inputs.tail.map(EarlierInputs.open(job.spark, _, job.spec, settings))
    val staged = StagedRows.views(job.input.read(job.spark, Role.DOCUMENTS))
    val documents = DocumentRows(staged.rows, staged.schema)
    try decideAndWrite(job, DedupRun(job, settings, earlier, documents))
    finally releaseRows(job.spark.sparkContext)
  }

  /** A session that is used again must not keep what this job kept on disk. */
  private def releaseRows(context: SparkContext): Unit =
    context.getPersistentRDDs.values.foreach(_.unpersist(blocking = false))

  private def decideAndWrite(job: JobRun, run: DedupRun): StageOutput = {
    val components = ConnectedComponents(job.spec.resources.partitions)
    val oneTaskBytes = OneTask.memoryBytes(executorHeapBytes(job.spark.sparkContext))
    val deduplication = Deduplication(run.settings, components, run.earlier, oneTaskBytes = oneTaskBytes)
    val result = deduplication(run.documents, job.phase)
    val cut = CutRows.of(run, result)
    job.phase("write")
    val output = write(job, run, cut)
    val signatures = RoleWriter.writeStaged(
      job,
      EarlierInputs.rowsOf(result.signatures),
      Seq(EarlierInputs.PLAN)
    )
    val removed = removedBySource(job.input.keptBySource, output.tally)
    StageOutput(
      output.files ++ signatures.files,
      Counts.of(job.input.keptBySource, output.tally),
      output.tally.digests ++ signatures.tally.digests,
      report = DedupReport.build(run, result, removed, cut),
      approval = findExcess(removed, run.settings.maxRemovedFraction)
    )
  }

  private def executorHeapBytes(context: SparkContext): Long =
    if (context.isLocal) Runtime.getRuntime.maxMemory
    else context.getConf.getSizeAsBytes("spark.executor.memory", "1g")

  private def write(job: JobRun, run: DedupRun, cut: CutRows): RoleOutput = {
    val columns = run.documents.schema.fieldNames.toSeq
    val plans = Seq(
      RolePlan(Role.DOCUMENTS, columns ++ Seq(Columns.CLUSTER_ID, Columns.CLUSTER_SIZE)),
      RolePlan(Role.REJECTED, columns ++ REJECTED_COLUMNS)
    )
    val schema = StructType(run.documents.schema.fields.toSeq ++ DecisionRows.FIELDS)
    RoleWriter.writeStaged(job, StagedRows(cut.rows, schema), plans)
  }

  private def removedBySource(in: Map[String, Long], tally: Tally): Map[String, RemovedOfSource] = {
    val removed = tally.rowsBySource(Role.REJECTED)
    in.map { case (source, documents) => source -> RemovedOfSource(documents, removed.getOrElse(source, 0L)) }
  }

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

/** What one dedup works on. */
final case class DedupRun(
    job: JobRun,
    settings: DedupSettings,
    earlier: Seq[EarlierVersion],
    documents: DocumentRows
)

/** Documents of a source, and how many of them dedup removes. */
final case class RemovedOfSource(documents: Long, removed: Long) {
  def asNode(source: String): Map[String, Any] = VectorMap(
    "source" -> source,
    "documents" -> documents,
    "removed" -> removed,
    "fraction" -> fraction
  )

  def fraction: Double = if (documents == 0) 0.0 else removed.toDouble / documents
}
