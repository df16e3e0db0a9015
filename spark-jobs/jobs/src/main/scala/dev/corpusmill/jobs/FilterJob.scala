package dev.corpusmill.jobs

import dev.corpusmill.core.Columns
import dev.corpusmill.core.filter.{FilterTransform, RuleChain}
import org.apache.spark.sql.types.StructType

/**
 * The filter stage: judges every document by the recipe's rule families. Where an earlier version of the same input
 * was measured by the same rules, other thresholds are applied to its values, and no rule looks at a text again.
 */
object FilterJob extends StageJob {
  override def run(job: JobRun): StageOutput = {
    val chain = FilterSettings.parse(job.spec.settings, job.spec.modelUris)
    val earlier = job.earlier.find(isMeasuredAlike(job, chain, _))
    val staged = earlier.fold(judge(job, chain))(judgeAgain(job, chain, _))
    val output = RoleWriter.writeStaged(job, staged, plans(FilterTransform.inputOf(staged.schema)))
    val counts = Counts.of(job.input.keptBySource, output.tally)
    StageOutput(output.files, counts, output.tally.digests, report = report(chain, earlier))
  }

  private def judge(job: JobRun, chain: RuleChain): StagedRows = {
    job.phase("verify input")
    job.input.verify(job.spark, Role.DOCUMENTS)
    job.phase("judge and write")
    val documents = StagedRows.of(job.input.read(job.spark, Role.DOCUMENTS))
    StagedRows(
      FilterTransform(documents.rows, documents.schema, chain),
      FilterTransform.outputSchema(documents.schema, chain)
    )
  }

  private def judgeAgain(job: JobRun, chain: RuleChain, earlier: InputVersion): StagedRows = {
    val roles = Seq(Role.DOCUMENTS, Role.REJECTED)
    job.phase("verify earlier version")
    roles.foreach(earlier.verify(job.spark, _))
    job.phase("judge again and write")
    val parts = roles.filter(earlier.fileUris(_).nonEmpty).map { role =>
      val written = StagedRows.of(earlier.readOwn(job.spark, role))
      val input = FilterTransform.inputOf(written.schema)
      val rows = FilterTransform.again(written.rows, written.schema, chain, role == Role.DOCUMENTS)
      StagedRows(rows, FilterTransform.outputSchema(input, chain))
    }
    StagedRows(job.spark.sparkContext.union(parts.map(_.rows)), parts.head.schema)
  }

  /** The same input, measured by equal rules of the same code. */
  private def isMeasuredAlike(job: JobRun, chain: RuleChain, earlier: InputVersion): Boolean = {
    val inputs = Json.elements(earlier.manifest.get("inputs")).map(_.get("versionKey").textValue())
    earlier.manifest.get("codeVersion").textValue() == job.spec.codeVersion &&
    inputs == job.spec.inputs.map(_.versionKey) &&
    FilterSettings.parse(earlier.manifest.get("settings"), job.spec.modelUris).measuring == chain.measuring
  }

  private def plans(input: StructType): Seq[RolePlan] = {
    val columns = input.fieldNames.toSeq
    val own = Seq(Columns.RULE_VALUES, Columns.OTHER_TEXT)
    Seq(
      RolePlan(Role.DOCUMENTS, columns ++ own),
      RolePlan(Role.REJECTED, columns ++ Seq(Columns.REASON, Columns.DETAIL) ++ own)
    )
  }

  private def report(chain: RuleChain, earlier: Option[InputVersion]): Map[String, Any] =
    Map("rules" -> RuleReport.of(chain)) ++ earlier.map("valuesFrom" -> _.reference.versionKey)
}
