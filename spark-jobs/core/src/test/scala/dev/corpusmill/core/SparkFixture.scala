package dev.corpusmill.core

import org.apache.spark.sql.SparkSession

/** One local Spark session for all suites of a test JVM. */
trait SparkFixture {
  val spark: SparkSession = SparkFixture.session
}

object SparkFixture {
  private lazy val session: SparkSession = SparkSession
    .builder()
    .master("local[2]")
    .appName("corpusmill-tests")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "3")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/corpusmill-test-warehouse")
    .getOrCreate()
}
