package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import munit.FunSuite

import scala.util.Random

class RowSerializersSuite extends FunSuite with SparkFixture {
  private val random = new Random(31)

  private def position: RowPosition = RowPosition(random.nextInt(9), random.nextLong() >>> random.nextInt(64))

  /** Empty, ASCII and other texts, short and long. */
  private def text: String = random.nextInt(4) match {
    case 0 => ""
    case 1 => random.alphanumeric.take(random.nextInt(200)).mkString
    case 2 => "ключ 鍵 🔑" * random.nextInt(40)
    case _ => f"${random.nextLong()}%016x${random.nextLong()}%016x"
  }

  private def numbers: Array[Long] = Array.fill(random.nextInt(20))(random.nextLong())

  private def head: DocumentHead =
    DocumentHead(
      position,
      text,
      text,
      random.nextLong(),
      text,
      SurvivorKey(random.nextBytes(random.nextInt(90))),
      random.nextBoolean()
    )

  private def option[A](value: => A): Option[A] = Option.when(random.nextBoolean())(value)

  /** A value that tells rows apart also by what is in their arrays. */
  private def spelled(row: Any): Any = row match {
    case numbers: Array[Long] => numbers.toVector
    case bytes: Array[Byte] => bytes.toVector
    case tree: Product => (tree.productPrefix, tree.productIterator.map(spelled).toVector)
    case value => value
  }

  test("rows that are kept come back as they were") {
    val rows: Seq[Any] = (1 to 400).flatMap { _ =>
      Seq(
        position,
        head,
        Signature(head, random.nextInt(1 << 20), random.nextBoolean(), numbers),
        RowFate(position, text, random.nextBoolean(), random.nextBoolean()),
        Decision(
          position,
          option(text),
          option(text),
          text,
          option(random.nextDouble()),
          option(random.nextLong())
        ),
        Ranked(random.nextLong(), text, position),
        Banded(random.nextLong(), numbers)
      )
    }
    val kept = Shuffles.keep(spark.sparkContext.parallelize(rows, 3)).collect().toSeq
    assertEquals(kept.map(spelled), rows.map(spelled))
  }
}
