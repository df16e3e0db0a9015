package dev.corpusmill.jobs

import dev.corpusmill.core.Columns
import dev.corpusmill.core.dedup._
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.{GenericInternalRow, JoinedRow}
import org.apache.spark.sql.types._
import org.apache.spark.unsafe.types.UTF8String

/** Columns that dedup adds to a document's row for the writer. */
object DecisionRows {
  val FIELDS: Seq[StructField] = Seq(
    StructField(Columns.ROLE, StringType),
    StructField(Columns.REASON, StringType),
    StructField(Columns.DETAIL, StringType),
    StructField(Columns.DUPLICATE_OF, StringType),
    StructField(Columns.SIMILARITY, DoubleType),
    StructField(Columns.CLUSTER_ID, StringType),
    StructField(Columns.CLUSTER_SIZE, LongType)
  )

  def of(decision: Decision): InternalRow = {
    val survivor = UTF8String.fromString(decision.survivor)
    val isKept = decision.reason.isEmpty
    new GenericInternalRow(
      Array[Any](
        UTF8String.fromString(if (isKept) Role.DOCUMENTS else Role.REJECTED),
        decision.reason.map(UTF8String.fromString).orNull,
        decision.detail.map(UTF8String.fromString).orNull,
        if (isKept) null else survivor,
        decision.similarity.map(Double.box).orNull,
        if (isKept) survivor else null,
        decision.clusterSize.map(Long.box).orNull
      )
    )
  }

  /** A document of which no word is left. */
  val NOTHING_LEFT: InternalRow = new GenericInternalRow(
    Array[Any](
      UTF8String.fromString(Role.REJECTED),
      UTF8String.fromString("repeated_passages"),
      null,
      null,
      null,
      null,
      null
    )
  )
}

/** Documents with what was decided about them, repeated passages cut out, as the writer takes them. */
final case class CutRows(rows: RDD[InternalRow], passages: Option[FoundPassages])

object CutRows {
  def of(run: DedupRun, result: DedupResult): CutRows = {
    val documents = run.documents
    if (!run.settings.passages.isOn)
      CutRows(
        withDecisions(documents.rows, result)((row, decision) => joined(row, DecisionRows.of(decision))),
        None
      )
    else {
      run.job.phase("passages")
      val found = findPassages(run, result)
      val fields = documents.schema
      val withSpans = RowPosition.joinSpans(documents.rows, found.spans)((row, cuts) => (row, cuts))
      val rows = withDecisions(withSpans, result) { case ((row, cuts), decision) =>
        if (cuts.isEmpty) joined(row, DecisionRows.of(decision)) else cut(row, fields, cuts, decision)
      }
      CutRows(rows, Some(found))
    }
  }

  private def withDecisions[R](rows: RDD[R], result: DedupResult)(f: (R, Decision) => InternalRow) =
    RowPosition.joinPlaced(rows, result.placed)((row, decision) => decision.map(f(row, _)).iterator)

  private def findPassages(run: DedupRun, result: DedupResult): FoundPassages = {
    val survivors = SurvivorKeys(run.documents.schema, run.settings.survivors)
    val text = run.documents.schema.fieldIndex(Columns.TEXT)
    val kept = result.decisions.collect {
      case decision if decision.reason.isEmpty => decision.position -> decision.position
    }
    val ordered = run.documents.join(kept) { (row, position) =>
      val value = if (row.isNullAt(text)) UTF8String.EMPTY_UTF8 else row.getUTF8String(text)
      position -> KeptDocument(survivors.of(row, value.numChars), value.numBytes)
    }
    RepeatedPassages(run.settings.passages, run.job.spec.resources.partitions).find(run.documents, ordered)
  }

  private def cut(
      row: InternalRow,
      schema: StructType,
      cuts: Array[Int],
      decision: Decision
  ): InternalRow = {
    val text = schema.fieldIndex(Columns.TEXT)
    PassageText.without(row.getUTF8String(text).toString, cuts) match {
      case None => joined(row, DecisionRows.NOTHING_LEFT)
      case Some(rest) =>
        val values = schema.fields.indices.map(index => row.get(index, schema(index).dataType)).toArray[Any]
        values(text) = UTF8String.fromString(rest)
        joined(new GenericInternalRow(values), DecisionRows.of(decision))
    }
  }

  private def joined(row: InternalRow, decision: InternalRow): InternalRow = new JoinedRow(row, decision)
}
