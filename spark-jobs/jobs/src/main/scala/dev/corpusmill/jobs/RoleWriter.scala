package dev.corpusmill.jobs

import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.TaskContext
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.classic.Dataset
import org.apache.spark.sql.execution.{ColumnarToRowExec, SQLExecutionRDD, SparkPlan, WholeStageCodegenExec}
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.types.{StringType, StructType}
import org.apache.spark.sql.vectorized.ColumnarBatch

import scala.jdk.CollectionConverters._
import scala.reflect.ClassTag

/** Files and counts of one pass over a stage's rows. */
final case class RoleOutput(files: Seq[ManifestFile], tally: Tally)

/** Rows as Spark holds them, with their columns. */
final case class StagedRows(rows: RDD[InternalRow], schema: StructType)

object StagedRows {
  def of(frame: DataFrame): StagedRows = frame match {
    case dataset: Dataset[_] => StagedRows(dataset.queryExecution.toRdd, dataset.schema)
    case other => throw notClassic(other)
  }

  /**
   * Rows of files where the reader left them: each is a view of a batch, not a copy, which is what a text of a gigabyte
   * needs. They are valid until the next one is asked for.
   */
  def views(frame: DataFrame): StagedRows = frame match {
    case dataset: Dataset[_] =>
      val batches = batchesOf(dataset.queryExecution.executedPlan)
      batches.fold(of(frame))(found =>
        StagedRows(rowsOf(found, dataset.queryExecution.sparkSession.sessionState.conf), dataset.schema)
      )
    case other => throw notClassic(other)
  }

  /** What is read by columns and would be made rows next; None of other plans. */
  private def batchesOf(plan: SparkPlan): Option[RDD[ColumnarBatch]] = plan match {
    case stage: WholeStageCodegenExec => batchesOf(stage.child)
    case transition: ColumnarToRowExec => Some(transition.child.executeColumnar())
    case _ => None
  }

  /** As `toRdd`, tasks get the settings of the session. */
  private def rowsOf(batches: RDD[ColumnarBatch], settings: SQLConf): RDD[InternalRow] =
    new SQLExecutionRDD(batches.mapPartitions(_.flatMap(_.rowIterator().asScala)), settings)

  private def notClassic(frame: DataFrame): IllegalArgumentException =
    new IllegalArgumentException(s"not a classic Spark Dataset: ${frame.getClass.getName}")
}

/**
 * Writes rows to the Parquet files of their roles in one pass: each row is computed, hashed for the content digest,
 * counted and written once, and each file's size and SHA-256 are taken in the task that wrote it.
 *
 * Input: a `role` column and the union of the roles' columns. Files: `<role>/part-<partition>.parquet`; a repeated
 * task writes to names of its own, and only the files of the attempt that ended are returned.
 */
object RoleWriter {

  /** Writes `rows` below the attempt's prefix. The first role always has a file, so that its schema can be read. */
  def write(
      run: JobRun,
      rows: DataFrame,
      plans: Seq[RolePlan],
      tokenColumn: Option[String] = None
  ): RoleOutput =
    writeStaged(run, StagedRows.of(rows), plans, tokenColumn)

  /** The same for rows in Spark's internal form. */
  def writeStaged(
      run: JobRun,
      staged: StagedRows,
      plans: Seq[RolePlan],
      tokenColumn: Option[String] = None
  ): RoleOutput = {
    checkRoleColumn(staged.schema)
    val outputs = plans.map(plan => ParquetRole.prepare(run.spark, staged.schema, plan))
    val task = new RoleTask(staged.schema, outputs, tokenColumn, run.spec.outputUri)
    val results = atLeastOnePartition(staged.rows)
      .mapPartitionsWithIndex((partition, partitionRows) =>
        Iterator.single(task.run(partition, partitionRows))
      )
      .collect()
    val empty = Tally.EMPTY.copy(digests = plans.map(_.role -> BigInt(0)).toMap)
    RoleOutput(results.flatMap(_.files).toSeq.sortBy(_.path), results.map(_.tally).foldLeft(empty)(_ ++ _))
  }

  private def atLeastOnePartition[A: ClassTag](rdd: RDD[A]): RDD[A] =
    if (rdd.getNumPartitions > 0) rdd else rdd.sparkContext.parallelize(Seq.empty[A], 1)

  private def checkRoleColumn(schema: StructType): Unit =
    if (!schema.exists(field => field.name == Columns.ROLE && field.dataType.isInstanceOf[StringType]))
      throw new CorpusmillError("JOB_FAILED", s"staged rows need a string column '${Columns.ROLE}'")
}

/** Writes one partition; shipped to executors. */
private final class RoleTask(
    schema: StructType,
    outputs: Seq[ParquetRole],
    tokenColumn: Option[String],
    outputUri: String
) extends Serializable {

  def run(partition: Int, rows: Iterator[InternalRow]): RoleOutput = {
    val name = fileName(partition, TaskContext.get())
    val writers = outputs.map(output => output.role -> new ParquetRoleFile(output, outputUri, name)).toMap
    try {
      if (partition == 0) outputs.headOption.foreach(output => writers(output.role).open())
      writeRows(rows, writers)
    } finally writers.values.foreach(_.close())
  }

  private def writeRows(rows: Iterator[InternalRow], writers: Map[String, ParquetRoleFile]): RoleOutput = {
    val tally = new TallyBuilder(schema, tokenColumn)
    val roleOrdinal = schema.fieldIndex(Columns.ROLE)
    rows.foreach { row =>
      val role = row.getUTF8String(roleOrdinal).toString
      tally.add(role, row)
      if (role != Role.SUMMARY) writers.getOrElse(role, unknownRole(role)).write(row)
    }
    val files = writers.values.flatMap(_.finish()).toSeq
    RoleOutput(files, tally.build(writers.view.mapValues(_.digest).toMap))
  }

  private def unknownRole(role: String): Nothing =
    throw new CorpusmillError("JOB_FAILED", s"this stage writes no rows of role '$role'")

  /** part-00003.parquet; a repeated task adds its own number, so that two tries never share a file. */
  private def fileName(partition: Int, task: TaskContext): String = {
    val isFirstTry = task.attemptNumber() == 0 && task.stageAttemptNumber() == 0
    val suffix = if (isFirstTry) "" else s"-${task.taskAttemptId()}"
    f"part-$partition%05d$suffix.parquet"
  }
}
