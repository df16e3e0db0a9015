package dev.corpusmill.jobs

import dev.corpusmill.core.Columns
import dev.corpusmill.core.bpe.TokenizeTransform
import org.apache.spark.sql.functions.lit

/** The tokenize stage: every document keeps its columns but `text`, and gets `tokens` and `token_count`. */
object TokenizeJob extends StageJob {
  override def run(job: JobRun): StageOutput = {
    job.phase("load tokenizer")
    val loaded = TokenizeJobTokenizer.load(job.spec)
    job.phase("verify input")
    job.input.verify(job.spark, Role.DOCUMENTS)
    job.phase("tokenize and write")
    val documents = TokenizeTransform(job.input.read(job.spark, Role.DOCUMENTS), loaded.tokenizer)
    val plan = RolePlan(Role.DOCUMENTS, documents.columns.toSeq)
    val rows = documents.withColumn(Columns.ROLE, lit(Role.DOCUMENTS))
    val output = RoleWriter.write(job, rows, Seq(plan), Some(TokenizeTransform.TOKEN_COUNT))
    val counts = Counts.of(job.input.keptBySource, output.tally, tokens = Some(output.tally.tokens))
    StageOutput(output.files, counts, output.tally.digests, Some(loaded.identity))
  }
}
