package dev.corpusmill.jobs

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters
import org.apache.spark.sql.catalyst.util.ArrayData
import org.apache.spark.sql.types._

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.{ByteBuffer, ByteOrder}
import java.security.MessageDigest

/**
 * The order-independent digest over rows of docs/contracts/content-digest.md. One instance hashes rows of one schema
 * on one thread; sums of rows are added by [[ContentDigest.add]].
 */
final class ContentDigest(schema: StructType) {
  import ContentDigest._

  private val sha256 = MessageDigest.getInstance("SHA-256")
  private val block = ByteBuffer.allocate(ELEMENT_BYTES * 1024).order(ByteOrder.LITTLE_ENDIAN)
  private val scratch = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
  private val columns = sortedFields(schema).map { case (field, ordinal) =>
    (field.name.getBytes(UTF_8) :+ 0.toByte, ordinal, field.dataType)
  }
  private val sum = new DigestSum

  /** Adds one row, whose columns stand in the order of the schema. */
  def add(row: InternalRow): Unit = {
    columns.foreach { case (name, ordinal, dataType) =>
      sha256.update(name)
      addValue(row, ordinal, dataType)
    }
    sum.add(sha256.digest())
  }

  /** The sum of the rows so far. */
  def value: BigInt = sum.value

  private def addValue(row: SpecializedGetters, ordinal: Int, dataType: DataType): Unit =
    if (row.isNullAt(ordinal)) sha256.update('n'.toByte)
    else
      dataType match {
        case _: StringType => addBytes('s', row.getUTF8String(ordinal).getBytes)
        case BinaryType => addBytes('x', row.getBinary(ordinal))
        case ByteType => addLong(row.getByte(ordinal).toLong)
        case ShortType => addLong(row.getShort(ordinal).toLong)
        case IntegerType => addLong(row.getInt(ordinal).toLong)
        case LongType => addLong(row.getLong(ordinal))
        case FloatType => addDouble(row.getFloat(ordinal).toDouble)
        case DoubleType => addDouble(row.getDouble(ordinal))
        case BooleanType =>
          sha256.update('b'.toByte)
          sha256.update((if (row.getBoolean(ordinal)) 1 else 0).toByte)
        case ArrayType(elementType, _) => addList(row, ordinal, elementType)
        case struct: StructType => addStruct(row.getStruct(ordinal, struct.size), struct)
        case other =>
          throw new IllegalArgumentException(s"the content digest knows no ${other.typeName} columns")
      }

  private def addList(row: SpecializedGetters, ordinal: Int, elementType: DataType): Unit = {
    val elements = row.getArray(ordinal)
    sha256.update('l'.toByte)
    addInt(elements.numElements())
    if (elementType == IntegerType) addNumbers(elements)(elements.getInt(_).toLong)
    else if (elementType == LongType) addNumbers(elements)(elements.getLong)
    else (0 until elements.numElements()).foreach(addValue(elements, _, elementType))
  }

  /** As `addValue` for each element, but hashed in blocks: token lists are most of what is hashed. */
  private def addNumbers(elements: ArrayData)(number: Int => Long): Unit = {
    val count = elements.numElements()
    var index = 0
    block.clear()
    while (index < count) {
      if (block.remaining() < ELEMENT_BYTES) flushBlock()
      val _ =
        if (elements.isNullAt(index)) block.put('n'.toByte)
        else block.put('i'.toByte).putLong(number(index))
      index += 1
    }
    flushBlock()
  }

  private def flushBlock(): Unit = {
    sha256.update(block.array(), 0, block.position())
    val _ = block.clear()
  }

  private def addStruct(struct: InternalRow, structType: StructType): Unit = {
    sha256.update('m'.toByte)
    addInt(structType.size)
    sortedFields(structType).foreach { case (field, ordinal) =>
      sha256.update(field.name.getBytes(UTF_8))
      sha256.update(0.toByte)
      addValue(struct, ordinal, field.dataType)
    }
  }

  private def addBytes(tag: Char, bytes: Array[Byte]): Unit = {
    sha256.update(tag.toByte)
    addInt(bytes.length)
    sha256.update(bytes)
  }

  private def addDouble(value: Double): Unit = {
    // + 0.0 makes -0.0 positive (IEEE 754); doubleToLongBits gives the one canonical NaN.
    sha256.update('f'.toByte)
    updateLong(java.lang.Double.doubleToLongBits(value + 0.0))
  }

  private def addLong(value: Long): Unit = {
    sha256.update('i'.toByte)
    updateLong(value)
  }

  private def updateLong(value: Long): Unit = {
    scratch.clear().putLong(value)
    sha256.update(scratch.array(), 0, 8)
  }

  private def addInt(value: Int): Unit = {
    scratch.clear().putInt(value)
    sha256.update(scratch.array(), 0, 4)
  }
}

/** A sum of 256-bit numbers modulo 2^256, without an object for each. */
private final class DigestSum {
  private val words = new Array[Long](DigestSum.WORDS)

  /** Adds a big-endian number of 32 bytes. */
  def add(number: Array[Byte]): Unit = {
    val digits = ByteBuffer.wrap(number)
    var carry = 0L
    var index = DigestSum.WORDS - 1
    while (index >= 0) {
      val total = words(index) + (digits.getInt(index * DigestSum.WORD_BYTES) & DigestSum.MASK) + carry
      words(index) = total & DigestSum.MASK
      carry = total >>> 32
      index -= 1
    }
  }

  def value: BigInt = words.foldLeft(BigInt(0))((sum, word) => (sum << 32) + word)
}

private object DigestSum {

  /** Words of 32 bits, the highest first, each in a long. */
  private val WORDS = 8
  private val WORD_BYTES = 4
  private val MASK = 0xffffffffL
}

object ContentDigest {

  /** A tag and a long. */
  private val ELEMENT_BYTES = 9
  private val MODULUS = BigInt(1) << 256

  /** The sum of two digests. */
  def add(left: BigInt, right: BigInt): BigInt = (left + right).mod(MODULUS)

  /** 64 lower-case hex digits. */
  def hex(sum: BigInt): String = {
    val digits = sum.toString(16)
    "0" * (64 - digits.length) + digits
  }

  private def sortedFields(schema: StructType): Seq[(StructField, Int)] =
    schema.fields.toSeq.zipWithIndex.sortBy(_._1.name)
}
