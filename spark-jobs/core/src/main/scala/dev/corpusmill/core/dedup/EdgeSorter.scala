package dev.corpusmill.core.dedup

import org.apache.spark.rdd.{RDD, ShuffledRDD}
import org.apache.spark.serializer.Serializer
import org.apache.spark.Partitioner

import java.io._
import java.nio.ByteBuffer
import java.util.Arrays

/**
 * Shuffles and sorts edges as plain numbers: chunks of them cross the network, and tasks sort them in one array of
 * MEMORY_EDGES and, beyond that, on disk. There are some fifteen edges for every document, and as objects each of them
 * costs Spark's own sorting shuffle twenty times as much.
 */
private[dedup] object EdgeSorter {

  /** Edges that a task holds in memory, 16 bytes each. */
  val MEMORY_EDGES: Int = 1 << 21

  /** Edges that cross the network together. */
  private val CHUNK_EDGES = 512

  /** Edges sorted by (greater, lesser) within the partitions that `target` names. */
  def sorted(edges: RDD[Edge], partitions: Int, serializer: Serializer)(target: Edge => Int): RDD[Edge] = {
    val chunks = edges.mapPartitions(new EdgeChunks(_, partitions, CHUNK_EDGES, target))
    new ShuffledRDD[Int, Array[Byte], Array[Byte]](chunks, NumberedPartitioner(partitions))
      .setSerializer(serializer)
      .mapPartitions(rows => sortedEdges(rows.map(_._2), MEMORY_EDGES))
  }

  /** The edges of encoded chunks in order; `memoryEdges` of them are held in memory. */
  def sortedEdges(chunks: Iterator[Array[Byte]], memoryEdges: Int): Iterator[Edge] = {
    val buffer = new EdgeBuffer(memoryEdges)
    val runs = Vector.newBuilder[EdgeRun]
    chunks.foreach { chunk =>
      val numbers = ByteBuffer.wrap(chunk).asLongBuffer()
      while (numbers.hasRemaining) {
        if (buffer.isFull) runs += EdgeRun.spill(buffer)
        buffer.add(numbers.get(), numbers.get())
      }
    }
    val spilled = runs.result()
    if (spilled.isEmpty) buffer.sortedIterator
    else SortedRuns.merge(spilled.map(_.iterator) :+ buffer.sortedIterator)(Edge.ordering)
  }
}

/** Packs edges into chunks for the partitions they go to. */
private final class EdgeChunks(edges: Iterator[Edge], partitions: Int, chunkEdges: Int, target: Edge => Int)
    extends Iterator[(Int, Array[Byte])] {
  private val buffers = Array.fill(partitions)(Option.empty[ByteBuffer])
  private var rest = 0
  private var ready = Option.empty[(Int, Array[Byte])]

  override def hasNext: Boolean = {
    while (ready.isEmpty && edges.hasNext) add(edges.next())
    while (ready.isEmpty && rest < partitions) {
      ready = buffers(rest).filter(_.position() > 0).map(flush(rest, _))
      rest += 1
    }
    ready.nonEmpty
  }

  override def next(): (Int, Array[Byte]) = {
    val chunk = if (hasNext) ready else None
    ready = None
    chunk.getOrElse(throw new NoSuchElementException("no more chunks"))
  }

  private def add(edge: Edge): Unit = {
    val partition = target(edge)
    val buffer = buffers(partition).getOrElse(ByteBuffer.allocate(chunkEdges * Edge.BYTES))
    buffers(partition) = Some(buffer)
    buffer.putLong(edge.greater).putLong(edge.lesser)
    if (!buffer.hasRemaining) ready = Some(flush(partition, buffer))
  }

  private def flush(partition: Int, buffer: ByteBuffer): (Int, Array[Byte]) = {
    val chunk = (partition, Arrays.copyOf(buffer.array(), buffer.position()))
    buffer.clear()
    chunk
  }
}

/** Edges in one array, as (greater, lesser) one after the other. */
private[dedup] final class EdgeBuffer private (
    limit: Int,
    private var numbers: Array[Long],
    private var size: Int
) {
  def this(limit: Int) = this(limit, new Array[Long](math.min(limit, 1024) * 2), 0)

  def isFull: Boolean = size == limit

  def length: Int = size

  def add(greater: Long, lesser: Long): Unit = {
    if (size * 2 == numbers.length) numbers = Arrays.copyOf(numbers, math.min(numbers.length * 2, limit * 2))
    numbers(size * 2) = greater
    numbers(size * 2 + 1) = lesser
    size += 1
  }

  def sort(): Unit = sort(0, size - 1)

  /** Leaves one of equal edges that stand together, as they do after sorting. */
  def dropRepeated(): Unit = {
    var distinct = math.min(1, size)
    var index = 1
    while (index < size) {
      if (compare(index, numbers(distinct * 2 - 2), numbers(distinct * 2 - 1)) != 0) {
        numbers(distinct * 2) = numbers(index * 2)
        numbers(distinct * 2 + 1) = numbers(index * 2 + 1)
        distinct += 1
      }
      index += 1
    }
    size = distinct
  }

  def apply(index: Int): Edge = Edge(numbers(index * 2), numbers(index * 2 + 1))

  /** The edges; the buffer must not be changed while they are read. */
  def iterator: Iterator[Edge] = Iterator.range(0, size).map(apply)

  /** Where an edge stands in a buffer that is sorted and has none twice; -1 where it does not. */
  def indexOf(edge: Edge): Int = {
    var (low, high) = (0, size - 1)
    while (low < high) {
      val middle = (low + high) >>> 1
      if (compare(middle, edge.greater, edge.lesser) < 0) low = middle + 1 else high = middle
    }
    if (low == high && compare(low, edge.greater, edge.lesser) == 0) low else -1
  }

  /** The numbers of all edges, greater and lesser in turn. */
  def toArray: Array[Long] = Arrays.copyOf(numbers, size * 2)

  /** The edges in order; the buffer must not be changed while they are read. */
  def sortedIterator: Iterator[Edge] = {
    sort()
    iterator
  }

  /** Writes the edges in order and empties the buffer. */
  def drainSorted(output: DataOutputStream): Unit = {
    sort()
    (0 until size * 2).foreach(index => output.writeLong(numbers(index)))
    size = 0
  }

  /** Quicksort of [from, to] (Hoare 1962) with pivots at hashed places, so that no order of input is bad. */
  private def sort(from: Int, to: Int): Unit = {
    var (low, high) = (from, to)
    while (high - low >= EdgeBuffer.INSERTION) {
      val split = partition(low, high)
      if (split - low < high - split) {
        sort(low, split)
        low = split + 1
      } else {
        sort(split + 1, high)
        high = split
      }
    }
    insertionSort(low, high)
  }

  private def partition(low: Int, high: Int): Int = {
    val pivot = low + java.lang.Long.remainderUnsigned(
      Hashing.mix(low.toLong << 32 ^ high.toLong),
      (high - low).toLong
    ).toInt
    val (greater, lesser) = (numbers(pivot * 2), numbers(pivot * 2 + 1))
    var left = low - 1
    var right = high + 1
    while (true) {
      left += 1
      while (compare(left, greater, lesser) < 0) left += 1
      right -= 1
      while (compare(right, greater, lesser) > 0) right -= 1
      if (left >= right) return right
      swap(left, right)
    }
    right
  }

  private def insertionSort(low: Int, high: Int): Unit = {
    var index = low + 1
    while (index <= high) {
      var place = index
      while (place > low && compare(place - 1, numbers(place * 2), numbers(place * 2 + 1)) > 0) {
        swap(place, place - 1)
        place -= 1
      }
      index += 1
    }
  }

  private def compare(index: Int, greater: Long, lesser: Long): Int = {
    val order = java.lang.Long.compare(numbers(index * 2), greater)
    if (order != 0) order else java.lang.Long.compare(numbers(index * 2 + 1), lesser)
  }

  private def swap(one: Int, other: Int): Unit = {
    val (greater, lesser) = (numbers(one * 2), numbers(one * 2 + 1))
    numbers(one * 2) = numbers(other * 2)
    numbers(one * 2 + 1) = numbers(other * 2 + 1)
    numbers(other * 2) = greater
    numbers(other * 2 + 1) = lesser
  }
}

private[dedup] object EdgeBuffer {

  /** The edges of an array that [[EdgeBuffer.toArray]] has made. */
  def of(numbers: Array[Long]): EdgeBuffer = new EdgeBuffer(numbers.length / 2, numbers, numbers.length / 2)

  /** Shorter ranges are sorted by insertion. */
  private val INSERTION = 24
}

/** Sorted edges on the executor's disk, gone with the task. */
private final case class EdgeRun(file: File, edges: Int) {
  def iterator: Iterator[Edge] = {
    val input =
      new DataInputStream(new BufferedInputStream(new FileInputStream(file), SpillFile.BUFFER_BYTES))
    SpillFile.atTaskEnd(() => input.close())
    Iterator.range(0, edges).map(_ => Edge(input.readLong(), input.readLong()))
  }
}

private object EdgeRun {
  def spill(buffer: EdgeBuffer): EdgeRun = {
    val file = SpillFile.create()
    val edges = buffer.length
    val output =
      new DataOutputStream(new BufferedOutputStream(new FileOutputStream(file), SpillFile.BUFFER_BYTES))
    try buffer.drainSorted(output)
    finally output.close()
    EdgeRun(file, edges)
  }
}

private final case class NumberedPartitioner(numPartitions: Int) extends Partitioner {
  override def getPartition(key: Any): Int = key match {
    case partition: Int => partition
    case other => throw new IllegalArgumentException(s"no partition: ${other.getClass.getName}")
  }
}
