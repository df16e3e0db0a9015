package dev.corpusmill.core.filter

import dev.corpusmill.core.Columns
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow
import org.apache.spark.sql.types.{DataType, DoubleType, StringType, StructField, StructType}
import org.apache.spark.unsafe.types.UTF8String

/**
 * Judges documents, in Spark's internal rows, so that a text which is too long is never made a string.
 *
 * Adds `role` (documents or rejected), `reason`, `detail`, `rule_values` and `_text`. The text of a kept document is
 * what the rules left of it; a rejected document keeps the text it came with. `_text` is the other one of the two,
 * null where it is the same or there is none, so that other thresholds can be applied without the rules' work.
 */
object FilterTransform {

  /** The columns of the result for rows of `input`. */
  def outputSchema(input: StructType, chain: RuleChain): StructType =
    Seq(Columns.ROLE, Columns.REASON, Columns.DETAIL).foldLeft(input)(_.add(_, StringType))
      .add(Columns.RULE_VALUES, valuesType(chain))
      .add(Columns.OTHER_TEXT, StringType)

  /** The values of a chain's rules: one number each, null where there was nothing to measure. */
  def valuesType(chain: RuleChain): StructType = StructType(chain.fields.map(StructField(_, DoubleType)))

  /** Measures and judges rows with the column `text`, and `url` and `lang` where there are such. */
  def apply(rows: RDD[InternalRow], input: StructType, chain: RuleChain): RDD[InternalRow] = {
    val columns = new InputColumns(input)
    rows.mapPartitions(_.map { row =>
      val text = columns.text(row)
      val measured =
        if (text.numBytes > chain.maxTextBytes) chain.tooLong(text.numBytes.toLong)
        else chain.measure(text.toString, columns.subject(row))
      val left = measured.left.map(UTF8String.fromString)
      judged(columns, row, chain, Judged(measured.values, text, left))
    })
  }

  /**
   * Judges rows that this transform wrote with a chain which measures the same: only numbers are looked at.
   *
   * @param isKept says which of its two texts a row holds as `text`
   */
  def again(
      rows: RDD[InternalRow],
      written: StructType,
      chain: RuleChain,
      isKept: Boolean
  ): RDD[InternalRow] = {
    val columns = new InputColumns(written, OWN)
    val otherText = written.fieldIndex(Columns.OTHER_TEXT)
    val valuesIndex = written.fieldIndex(Columns.RULE_VALUES)
    val size = chain.fields.size
    rows.mapPartitions(_.map { row =>
      val text = columns.text(row)
      val other = if (row.isNullAt(otherText)) text else row.getUTF8String(otherText)
      val values = readValues(row.getStruct(valuesIndex, size), size)
      val (original, left) = if (isKept) (other, text) else (text, other)
      judged(columns, row, chain, Judged(values, original, Some(left)))
    })
  }

  /** The columns that rows of a written version were made from. */
  def inputOf(written: StructType): StructType =
    StructType(written.filterNot(field => OWN.contains(field.name)))

  private final case class Judged(values: Array[Double], original: UTF8String, left: Option[UTF8String])

  private def judged(
      columns: InputColumns,
      row: InternalRow,
      chain: RuleChain,
      judged: Judged
  ): InternalRow = {
    val other = judged.left.filterNot(_ == judged.original)
    val values = writeValues(judged.values)
    chain.decide(judged.values) match {
      case None =>
        val text = judged.left.getOrElse(judged.original)
        columns.output(row, text, Seq(DOCUMENTS, null, null, values, other.map(_ => judged.original).orNull))
      case Some(Reject(reason, detail)) =>
        val why = Seq(REJECTED, UTF8String.fromString(reason), detail.map(UTF8String.fromString).orNull)
        columns.output(row, judged.original, why ++ Seq(values, other.orNull))
    }
  }

  private def writeValues(values: Array[Double]): InternalRow =
    new GenericInternalRow(values.map(value => if (value.isNaN) null else value: Any))

  private def readValues(row: InternalRow, size: Int): Array[Double] =
    Array.tabulate(size)(index => if (row.isNullAt(index)) Double.NaN else row.getDouble(index))

  private val OWN =
    Set(Columns.ROLE, Columns.REASON, Columns.DETAIL, Columns.RULE_VALUES, Columns.OTHER_TEXT)
  private val DOCUMENTS = UTF8String.fromString("documents")
  private val REJECTED = UTF8String.fromString("rejected")
}

/** Where a row's text, URL and language stand, and which of its columns go on. */
private final class InputColumns(schema: StructType, dropped: Set[String] = Set.empty) extends Serializable {
  private val ordinals: Array[Int] =
    schema.fieldNames.indices.filterNot(index => dropped.contains(schema.fieldNames(index))).toArray
  private val types: Array[DataType] = ordinals.map(schema(_).dataType)
  private val textOrdinal = schema.fieldIndex(Columns.TEXT)
  private val textPosition = ordinals.indexOf(textOrdinal)
  private val urlOrdinal = schema.fieldNames.indexOf(Columns.URL)
  private val languageOrdinal = schema.fieldNames.indexOf(Columns.LANG)

  /** The text of a row; null is an empty one. */
  def text(row: InternalRow): UTF8String =
    if (row.isNullAt(textOrdinal)) UTF8String.EMPTY_UTF8 else row.getUTF8String(textOrdinal)

  def subject(row: InternalRow): Subject = Subject(find(row, urlOrdinal), find(row, languageOrdinal))

  /** The columns that go on, with another text, and `added` after them. */
  def output(row: InternalRow, text: UTF8String, added: Seq[Any]): InternalRow = {
    val values = new Array[Any](ordinals.length + added.size)
    var index = 0
    while (index < ordinals.length) {
      values(index) = row.get(ordinals(index), types(index))
      index += 1
    }
    values(textPosition) = text
    val _ = added.copyToArray(values, ordinals.length)
    new GenericInternalRow(values)
  }

  private def find(row: InternalRow, ordinal: Int): Option[String] =
    Option.when(ordinal >= 0 && !row.isNullAt(ordinal))(row.getUTF8String(ordinal).toString)
}
