package dev.corpusmill.core.dedup

import java.io.{BufferedOutputStream, FileOutputStream, RandomAccessFile}

/** Encoded shingles of documents by rank, below `count`, on the executor's disk; gone with the task. */
private[dedup] final class ShingleFile(shingles: Iterator[(Long, Array[Byte])], count: Int) {
  private val starts = new Array[Long](count)
  private val lengths = new Array[Int](count)
  private val file = SpillFile.create()
  write()
  private val input = new RandomAccessFile(file, "r")
  SpillFile.atTaskEnd(() => input.close())
  private var last = (-1, Array.emptyByteArray)

  /** The shingles of a document; of one without any, none. The last one asked for is not read again. */
  def apply(rank: Int): Array[Byte] = {
    if (last._1 != rank) last = (rank, read(rank))
    last._2
  }

  private def read(rank: Int): Array[Byte] = {
    val bytes = new Array[Byte](lengths(rank))
    input.seek(starts(rank))
    input.readFully(bytes)
    bytes
  }

  private def write(): Unit = {
    val output = new BufferedOutputStream(new FileOutputStream(file), SpillFile.BUFFER_BYTES)
    var end = 0L
    try
      shingles.foreach { case (rank, bytes) =>
        starts(rank.toInt) = end
        lengths(rank.toInt) = bytes.length
        output.write(bytes)
        end += bytes.length
      }
    finally output.close()
  }
}
