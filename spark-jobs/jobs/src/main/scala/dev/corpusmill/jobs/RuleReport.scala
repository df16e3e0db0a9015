package dev.corpusmill.jobs

import dev.corpusmill.core.filter.{AtLeast, AtMost, FamilyCheck, Keep, Reject, RuleChain, Subject}

import scala.collection.immutable.VectorMap

/** The rules of a chain in words that a report and an explanation share (docs/contracts/reasons.md). */
object RuleReport {

  /** Every rule in the order in which they decide: family, reason, the field of `rule_values`, and its bound. */
  def of(chain: RuleChain): Seq[Map[String, Any]] = chain.checks.map(describe)

  /**
   * What each rule says of one text: its value (null where there was nothing to measure), its bound, and `pass` or
   * `reject`. `decision` is that of the job: keep, or reject with the reason of the first rule that rejects.
   */
  def explain(chain: RuleChain, text: String, subject: Subject): Map[String, Any] = {
    val measured = chain.measure(text, subject)
    val rules = chain.checks.map { check =>
      val value = measured.values(chain.fields.indexOf(check.field))
      describe(check) ++ VectorMap(
        "measured" -> Option.unless(value.isNaN)(value),
        "decision" -> (if (check.check.bound.admits(value)) "pass" else "reject")
      )
    }
    val verdict = chain.decide(measured.values).getOrElse(Keep(measured.left.getOrElse(""))) match {
      case Keep(left) => VectorMap("decision" -> "keep", "reason" -> null, "detail" -> null, "text" -> left)
      case Reject(reason, detail) =>
        VectorMap("decision" -> "reject", "reason" -> reason, "detail" -> detail, "text" -> null)
    }
    verdict + ("rules" -> rules)
  }

  private def describe(check: FamilyCheck): Map[String, Any] = {
    val (least, most) = check.check.bound match {
      case AtLeast(limit) => (Some(limit), None)
      case AtMost(limit) => (None, Some(limit))
    }
    VectorMap(
      "family" -> check.family,
      "reason" -> check.check.reason,
      "value" -> check.field,
      "min" -> least,
      "max" -> most
    )
  }
}
