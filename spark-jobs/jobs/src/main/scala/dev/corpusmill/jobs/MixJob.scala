package dev.corpusmill.jobs

import dev.corpusmill.core.mixing._
import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.sql.{Column, DataFrame}
import org.apache.spark.sql.functions._
import org.apache.spark.sql.types.StringType

/**
 * The mix stage: takes tokens from every domain by quota, puts them in one order, and writes shards with
 * sidecars in every format asked for, the provenance of the selected documents, and the others as rejected.
 */
object MixJob extends StageJob {
  private val OVER_BUDGET = "over_budget"
  private val EMPTY_DOCUMENT = "empty_document"

  /** The largest task: shards are never divided, and smaller ones share a task up to this many tokens. */
  private val TOKENS_PER_TASK = 100000000L

  override def run(job: JobRun): StageOutput = {
    val settings = MixJobSettings.parse(job.spec.settings)
    val tokenizer = tokenizerOf(job)
    job.phase("verify input")
    job.input.verify(job.spark, Role.DOCUMENTS)
    val documents = job.input.read(job.spark, Role.DOCUMENTS)
    job.phase("select")
    val supplies = MixInput.supplies(documents)
    val selection = new MixPlanner(documents, settings.mix).select(supplies)
    val layout = StreamLayout.of(documents, selection, settings.shardTokens)
    job.phase("write shards")
    val shards = writeShards(job, documents, MixPlan(settings, tokenizer, selection, layout))
    job.phase("write provenance")
    val rows = writeRows(job, documents, selection)
    val counts = Counts.of(job.input.keptBySource, rows.tally, Role.PROVENANCE, Some(selection.totalTokens))
    val report = MixJobReport.build(settings, supplies, selection, shards)
    StageOutput((shards ++ rows.files).sortBy(_.path), counts, rows.tally.digests, Some(tokenizer), report)
  }

  /** The tokenizer that made the input's tokens; it must be the one that the spec names. */
  private def tokenizerOf(job: JobRun): TokenizerIdentity = {
    val identity = job.input.tokenizer.getOrElse {
      throw new CorpusmillError(
        "SPEC_INVALID",
        s"the input of mix has no tokens: it is of stage ${job.input.reference.stage}"
      )
    }
    job.spec.tokenizer.filter(_.sha256 != identity.sha256).foreach { wanted =>
      throw new CorpusmillError(
        "TOKENIZER_INVALID",
        s"the input was tokenized with ${identity.name} (${identity.sha256}), the job spec names ${wanted.name} (${wanted.sha256})"
      )
    }
    identity
  }

  private def writeShards(job: JobRun, documents: DataFrame, plan: MixPlan): Seq[ManifestFile] =
    if (plan.layout.shards == 0) Nil
    else {
      val wanted = job.spec.resources.partitions.toLong.max(plan.layout.totalTokens / TOKENS_PER_TASK)
      val partitions = wanted.min(plan.layout.shards.toLong).toInt
      val task = new MixShardTask(job.spark.sparkContext.broadcast(plan), job.spec.outputUri)
      MixTransform.placed(
        documents,
        plan.selection,
        plan.layout
      )(partitions).rdd.mapPartitions(task.run).collect().toSeq
    }

  private def writeRows(job: JobRun, documents: DataFrame, selection: MixSelection): RoleOutput = {
    val columns = documents.columns.toSeq.filter(_ != MixInput.TOKENS)
    val plans = Seq(
      RolePlan(Role.PROVENANCE, columns),
      RolePlan(Role.REJECTED, columns ++ Seq(Columns.REASON, Columns.DETAIL))
    )
    val selected = col(MixTransform.SELECTED)
    val isEmpty = !MixInput.hasTokens
    val rows = MixTransform
      .withSelected(documents, selection)
      .select(
        columns.map(col) ++ Seq(
          when(selected, Role.PROVENANCE).otherwise(Role.REJECTED).as(Columns.ROLE),
          when(
            selected,
            lit(null).cast(StringType)
          ).when(isEmpty, EMPTY_DOCUMENT).otherwise(OVER_BUDGET).as(Columns.REASON),
          when(
            selected || isEmpty,
            lit(null).cast(StringType)
          ).otherwise(quotaOf(selection)).as(Columns.DETAIL)
        ): _*
      )
      .orderBy((Columns.DOC_ID +: columns.filter(_ != Columns.DOC_ID)).map(col): _*)
    RoleWriter.write(job, rows, plans)
  }

  /** What decided over a document that is not selected: the quota of its domain in tokens. */
  private def quotaOf(selection: MixSelection): Column = {
    val quotas = selection.domains.view.mapValues(_.quota).toMap
    val quota = udf((domain: String) => quotas.getOrElse(domain, 0L).toString)
    concat(lit("quota "), quota(col(MixInput.DOMAIN)))
  }
}
