package dev.corpusmill.jobs

import dev.corpusmill.core.Repository

import java.io.{BufferedReader, InputStreamReader}
import java.lang.ProcessBuilder.Redirect
import java.net.URI
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.net.http.{HttpClient, HttpRequest}
import java.nio.file.Path
import scala.util.Try

/** A real S3 server with a proxy that breaks requests by rule (scripts/s3-server.mjs), one for all suites of a JVM. */
object S3TestServer {
  private val PACKED = Repository.sharedFile("cluster/bin/versitygw.xz")

  /** Whether there is a server to start: the tests that need one are skipped where there is none. */
  val isThere: Boolean = (sys.env.contains("CORPUSMILL_TEST_S3") || PACKED.isDefined) &&
    Try(new ProcessBuilder("node", "--version").start().waitFor() == 0).getOrElse(false)

  private lazy val facts = {
    val script = Repository.ROOT.resolve("scripts/s3-server.mjs").toString
    val process = new ProcessBuilder("node", script).redirectError(Redirect.INHERIT).start()
    locally { val _ = sys.addShutdownHook(process.getOutputStream.close()) }
    val line = new BufferedReader(new InputStreamReader(process.getInputStream)).readLine()
    val facts = Json.parse(line.getBytes("UTF-8"))
    val _ = sys.props ++= Seq(
      "aws.endpointUrlS3" -> facts.get("endpoint").textValue(),
      "aws.accessKeyId" -> "corpusmill",
      "aws.secretAccessKey" -> "corpusmill-secret"
    )
    facts
  }

  def bucket: String = facts.get("bucket").textValue()

  /** Replaces the proxy's rules (JSON, scripts/lib/s3-faults.mjs); how many requests the old ones broke. */
  def setRules(rules: String): Int = {
    val uri = URI.create(facts.get("endpoint").textValue() + "/_faults")
    val request = HttpRequest.newBuilder(uri).PUT(BodyPublishers.ofString(rules)).build()
    val answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray())
    Json.parse(answer.body()).get("faults").intValue()
  }

  /** Runs `action` under one rule; how many requests it broke. */
  def withRule(rule: String)(action: => Unit): Int = {
    locally { val _ = setRules(s"[$rule]") }
    try action
    catch {
      case failure: Throwable =>
        val _ = setRules("[]")
        throw failure
    }
    setRules("[]")
  }
}

/** A store below a prefix of its own. */
final class S3TestStore extends TestStore {
  private val prefix: Path = root.getFileName

  override def uri(path: String): String =
    s"s3://${S3TestServer.bucket}/${prefix.toString.replaceAll("[^a-zA-Z0-9]", "-")}/$path"
}
