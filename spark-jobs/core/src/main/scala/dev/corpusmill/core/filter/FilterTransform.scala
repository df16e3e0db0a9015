package dev.corpusmill.core.filter

import dev.corpusmill.core.Columns
import dev.corpusmill.core.text.AnalyzedText
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder
import org.apache.spark.sql.types.{StringType, StructType}
import org.apache.spark.sql.{DataFrame, Row}

/** Judges documents. */
object FilterTransform {

  /**
   * Adds `role` (documents or rejected), `reason` and `detail`. The text of a kept document is what the rules left of
   * it; a rejected document keeps the text it came with.
   *
   * @param documents needs the column `text`
   */
  def apply(documents: DataFrame, chain: RuleChain): DataFrame = {
    val schema = outputSchema(documents.schema)
    val textIndex = documents.schema.fieldIndex(Columns.TEXT)
    documents.mapPartitions(rows => rows.map(judge(_, textIndex, chain)))(ExpressionEncoder(schema))
  }

  private def judge(row: Row, textIndex: Int, chain: RuleChain): Row =
    chain.judge(row.getString(textIndex)) match {
      case Keep(text: AnalyzedText) => Row.fromSeq(row.toSeq.updated(textIndex, text.text) ++ KEPT)
      case Reject(reason, detail) => Row.fromSeq(row.toSeq ++ Seq(REJECTED, reason, detail.orNull))
    }

  private def outputSchema(input: StructType): StructType =
    Seq(Columns.ROLE, Columns.REASON, Columns.DETAIL).foldLeft(input)(_.add(_, StringType))

  private val REJECTED = "rejected"
  private val KEPT = Seq("documents", null, null)
}
