package dev.corpusmill.jobs

/** The one version of all contracts. */
object ApiVersion {
  val VALUE = "corpusmill.dev/v1"
}
