package dev.corpusmill.core

/**
 * An expected failure of a step, with a stable code of docs/contracts/error-codes.md.
 *
 * @param message what happened, the value, what to do; never document text
 * @param retryable whether a new attempt may succeed; false fails the step
 */
final class CorpusmillError(
    val code: String,
    message: String,
    val details: Map[String, Any] = Map.empty,
    val retryable: Boolean = false
) extends RuntimeException(message)
