package dev.corpusmill.jobs

/** What a row, and the file that holds it, is to its version (docs/contracts/document.md). */
object Role {
  val DOCUMENTS = "documents"
  val REJECTED = "rejected"
  val QUARANTINE = "quarantine"
  val PROVENANCE = "provenance"
  val SIGNATURES = "signatures"
  val SHARD = "shard"
  val INDEX = "index"
  val SIDECAR = "sidecar"

  /** No file: one row per input file of extract with the number of records seen in it. */
  val SUMMARY = "summary"
}

/** The columns that one role's files hold, in order. */
final case class RolePlan(role: String, columns: Seq[String])
