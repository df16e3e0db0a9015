package dev.corpusmill.core.filter

import dev.corpusmill.core.text.AnalyzedText

import java.math.RoundingMode.HALF_EVEN

/** What a rule family says of a text. */
sealed trait Verdict

/** The text stays, as `text`; a rule may have cut lines out of it. */
final case class Keep(text: AnalyzedText) extends Verdict

/** The document goes: a stable code of docs/contracts/reasons.md, and the value that decided, never text. */
final case class Reject(reason: String, detail: Option[String]) extends Verdict

object Reject {
  private val DETAIL_DIGITS = 6

  def apply(reason: String): Reject = Reject(reason, None)

  def apply(reason: String, count: Long): Reject = Reject(reason, Some(count.toString))

  /** A fraction as a decimal with six digits: exact rounding, the same on every JVM. */
  def apply(reason: String, fraction: Double): Reject =
    Reject(reason, Some(new java.math.BigDecimal(fraction).setScale(DETAIL_DIGITS, HALF_EVEN).toPlainString))

  /** There is no text, or there are no words to divide by. */
  val EMPTY: Reject = Reject("empty")
}

/** A family of rules with its thresholds: a pure function of the text. */
trait Rule extends Serializable {
  def judge(text: AnalyzedText): Verdict
}

/** Rule families in the order of the recipe; the first that rejects names the reason. */
final case class RuleChain(rules: Seq[Rule]) {

  /** Judges a text; null is an empty one. A text of which nothing is left is rejected as `empty`. */
  def judge(text: String): Verdict = {
    val start: Verdict = Keep(new AnalyzedText(Option(text).getOrElse("")))
    rules.foldLeft(start) {
      case (Keep(current), rule) => rule.judge(current)
      case (rejected, _) => rejected
    } match {
      case Keep(left) if left.text.isEmpty => Reject.EMPTY
      case verdict => verdict
    }
  }
}
