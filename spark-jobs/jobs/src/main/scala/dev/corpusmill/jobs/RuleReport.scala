package dev.corpusmill.jobs

import dev.corpusmill.core.filter._

import scala.collection.immutable.VectorMap

/** The rules of a chain in words that a report and an explanation share (docs/contracts/reasons.md). */
object RuleReport {

  /** Every rule in the order in which they decide: family, reason, the field of `rule_values`, and its bound. */
  def of(chain: RuleChain): Seq[Map[String, Any]] = chain.familyRules.map(describe)

  /**
   * What each rule says of one text: its value (null where there was nothing to measure), its bound, and `pass` or
   * `reject`; a rule for lines says `cut` where it cut some, and how many. `decision` is that of the job: keep, or reject
   * with the reason of the first rule that rejects.
   */
  def explain(chain: RuleChain, text: String, subject: Subject): Map[String, Any] = {
    val measured = chain.measure(text, subject)
    val rules = chain.familyRules.map { rule =>
      val value = measured.values(chain.fields.indexOf(rule.field))
      describe(rule) ++ VectorMap(
        "measured" -> Option.unless(value.isNaN)(value),
        "decision" -> decisionOf(rule, value)
      )
    }
    val verdict = chain.decide(measured.values).getOrElse(Keep(measured.left.getOrElse(""))) match {
      case Keep(left) => VectorMap("decision" -> "keep", "reason" -> null, "detail" -> null, "text" -> left)
      case Reject(reason, detail) =>
        VectorMap("decision" -> "reject", "reason" -> reason, "detail" -> detail, "text" -> null)
    }
    verdict + ("rules" -> rules)
  }

  private def decisionOf(rule: FamilyRule, value: Double): String = rule match {
    case FamilyCheck(_, _, check) => if (check.bound.admits(value)) "pass" else "reject"
    case FamilyLineRule(_, _, _) => if (value > 0) "cut" else "pass"
  }

  private def describe(rule: FamilyRule): Map[String, Any] = rule match {
    case FamilyCheck(_, _, check) => describe(rule, check.reason, "document", Some(check.bound))
    case FamilyLineRule(_, _, line) => describe(rule, line.reason, "line", line.bound)
  }

  private def describe(
      rule: FamilyRule,
      reason: String,
      unit: String,
      bound: Option[Bound]
  ): Map[String, Any] = VectorMap(
    "family" -> rule.family,
    "reason" -> reason,
    "value" -> rule.field,
    "unit" -> unit,
    "min" -> bound.collect { case AtLeast(limit) => limit },
    "max" -> bound.collect { case AtMost(limit) => limit }
  )
}
