package dev.corpusmill.jobs

import org.apache.hadoop.conf.Configuration

/**
 * Settings of Hadoop's S3A, from the variables by which every part of Corpusmill reaches S3
 * (docs/operations/s3.md). As in the AWS SDK, a JVM property goes before its environment variable. Credentials are
 * named here by where they come from, never by value.
 */
object S3Settings {
  private val ENDPOINT =
    Seq("aws.endpointUrlS3", "AWS_ENDPOINT_URL_S3", "aws.endpointUrl", "AWS_ENDPOINT_URL")
  private val REGION = Seq("aws.region", "AWS_REGION", "AWS_DEFAULT_REGION")

  private val CREDENTIALS = Seq("SystemProperty", "EnvironmentVariable", "WebIdentityTokenFile")
    .map(source => s"software.amazon.awssdk.auth.credentials.${source}CredentialsProvider") :+
    "org.apache.hadoop.fs.s3a.auth.IAMInstanceCredentialsProvider"

  /**
   * An outage of a minute must not end a job. Pauses between tries double from 0.6 s, each between half and one and a
   * half of its length (Hadoop's exponentialBackoffRetry): 76 s at the least, 153 s on the average.
   */
  private val RETRIES = Map(
    "fs.s3a.attempts.maximum" -> "3",
    "fs.s3a.retry.limit" -> "8",
    "fs.s3a.retry.interval" -> "300ms",
    "fs.s3a.retry.throttle.limit" -> "9",
    "fs.s3a.retry.throttle.interval" -> "150ms",
    "fs.s3a.connection.establish.timeout" -> "5s",
    "fs.s3a.connection.timeout" -> "60s"
  )

  private val HABITS = Map(
    // Files are made once under names of their own: no looking for folders in their way.
    "fs.s3a.performance.flags" -> "create,mkdir,delete",
    // Every file that is read is compared with its manifest's SHA-256.
    "fs.s3a.change.detection.mode" -> "none",
    "fs.s3a.input.stream.type" -> "classic",
    // S3A asks again for a body that breaks off, but not where it reads several ranges at once (readVectored, 3.5.0).
    "parquet.hadoop.vectored.io.enabled" -> "false",
    "fs.s3a.fast.upload.buffer" -> "disk"
  )

  /** Applies them to `configuration`, replacing what is there. */
  def applyTo(configuration: Configuration): Unit = applyTo(configuration, sys.props.get _, sys.env.get _)

  private[jobs] def applyTo(
      configuration: Configuration,
      properties: String => Option[String],
      environment: String => Option[String]
  ): Unit = {
    def first(names: Seq[String]): Option[String] =
      names.flatMap(name => properties(name).orElse(environment(name))).find(_.nonEmpty)
    val endpoint = first(ENDPOINT)
    val region = first(REGION).orElse(endpoint.map(_ => "us-east-1"))
    val settings = RETRIES ++ HABITS ++
      endpoint.map("fs.s3a.endpoint" -> _) ++
      // Other servers than Amazon's seldom have a host name for each bucket.
      endpoint.map(_ => "fs.s3a.path.style.access" -> "true") ++
      endpoint.map(url => "fs.s3a.connection.ssl.enabled" -> url.startsWith("https:").toString) ++
      region.map("fs.s3a.endpoint.region" -> _) +
      ("fs.s3a.aws.credentials.provider" -> CREDENTIALS.mkString(",")) +
      ("fs.s3a.buffer.dir" -> s"${System.getProperty("java.io.tmpdir")}/s3a")
    settings.foreach { case (name, value) => configuration.set(name, value) }
  }
}
