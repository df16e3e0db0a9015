package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.node.ObjectNode

import java.net.InetAddress
import java.nio.file.{Files, Paths}
import java.time.Instant
import java.time.temporal.ChronoUnit.SECONDS
import scala.util.Try

/** claim.json: whoever makes it is the attempt's one workload (docs/contracts/claim.schema.json). */
object Claim {

  /** Claims the attempt for this process; false where somebody else holds it. */
  def make(spec: JobSpec, now: Instant): Boolean =
    Storage.of(spec.controlUri).create(spec.controlUri + "claim.json", Json.prettyBytes(build(spec, now)))

  private def build(spec: JobSpec, now: Instant): ObjectNode = {
    val claim = Json.objectNode()
    claim.put("apiVersion", ApiVersion.VALUE)
    claim.put("attemptId", spec.attempt.id)
    claim.put("token", spec.attempt.token)
    claim.put("holder", "workload")
    findProcessGroup().foreach(claim.put("pid", _))
    claim.put("host", InetAddress.getLocalHost.getHostName)
    claim.put("claimedAt", now.truncatedTo(SECONDS).toString)
  }

  /** Leader of this process's group: field 5 of /proc/self/stat (proc(5)); None where there is no /proc. */
  private def findProcessGroup(): Option[Long] =
    Try(Files.readString(Paths.get("/proc/self/stat"))).toOption
      .map(stat => stat.substring(stat.lastIndexOf(')') + 2).split(' ')(2).toLong)
      .filter(_ > 0)
}
