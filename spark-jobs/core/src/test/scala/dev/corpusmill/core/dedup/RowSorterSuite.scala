package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import munit.FunSuite

import java.nio.file.{Files, Path}
import scala.util.Random

class RowSorterSuite extends FunSuite with SparkFixture {
  private def serializer = KeptRows.serializer(spark.sparkContext)

  test("gives the rows in order of their keys, in memory and in runs on disk") {
    val random = new Random(1)
    val rows = Vector.fill(5000)((random.nextLong(), s"row ${random.nextInt(100)}"))
    Seq(20000L, 200000L, 1L << 30).foreach { memoryBytes =>
      val sorted = new RowSorter[Long, String](serializer, memoryBytes).sorted(rows.iterator).toVector
      assertEquals(sorted, rows.sortBy(_._1), s"$memoryBytes bytes")
    }
  }

  test("keeps all rows of one key, and gives none for none") {
    val sorter = new RowSorter[Int, Int](serializer, 200L)
    assertEquals(
      sorter.sorted(Iterator((2, 1), (1, 5), (2, 2), (1, 4))).toSet,
      Set((1, 4), (1, 5), (2, 1), (2, 2))
    )
    assertEquals(sorter.sorted(Iterator.empty).toSeq, Seq.empty[(Int, Int)])
  }

  test("weighs arrays by their length, so that few large rows are as much as many small ones") {
    assertEquals(RowSorter.weigh((1L, new Array[Byte](1 << 20))), 24L + 24 + 24 + (1 << 20))
    assertEquals(RowSorter.weigh(Banded(1L, new Array[Long](14))), 24L + 24 + 24 + 14 * 8)
    assertEquals(RowSorter.weigh(Right(("0123456789", None))), 24L + 24 + 48 + 10 + 24)
  }

  test("leaves no file behind when its task ends") {
    val kryo = serializer
    val files = spark.sparkContext.parallelize(Seq(1), 1).mapPartitions { _ =>
      val rows = Iterator.tabulate(2000)(number => (-number, number))
      val sorted = new RowSorter[Int, Int](kryo, 10000L).sorted(rows)
      require(sorted.map(_._2).toSeq == (1999 to 0 by -1))
      Iterator.single(SpillFile.create().getPath)
    }.collect()
    assertEquals(files.toSeq.filter(file => Files.exists(Path.of(file))), Seq.empty[String])
  }
}
