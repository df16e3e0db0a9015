package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError

/** One stage: reads its input version, transforms, writes below the attempt's prefix, and says what to commit. */
trait StageJob {

  /** Does the work. Raises CorpusmillError for failures that have a code; nothing is committed then. */
  def run(job: JobRun): StageOutput
}

object StageJob {

  /** The Scala job of a stage. */
  def of(stage: String): StageJob = stage match {
    case "filter" => FilterJob
    case "dedup" => DedupJob
    case "tokenize" => TokenizeJob
    case "mix" => MixJob
    case other => throw new CorpusmillError("SPEC_INVALID", s"stage $other is no Scala job")
  }
}
