package dev.corpusmill.jobs

import munit.FunSuite
import org.apache.hadoop.conf.Configuration

class S3SettingsSuite extends FunSuite {
  private def settings(properties: Map[String, String], environment: Map[String, String]): Configuration = {
    val configuration = new Configuration(false)
    S3Settings.applyTo(configuration, properties.get, environment.get)
    configuration
  }

  test("Amazon's own endpoint and the SDK's region where nothing is given") {
    val configuration = settings(Map.empty, Map.empty)
    assertEquals(configuration.get("fs.s3a.endpoint"), null)
    assertEquals(configuration.get("fs.s3a.endpoint.region"), null)
    assertEquals(configuration.get("fs.s3a.path.style.access"), null)
  }

  test("another endpoint has its buckets in the path, and a region of its own") {
    val configuration = settings(Map.empty, Map("AWS_ENDPOINT_URL" -> "http://s3:9000"))
    assertEquals(configuration.get("fs.s3a.endpoint"), "http://s3:9000")
    assertEquals(configuration.get("fs.s3a.path.style.access"), "true")
    assertEquals(configuration.get("fs.s3a.connection.ssl.enabled"), "false")
    assertEquals(configuration.get("fs.s3a.endpoint.region"), "us-east-1")
  }

  test("the endpoint of S3 goes before that of all services, and a property before its variable") {
    val environment = Map(
      "AWS_ENDPOINT_URL" -> "http://all",
      "AWS_ENDPOINT_URL_S3" -> "https://s3",
      "AWS_REGION" -> "eu-central-1"
    )
    assertEquals(settings(Map.empty, environment).get("fs.s3a.endpoint"), "https://s3")
    assertEquals(settings(Map.empty, environment).get("fs.s3a.endpoint.region"), "eu-central-1")
    val properties = Map("aws.endpointUrlS3" -> "http://property")
    assertEquals(settings(properties, environment).get("fs.s3a.endpoint"), "http://property")
  }

  test("credentials are named by where they come from and never copied") {
    val configuration = settings(
      Map("aws.secretAccessKey" -> "secret-1"),
      Map("AWS_ACCESS_KEY_ID" -> "key-2", "AWS_SECRET_ACCESS_KEY" -> "secret-2")
    )
    val values = new scala.collection.mutable.StringBuilder
    configuration.forEach { entry =>
      val _ = values.append(entry.getValue)
    }
    assert(!values.toString.contains("secret-") && !values.toString.contains("key-2"))
    assert(configuration.get("fs.s3a.aws.credentials.provider").contains("EnvironmentVariable"))
  }
}
