package dev.corpusmill.core.dedup

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types._

import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

/** A column by which survivors are chosen: the greatest value first where `isDescending`; no value is always last. */
final case class SurvivorColumn(name: String, isDescending: Boolean)

object SurvivorColumn {

  /** Code points of the text; no column of the input. */
  val LENGTH = "length"

  /** A key of the JSON object in column `metadata`: a number or a string. */
  val METADATA_PREFIX = "metadata."

  /** The longest text, then the earliest fetched. */
  val DEFAULTS: Seq[SurvivorColumn] =
    Seq(SurvivorColumn(LENGTH, isDescending = true), SurvivorColumn(Columns.FETCH_TIME, isDescending = false))

  /** Parses `column`, `column asc` or `column desc`. */
  def parse(text: String): SurvivorColumn = text.split(' ') match {
    case Array(name, direction) => SurvivorColumn(name, direction == "desc")
    case _ => SurvivorColumn(text, isDescending = false)
  }
}

/** A document's place in the survivor order, as bytes that compare as the order says; the doc_id is the end of it. */
final case class SurvivorKey(bytes: Array[Byte])

object SurvivorKey {

  /** The first eight bytes as a number that compares as they do; a key that is shorter ends in zeros. */
  def prefixOf(key: SurvivorKey): Long =
    ByteBuffer.wrap(Arrays.copyOf(key.bytes, java.lang.Long.BYTES)).getLong ^ Long.MinValue

  implicit val ordering: Ordering[SurvivorKey] =
    (left: SurvivorKey, right: SurvivorKey) => Arrays.compareUnsigned(left.bytes, right.bytes)
}

/** Makes the survivor keys of rows of one schema. Raises SPEC_INVALID for columns that are not there. */
final case class SurvivorKeys(schema: StructType, columns: Seq[SurvivorColumn]) {
  import SurvivorKeys._
  private val values: Seq[(InternalRow, Int) => Value] = columns.map(column => valueOf(column.name))
  private val docId = schema.fieldIndex(Columns.DOC_ID)

  /** The key of a row whose text has `length` code points. */
  def of(row: InternalRow, length: Int): SurvivorKey = {
    val bytes = new ByteArrayOutputStream(KEY_BYTES)
    columns.zip(values).foreach { case (column, value) =>
      add(bytes, value(row, length), column.isDescending)
    }
    add(bytes, text(row, docId), isDescending = false)
    SurvivorKey(bytes.toByteArray)
  }

  private def valueOf(name: String): (InternalRow, Int) => Value =
    if (name == SurvivorColumn.LENGTH && !schema.fieldNames.contains(name))
      (_, length) => NumberValue(length.toDouble)
    else if (name.startsWith(SurvivorColumn.METADATA_PREFIX))
      metadata(name.stripPrefix(SurvivorColumn.METADATA_PREFIX))
    else {
      val ordinal = ordinalOf(name)
      val read = reader(name, ordinal)
      (row, _) => if (row.isNullAt(ordinal)) NoValue else read(row)
    }

  private def ordinalOf(name: String): Int =
    if (schema.fieldNames.contains(name)) schema.fieldIndex(name)
    else throw unknown(name, "the input has no such column")

  private def reader(name: String, ordinal: Int): InternalRow => Value = schema(ordinal).dataType match {
    case StringType => text(_, ordinal)
    case IntegerType => row => NumberValue(row.getInt(ordinal).toDouble)
    case LongType => row => NumberValue(row.getLong(ordinal).toDouble)
    case FloatType => row => NumberValue(row.getFloat(ordinal).toDouble)
    case DoubleType => row => NumberValue(row.getDouble(ordinal))
    case BooleanType => row => NumberValue(if (row.getBoolean(ordinal)) 1.0 else 0.0)
    case other => throw unknown(name, s"it is of type ${other.typeName}, which has no order here")
  }

  private def metadata(key: String): (InternalRow, Int) => Value = {
    val ordinal = ordinalOf(Columns.METADATA)
    (row, _) =>
      if (row.isNullAt(ordinal)) NoValue
      else ofJson(MAPPER.readTree(row.getUTF8String(ordinal).getBytes).get(key))
  }
}

object SurvivorKeys {
  private val KEY_BYTES = 96
  private val MAPPER = new ObjectMapper()

  private sealed trait Value
  private case object NoValue extends Value
  private final case class NumberValue(number: Double) extends Value
  private final case class TextValue(bytes: Array[Byte]) extends Value

  private def text(row: InternalRow, ordinal: Int): Value =
    if (row.isNullAt(ordinal)) NoValue else TextValue(row.getUTF8String(ordinal).getBytes)

  private def ofJson(node: JsonNode): Value =
    if (node == null) NoValue
    else if (node.isNumber) NumberValue(node.doubleValue())
    else if (node.isTextual) TextValue(node.textValue().getBytes(UTF_8))
    else NoValue

  /** Numbers before texts before no value; NaN is no value. Every part has its own end, so that none is a prefix. */
  private def add(bytes: ByteArrayOutputStream, value: Value, isDescending: Boolean): Unit = value match {
    case NumberValue(number) if !number.isNaN =>
      bytes.write(0)
      bytes.writeBytes(directed(ByteBuffer.allocate(8).putLong(sortable(number)).array(), isDescending))
    case TextValue(text) =>
      bytes.write(1)
      bytes.writeBytes(directed(terminated(text), isDescending))
    case _ => bytes.write(2)
  }

  /** Bits that compare, unsigned, as the numbers do. */
  private def sortable(number: Double): Long = {
    val bits = java.lang.Double.doubleToLongBits(number + 0.0)
    if (bits < 0) ~bits else bits ^ Long.MinValue
  }

  /** A zero byte of the text is followed by 255, its end is two zeros. */
  private def terminated(text: Array[Byte]): Array[Byte] = {
    var zeros = 0
    text.foreach(byte => if (byte == 0) zeros += 1)
    val ended = Arrays.copyOf(text, text.length + zeros + 2)
    if (zeros > 0) {
      var place = 0
      text.foreach { byte =>
        ended(place) = byte
        if (byte == 0) ended(place + 1) = -1
        place += (if (byte == 0) 2 else 1)
      }
      Arrays.fill(ended, place, ended.length, 0.toByte)
    }
    ended
  }

  private def directed(bytes: Array[Byte], isDescending: Boolean): Array[Byte] = {
    if (isDescending) {
      var index = 0
      while (index < bytes.length) {
        bytes(index) = (~bytes(index)).toByte
        index += 1
      }
    }
    bytes
  }

  private def unknown(name: String, why: String): CorpusmillError =
    new CorpusmillError("SPEC_INVALID", s"dedup.survivors names column '$name': $why", Map("column" -> name))
}
