package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.CorpusmillError
import dev.corpusmill.core.filter.{TermList, Terms}

import java.io.{BufferedReader, InputStreamReader}
import java.nio.charset.StandardCharsets.UTF_8
import java.security.{DigestInputStream, MessageDigest}
import java.util.HexFormat
import java.util.concurrent.ConcurrentHashMap
import scala.jdk.CollectionConverters._

/** The lists that settings name by their SHA-256, and where the job spec says they lie. */
final class StoredLists(uris: Map[String, String]) {

  /** The list of `{ sha256 }`. Raises SPEC_INVALID where the spec does not say where it lies. */
  def get(node: JsonNode): TermList = {
    val sha256 = node.get("sha256").textValue()
    StoredList(
      uris.getOrElse(
        sha256,
        throw new CorpusmillError("SPEC_INVALID", s"the job spec names no file with the SHA-256 $sha256")
      ),
      sha256
    )
  }
}

/** A list in the store or on disk, read once by every JVM that needs it. */
final case class StoredList(uri: String, sha256: String) extends TermList {
  override def terms: Terms = StoredList.loaded.computeIfAbsent(sha256, _ => StoredList.load(uri, sha256))
}

object StoredList {
  private val loaded = new ConcurrentHashMap[String, Terms]()

  /** Raises INPUT_MISSING where there is no such file, INPUT_CORRUPT where it is another one. */
  private def load(uri: String, sha256: String): Terms = {
    val digest = MessageDigest.getInstance("SHA-256")
    val reader =
      new BufferedReader(new InputStreamReader(
        new DigestInputStream(Storage.of(uri).open(uri), digest),
        UTF_8
      ))
    val terms =
      try Terms.parse(reader.lines().iterator().asScala)
      finally reader.close()
    val actual = HexFormat.of().formatHex(digest.digest())
    if (actual != sha256)
      throw new CorpusmillError(
        "INPUT_CORRUPT",
        s"the list $uri has the SHA-256 $actual, the recipe says $sha256; submit the run again",
        Map("uri" -> uri)
      )
    terms
  }
}
