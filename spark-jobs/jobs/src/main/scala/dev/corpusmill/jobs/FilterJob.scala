package dev.corpusmill.jobs

import dev.corpusmill.core.Columns
import dev.corpusmill.core.filter.FilterTransform

/** The filter stage: judges every document by the recipe's rule families. */
object FilterJob extends StageJob {
  override def run(job: JobRun): StageOutput = {
    val chain = FilterSettings.parse(job.spec.settings)
    job.phase("verify input")
    job.input.verify(job.spark, Role.DOCUMENTS)
    job.phase("judge and write")
    val documents = job.input.read(job.spark, Role.DOCUMENTS)
    val columns = documents.columns.toSeq
    val plans = Seq(
      RolePlan(Role.DOCUMENTS, columns),
      RolePlan(Role.REJECTED, columns ++ Seq(Columns.REASON, Columns.DETAIL))
    )
    val output = RoleWriter.write(job, FilterTransform(documents, chain), plans)
    val counts = Counts.of(job.input.keptBySource, output.tally)
    StageOutput(output.files, counts, output.tally.digests)
  }
}
