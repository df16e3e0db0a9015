package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import munit.FunSuite
import org.apache.spark.scheduler.{SparkListener, SparkListenerJobEnd, SparkListenerTaskEnd}

import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.{CountDownLatch, TimeUnit}

class KeyFilterSuite extends FunSuite with SparkFixture {
  private val ADDED = (1L to 5000L).map(Hashing.mix)
  private val OTHERS = (100001L to 200000L).map(Hashing.mix)

  private def filterOf(keys: Seq[Long], partitions: Int): KeyFilter =
    KeyFilter.of(spark.sparkContext.parallelize(keys, partitions), keys.size.toLong)(Iterator.single(_))

  test("holds no key back that was added, in whichever partition") {
    val filter = filterOf(ADDED, 3)
    assert(ADDED.forall(filter.mayContain))
  }

  test("lets through less than one in 400 of the keys that were not added") {
    assert(OTHERS.count(filterOf(ADDED, 2).mayContain) < OTHERS.size / 400)
  }

  test("lets nothing through where nothing was added") {
    assertEquals(OTHERS.count(filterOf(Seq.empty, 1).mayContain), 0)
  }

  /** The most values that one step of RDD.treeAggregate joins, by its loop (Spark 4). */
  private def mostJoined(partitions: Int, depth: Int): Int = {
    val scale = math.max(math.ceil(math.pow(partitions.toDouble, 1.0 / depth)).toInt, 2)
    val steps = Iterator.iterate(partitions)(_ / scale).takeWhile(_ > 0).toSeq
    val (reduced, rest) = steps.span(left => left > scale + math.ceil(left.toDouble / scale))
    (reduced.zip(steps.tail).map { case (from, to) => math.ceil(from.toDouble / to).toInt } :+ rest.head).max
  }

  test("no step joins more than 7 filters, of however many partitions, where two levels join hundreds") {
    val most = (1 to 100000).map(partitions => mostJoined(partitions, KeyFilter.depthFor(partitions)))
    assertEquals(most.max, 7)
    assertEquals(mostJoined(100000, depth = 2), 318)
  }

  test("the driver gets 6 filters of 100 partitions") {
    val results = new AtomicInteger()
    val isDone = new CountDownLatch(1)
    val listener = new SparkListener {
      override def onTaskEnd(task: SparkListenerTaskEnd): Unit =
        if (task.taskType == "ResultTask") { val _ = results.incrementAndGet() }
      override def onJobEnd(job: SparkListenerJobEnd): Unit = isDone.countDown()
    }
    spark.sparkContext.addSparkListener(listener)
    try {
      val _ = filterOf(ADDED, 100)
      assert(isDone.await(1, TimeUnit.MINUTES))
    } finally spark.sparkContext.removeSparkListener(listener)
    assertEquals(results.get, 6)
  }
}
