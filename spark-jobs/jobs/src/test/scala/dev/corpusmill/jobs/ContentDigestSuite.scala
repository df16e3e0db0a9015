package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.Repository
import munit.FunSuite
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.util.GenericArrayData
import org.apache.spark.sql.types._
import org.apache.spark.unsafe.types.UTF8String

import java.nio.file.Files
import java.util.HexFormat

class ContentDigestSuite extends FunSuite {
  private val golden =
    Json.parse(Files.readAllBytes(Repository.CONTRACT_EXAMPLES.resolve("content-digest.json")))

  Json.elements(golden.get("examples")).foreach { example =>
    test(s"equals the golden digest: ${example.get("name").textValue()}") {
      val schema = structType(example.get("columns"))
      val digest = new ContentDigest(schema)
      Json.elements(example.get("rows")).foreach(row => digest.add(internalRow(schema, Json.elements(row))))
      assertEquals(ContentDigest.hex(digest.value), example.get("digest").textValue())
    }
  }

  test("a long list of integers is hashed as its elements one after another") {
    val values = Seq.tabulate(5000)(index => Option.when(index % 7 != 3)(index * 1000 - 9))
    val digest = new ContentDigest(new StructType().add("x", ArrayType(IntegerType)))
    digest.add(InternalRow(new GenericArrayData(values.map(_.getOrElse[Any](null)).toArray[Any])))
    val row = new java.io.ByteArrayOutputStream()
    def little(bytes: Int, value: Long): Unit = (0 until bytes).foreach(index =>
      row.write((value >>> (8 * index)).toInt)
    )
    row.writeBytes("x\u0000l".getBytes("US-ASCII"))
    little(4, 5000)
    values.foreach {
      case Some(value) =>
        row.write('i')
        little(8, value.toLong)
      case None => row.write('n')
    }
    val expected = java.security.MessageDigest.getInstance("SHA-256").digest(row.toByteArray)
    assertEquals(ContentDigest.hex(digest.value), HexFormat.of().formatHex(expected))
  }

  test("sums of parts are the digest of the whole") {
    val schema = new StructType().add("x", LongType)
    def digestOf(values: Seq[Long]): BigInt = {
      val digest = new ContentDigest(schema)
      values.foreach(value => digest.add(InternalRow(value)))
      digest.value
    }
    assertEquals(ContentDigest.add(digestOf(Seq(1, 2)), digestOf(Seq(3))), digestOf(Seq(3, 1, 2)))
  }

  test("sums of many rows wrap at 2^256 as numbers of any size do") {
    val schema = new StructType().add("x", LongType)
    val digest = new ContentDigest(schema)
    val single = (1L to 300L).map { value =>
      val row = new ContentDigest(schema)
      row.add(InternalRow(value))
      digest.add(InternalRow(value))
      row.value
    }
    assert(single.sum > (BigInt(1) << 256))
    assertEquals(digest.value, single.sum.mod(BigInt(1) << 256))
  }

  private def structType(fields: JsonNode): StructType =
    StructType(Json.elements(fields).map(field =>
      StructField(field.get("name").textValue(), dataType(field.get("type")))
    ))

  private def dataType(node: JsonNode): DataType =
    if (node.has("list")) ArrayType(dataType(node.get("list")))
    else if (node.has("struct")) structType(node.get("struct"))
    else
      node.textValue() match {
        case "string" => StringType
        case "int" => IntegerType
        case "long" => LongType
        case "double" => DoubleType
        case "boolean" => BooleanType
        case "binary" => BinaryType
      }

  private def internalRow(schema: StructType, values: Seq[JsonNode]): InternalRow =
    InternalRow.fromSeq(schema.fields.toSeq.zip(values).map { case (field, node) =>
      value(field.dataType, node)
    })

  private def value(dataType: DataType, node: JsonNode): Any =
    if (node.isNull) null
    else
      dataType match {
        case StringType => UTF8String.fromString(node.textValue())
        case IntegerType => node.intValue()
        case LongType => node.longValue()
        case DoubleType => node.asText().toDouble
        case BooleanType => node.booleanValue()
        case BinaryType => HexFormat.of().parseHex(node.textValue())
        case ArrayType(element, _) =>
          new GenericArrayData(Json.elements(node).map(value(element, _)).toArray[Any])
        case struct: StructType => internalRow(struct, struct.fieldNames.toSeq.map(node.get))
        case other => fail(s"no value of $other")
      }
}
