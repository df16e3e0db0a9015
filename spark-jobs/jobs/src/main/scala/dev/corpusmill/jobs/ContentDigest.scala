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

  private val hash = new BufferedSha256
  private val columns = sortedFields(schema).map { case (field, ordinal) =>
    (field.name.getBytes(UTF_8) :+ 0.toByte, ordinal, field.dataType)
  }
  private val sum = new DigestSum

  /** Adds one row, whose columns stand in the order of the schema. */
  def add(row: InternalRow): Unit = {
    columns.foreach { case (name, ordinal, dataType) =>
      hash.add(name)
      addValue(row, ordinal, dataType)
    }
    sum.add(hash.end())
  }

  /** The sum of the rows so far. */
  def value: BigInt = sum.value

  private def addValue(row: SpecializedGetters, ordinal: Int, dataType: DataType): Unit =
    if (row.isNullAt(ordinal)) hash.add('n')
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
          hash.add('b')
          hash.add(if (row.getBoolean(ordinal)) '\u0001' else '\u0000')
        case ArrayType(elementType, _) => addList(row, ordinal, elementType)
        case struct: StructType => addStruct(row.getStruct(ordinal, struct.size), struct)
        case other =>
          throw new IllegalArgumentException(s"the content digest knows no ${other.typeName} columns")
      }

  private def addList(row: SpecializedGetters, ordinal: Int, elementType: DataType): Unit = {
    val elements = row.getArray(ordinal)
    hash.add('l')
    hash.addInt(elements.numElements())
    if (elementType == IntegerType) addNumbers(elements)(elements.getInt(_).toLong)
    else if (elementType == LongType) addNumbers(elements)(elements.getLong)
    else (0 until elements.numElements()).foreach(addValue(elements, _, elementType))
  }

  /** As `addValue` for each element: token lists are most of what is hashed. */
  private def addNumbers(elements: ArrayData)(number: Int => Long): Unit = {
    val count = elements.numElements()
    var index = 0
    while (index < count) {
      if (elements.isNullAt(index)) hash.add('n') else addLong(number(index))
      index += 1
    }
  }

  private def addStruct(struct: InternalRow, structType: StructType): Unit = {
    hash.add('m')
    hash.addInt(structType.size)
    sortedFields(structType).foreach { case (field, ordinal) =>
      hash.add(field.name.getBytes(UTF_8) :+ 0.toByte)
      addValue(struct, ordinal, field.dataType)
    }
  }

  private def addBytes(tag: Char, bytes: Array[Byte]): Unit = {
    hash.add(tag)
    hash.addInt(bytes.length)
    hash.add(bytes)
  }

  private def addDouble(value: Double): Unit = {
    // + 0.0 makes -0.0 positive (IEEE 754); doubleToLongBits gives the one canonical NaN.
    hash.add('f')
    hash.addLong(java.lang.Double.doubleToLongBits(value + 0.0))
  }

  private def addLong(value: Long): Unit = {
    hash.add('i')
    hash.addLong(value)
  }
}

/** SHA-256 of what is added, small things together: a call for each of them took longer than the hashing. */
private final class BufferedSha256 {
  private val sha256 = MessageDigest.getInstance("SHA-256")
  private val block = ByteBuffer.allocate(BufferedSha256.BYTES).order(ByteOrder.LITTLE_ENDIAN)

  /** Adds one byte. */
  def add(tag: Char): Unit = {
    val _ = room(1).put(tag.toByte)
  }

  /** Adds four bytes, the lowest first. */
  def addInt(value: Int): Unit = {
    val _ = room(java.lang.Integer.BYTES).putInt(value)
  }

  /** Adds eight bytes, the lowest first. */
  def addLong(value: Long): Unit = {
    val _ = room(java.lang.Long.BYTES).putLong(value)
  }

  def add(bytes: Array[Byte]): Unit =
    if (bytes.length <= BufferedSha256.BYTES / 4) {
      val _ = room(bytes.length).put(bytes)
    } else {
      flush()
      sha256.update(bytes)
    }

  /** The hash; what is added next is another's. */
  def end(): Array[Byte] = {
    flush()
    sha256.digest()
  }

  private def room(bytes: Int): ByteBuffer = {
    if (block.remaining() < bytes) flush()
    block
  }

  private def flush(): Unit = {
    sha256.update(block.array(), 0, block.position())
    val _ = block.clear()
  }
}

private object BufferedSha256 {
  private val BYTES = 8192
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
