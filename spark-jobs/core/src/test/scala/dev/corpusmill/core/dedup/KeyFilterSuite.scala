package dev.corpusmill.core.dedup

import dev.corpusmill.core.SparkFixture
import munit.FunSuite

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
}
