package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import munit.FunSuite

import java.io.IOException
import java.nio.file.FileSystemException

class ProblemSuite extends FunSuite {
  private val disk = Problem.DiskState("file:///store/", 12L, 3000L)
  private def classify(failure: Throwable): CorpusmillError = Problem.classify(failure, "write", disk)
  private def wrapped(cause: Throwable): Throwable =
    new RuntimeException("task failed", new RuntimeException("stage", cause))

  test("an expected error keeps its code, whatever wraps it") {
    val expected = new CorpusmillError("INPUT_CORRUPT", "file x is damaged")
    assertEquals(classify(wrapped(expected)), expected)
  }

  test("a full disk anywhere in the chain names path, free and needed bytes") {
    Seq(
      new IOException("No space left on device"),
      new FileSystemException("/x", null, "No space left on device"),
      new RuntimeException("PythonException: OSError: [Errno 28] No space left on device: '/x'")
    ).foreach { cause =>
      val error = classify(wrapped(cause))
      assertEquals((error.code, error.retryable), ("DISK_FULL", false))
      assertEquals(
        error.details,
        Map[String, Any]("path" -> "file:///store/", "freeBytes" -> 12L, "neededBytes" -> 3000L)
      )
      assert(error.getMessage.contains("12 bytes are free, about 3000 are needed"), error.getMessage)
    }
  }

  test("a store that does not answer may be tried again, whichever language's reader said so") {
    Seq(
      new IOException("org.apache.hadoop.fs.s3a.AWSClientIOException: open s3a://bucket/x"),
      new RuntimeException("corpusmill_extract.s3.StorageUnavailableError: s3://bucket/x: SlowDown")
    ).foreach { cause =>
      val error = classify(wrapped(cause))
      assertEquals((error.code, error.retryable), ("STORAGE_UNAVAILABLE", true))
    }
  }

  test("running out of memory may be tried again") {
    val error = classify(wrapped(new OutOfMemoryError("Java heap space")))
    assertEquals((error.code, error.retryable), ("MEMORY_EXCEEDED", true))
  }

  test("of an unexpected error only classes and phase are told, never its message") {
    val error = classify(wrapped(new IllegalStateException("row: my secret text")))
    assertEquals((error.code, error.retryable), ("JOB_FAILED", true))
    assertEquals(
      error.getMessage,
      "the job failed while in phase 'write': java.lang.RuntimeException, caused by java.lang.IllegalStateException; " +
        "the attempt's log has more"
    )
    val problem = Problem.build("a-1", error)
    assertEquals(problem.toString.contains("secret"), false)
    assertEquals(Contracts.problems(Contracts.PROBLEM, problem), Seq.empty)
  }

  test("long messages are cut to what the contract allows") {
    val problem = Problem.build("a-1", new CorpusmillError("SPEC_INVALID", "x" * 10000))
    assertEquals(Contracts.problems(Contracts.PROBLEM, problem), Seq.empty)
  }
}
