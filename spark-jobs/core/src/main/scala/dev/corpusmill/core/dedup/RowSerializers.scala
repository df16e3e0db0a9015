package dev.corpusmill.core.dedup

import com.esotericsoftware.kryo.io.{Input, Output}
import com.esotericsoftware.kryo.{Kryo, Serializer}

/**
 * How the rows that there are most of are written: field after field, without the class of each and without reflection,
 * which took half of the time of reading and writing them.
 */
private[dedup] object RowSerializers {

  /** The given Kryo with these serializers. */
  def register(kryo: Kryo): Kryo = {
    kryo.register(classOf[RowPosition], PositionSerializer)
    kryo.register(classOf[DocumentHead], HeadSerializer)
    kryo.register(classOf[Signature], SignatureSerializer)
    kryo.register(classOf[RowFate], FateSerializer)
    kryo.register(classOf[Decision], DecisionSerializer)
    kryo.register(classOf[Ranked], RankedSerializer)
    kryo.register(classOf[Banded], BandedSerializer)
    kryo
  }

  private def writeBytes(output: Output, bytes: Array[Byte]): Unit = {
    val _ = output.writeInt(bytes.length, true)
    output.writeBytes(bytes)
  }

  private def readBytes(input: Input): Array[Byte] = input.readBytes(input.readInt(true))

  private def writeLongs(output: Output, numbers: Array[Long]): Unit = {
    val _ = output.writeInt(numbers.length, true)
    output.writeLongs(numbers)
  }

  private def readLongs(input: Input): Array[Long] = input.readLongs(input.readInt(true))

  /** Rows are values: never null, and shared by nothing. */
  private abstract class RowSerializer[A] extends Serializer[A](false, true) {
    def write(output: Output, row: A): Unit
    def read(input: Input): A
    override def write(kryo: Kryo, output: Output, row: A): Unit = write(output, row)
    override def read(kryo: Kryo, input: Input, rowClass: Class[A]): A = read(input)
  }

  private object PositionSerializer extends RowSerializer[RowPosition] {
    override def write(output: Output, row: RowPosition): Unit = {
      val _ = output.writeInt(row.partition, true)
      val _ = output.writeLong(row.row, true)
    }

    override def read(input: Input): RowPosition = RowPosition(input.readInt(true), input.readLong(true))
  }

  private object HeadSerializer extends RowSerializer[DocumentHead] {
    override def write(output: Output, row: DocumentHead): Unit = {
      PositionSerializer.write(output, row.position)
      output.writeString(row.docId)
      output.writeString(row.warcUri)
      output.writeLong(row.warcOffset)
      output.writeString(row.textHash)
      writeBytes(output, row.survivor.bytes)
      output.writeBoolean(row.isCompared)
    }

    override def read(input: Input): DocumentHead = DocumentHead(
      PositionSerializer.read(input),
      input.readString(),
      input.readString(),
      input.readLong(),
      input.readString(),
      SurvivorKey(readBytes(input)),
      input.readBoolean()
    )
  }

  private object SignatureSerializer extends RowSerializer[Signature] {
    override def write(output: Output, row: Signature): Unit = {
      HeadSerializer.write(output, row.head)
      val _ = output.writeInt(row.shingles, true)
      output.writeBoolean(row.isCapped)
      writeLongs(output, row.bandKeys)
    }

    override def read(input: Input): Signature =
      Signature(HeadSerializer.read(input), input.readInt(true), input.readBoolean(), readLongs(input))
  }

  private object FateSerializer extends RowSerializer[RowFate] {
    override def write(output: Output, row: RowFate): Unit = {
      PositionSerializer.write(output, row.position)
      output.writeString(row.docId)
      output.writeBoolean(row.isFirst)
      output.writeBoolean(row.isSameText)
    }

    override def read(input: Input): RowFate =
      RowFate(PositionSerializer.read(input), input.readString(), input.readBoolean(), input.readBoolean())
  }

  private object DecisionSerializer extends RowSerializer[Decision] {
    override def write(output: Output, row: Decision): Unit = {
      PositionSerializer.write(output, row.position)
      output.writeString(row.reason.orNull)
      output.writeString(row.detail.orNull)
      output.writeString(row.survivor)
      output.writeBoolean(row.similarity.nonEmpty)
      row.similarity.foreach(output.writeDouble)
      output.writeBoolean(row.clusterSize.nonEmpty)
      row.clusterSize.foreach(output.writeLong)
    }

    override def read(input: Input): Decision = Decision(
      PositionSerializer.read(input),
      Option(input.readString()),
      Option(input.readString()),
      input.readString(),
      Option.when(input.readBoolean())(input.readDouble()),
      Option.when(input.readBoolean())(input.readLong())
    )
  }

  private object RankedSerializer extends RowSerializer[Ranked] {
    override def write(output: Output, row: Ranked): Unit = {
      val _ = output.writeLong(row.rank, true)
      output.writeString(row.docId)
      PositionSerializer.write(output, row.position)
    }

    override def read(input: Input): Ranked =
      Ranked(input.readLong(true), input.readString(), PositionSerializer.read(input))
  }

  private object BandedSerializer extends RowSerializer[Banded] {
    override def write(output: Output, row: Banded): Unit = {
      val _ = output.writeLong(row.rank, true)
      writeLongs(output, row.keys)
    }

    override def read(input: Input): Banded = Banded(input.readLong(true), readLongs(input))
  }
}
