package dev.corpusmill.jobs

import dev.corpusmill.core.Columns
import dev.corpusmill.core.mixing.TestDocument
import org.apache.spark.sql.functions.lit
import org.apache.spark.sql.{DataFrame, SparkSession}

/** Versions committed without the stages that make them. */
object CommittedInput {
  private val GPT2_SHA256 = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"

  val GPT2: Map[String, Any] =
    Map(
      "name" -> "gpt2",
      "builtin" -> true,
      "files" -> Seq.empty,
      "sha256" -> GPT2_SHA256,
      "endOfText" -> None
    )

  /** Documents with text, as extract leaves them; every row has source, domain and lang. */
  def texts(spark: SparkSession, store: TestStore, texts: Seq[String]): SpecFile = {
    val rows = texts.zipWithIndex.map { case (text, id) =>
      (f"$id%032x", "s", "web", s"http://web.example/$id", "en", text)
    }
    commit(
      store,
      "extract",
      spark.createDataFrame(rows).toDF("doc_id", "source", "domain", "url", "lang", "text"),
      None
    )
  }

  /** Tokenized documents; end of text is the vocabulary's last id. */
  def tokenized(
      spark: SparkSession,
      store: TestStore,
      documents: Seq[TestDocument],
      vocabSize: Int = 50257
  )(partitions: Int): SpecFile = {
    val rows = spark.createDataFrame(spark.sparkContext.parallelize(documents, partitions)).withColumn(
      "lang",
      lit("en")
    )
    commit(store, "tokenize", rows, Some(TokenizerIdentity("gpt2", GPT2_SHA256, vocabSize, vocabSize - 1)))
  }

  private def commit(
      store: TestStore,
      stage: String,
      rows: DataFrame,
      tokenizer: Option[TokenizerIdentity]
  ): SpecFile = {
    val spec =
      store.writeSpec(stage, Map("rows" -> rows.count()), tokenizer = Option.when(stage == "tokenize")(GPT2))
    val run = JobRun.open(rows.sparkSession, spec.uri).get
    try {
      val plan = RolePlan(Role.DOCUMENTS, rows.columns.toSeq)
      val output = RoleWriter.write(run, rows.withColumn(Columns.ROLE, lit(Role.DOCUMENTS)), Seq(plan))
      val counts =
        Counts.of(output.tally.rowsBySource(Role.DOCUMENTS), output.tally, tokens = tokenizer.map(_ => 0L))
      val _ = run.commit(StageOutput(output.files, counts, output.tally.digests, tokenizer))
    } finally run.close()
    spec
  }
}
