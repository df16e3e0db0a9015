package dev.corpusmill.jobs

import dev.corpusmill.core.{CorpusmillError, Repository}
import munit.FunSuite

import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

class ContractsSuite extends FunSuite {
  private val contracts =
    Seq(Contracts.JOB_SPEC, Contracts.MANIFEST, Contracts.PROGRESS, Contracts.PROBLEM, Contracts.CLAIM)

  contracts.foreach { contract =>
    examples(contract, "valid").foreach { file =>
      test(s"accepts the golden $contract ${file.getFileName}") {
        assertEquals(Contracts.problems(contract, Json.parse(Files.readAllBytes(file))), Seq.empty)
      }
    }
    examples(contract, "invalid").foreach { file =>
      test(s"rejects the invalid $contract ${file.getFileName}") {
        assert(Contracts.problems(contract, Json.parse(Files.readAllBytes(file))).nonEmpty)
      }
    }
  }

  examples(Contracts.JOB_SPEC, "valid").foreach { file =>
    test(s"parses the golden job spec ${file.getFileName}") {
      val bytes = Files.readAllBytes(file)
      val spec = JobSpec.parse(bytes)
      assertEquals(spec.attempt.token, Json.parse(bytes).at("/attempt/token").textValue())
      assertEquals(spec.outputUri, spec.versionUri + spec.prefix)
    }
  }

  test("names every violation of a job spec with its pointer") {
    val error =
      intercept[CorpusmillError](JobSpec.parse("""{"apiVersion":"corpusmill.dev/v1","runId":7}""".getBytes))
    assertEquals(error.code, "SPEC_INVALID")
    assertEquals(error.retryable, false)
    assert(error.getMessage.contains("/runId"), error.getMessage)
    assert(error.getMessage.contains("stepId"), error.getMessage)
  }

  Seq(
    "" -> "nothing",
    "{" -> "half an object",
    "{} {}" -> "two documents",
    "{\"a\":1,\"a\":2}" -> "a key twice"
  ).foreach {
    case (text, what) =>
      test(s"rejects a job spec that is $what") {
        assertEquals(intercept[CorpusmillError](JobSpec.parse(text.getBytes)).code, "SPEC_INVALID")
      }
  }

  test("finds the control folder of a spec that is otherwise broken") {
    val found = JobSpec.findControlUri("""{"control":{"uri":"file:///c/"},"attempt":{"id":"a-1"}}""".getBytes)
    assertEquals(found, Some(("file:///c/", "a-1")))
    assertEquals(JobSpec.findControlUri("{".getBytes), None)
  }

  private def examples(contract: String, kind: String): Seq[Path] = {
    val folder = Repository.CONTRACT_EXAMPLES.resolve(contract).resolve(kind)
    val files = Files.list(folder)
    try files.iterator().asScala.filter(_.toString.endsWith(".json")).toSeq.sorted
    finally files.close()
  }
}
