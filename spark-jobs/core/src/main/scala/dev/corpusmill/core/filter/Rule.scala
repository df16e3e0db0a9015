package dev.corpusmill.core.filter

import dev.corpusmill.core.text.AnalyzedText

/** What is said of a text. */
sealed trait Verdict

/** The text stays, as `text`; a rule may have cut lines out of it. */
final case class Keep(text: String) extends Verdict

/** The document goes: a stable code of docs/contracts/reasons.md, and the value that decided, never text. */
final case class Reject(reason: String, detail: Option[String]) extends Verdict

/** What rules may ask of a document beside its text. */
final case class Subject(url: Option[String] = None, language: Option[String] = None)

/**
 * What a family measured, in the order of its names; NaN where there is nothing to measure.
 *
 * @param left the text that the family leaves; None where it takes the document out whatever its thresholds are
 */
final case class Measurement(values: Array[Double], left: Option[AnalyzedText])

/** A family of rules with its thresholds: pure functions of a document. */
trait Rule extends Serializable {

  /** The name that recipes give it. */
  def name: String

  /** Names of what it measures. */
  def values: Seq[String]

  /** Its rules for single lines, in order: the first that a line breaks cuts it. Their thresholds are `measuring`'s. */
  def lineRules: Seq[LineRule] = Seq.empty

  /** Its rules in order; the first whose bound is broken names the reason. */
  def checks: Seq[Check]

  /** This family with default thresholds: equal ones measure equal values. */
  def measuring: Rule

  /** Measures a text. Thresholds have no part in it. */
  def measure(text: AnalyzedText, subject: Subject): Measurement

  /** The first rule that the values break; they stand in `measured` from `offset` on. */
  final def decide(measured: Array[Double], offset: Int = 0): Option[Reject] = {
    var index = 0
    while (index < bounds.length) {
      val (position, check) = bounds(index)
      val value = measured(offset + position)
      if (!check.bound.admits(value)) return Some(check.reject(value))
      index += 1
    }
    None
  }

  @transient private lazy val bounds: Array[(Int, Check)] =
    checks.map(check => (values.indexOf(check.value), check)).toArray
}
