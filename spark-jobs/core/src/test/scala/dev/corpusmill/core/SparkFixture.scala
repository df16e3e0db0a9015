package dev.corpusmill.core

import org.apache.spark.sql.SparkSession

/** One local Spark session for all suites of a test JVM. */
trait SparkFixture { self: munit.FunSuite =>
  override def munitTimeout: scala.concurrent.duration.Duration =
    scala.concurrent.duration.Duration(10, "min")

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
    .config("spark.sql.adaptive.enabled", "false")
    .config("spark.sql.codegen.wholeStage", "false")
    .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    .config("spark.sql.shuffle.partitions", "3")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/corpusmill-test-warehouse")
    .getOrCreate()
}
