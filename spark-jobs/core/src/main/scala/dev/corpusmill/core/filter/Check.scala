package dev.corpusmill.core.filter

import java.math.RoundingMode.HALF_EVEN

/** One side of a rule: the values that stay. A value that was not measured (NaN) stays. */
sealed trait Bound {
  def limit: Double
  def admits(value: Double): Boolean
}

/** Values below `limit` go. */
final case class AtLeast(limit: Double) extends Bound {
  override def admits(value: Double): Boolean = !(value < limit)
}

/** Values above `limit` go. */
final case class AtMost(limit: Double) extends Bound {
  override def admits(value: Double): Boolean = !(value > limit)
}

/**
 * One rule: a value, its bound, and the reason given where the bound is broken.
 *
 * @param reason a code of docs/contracts/reasons.md
 * @param value which of the family's values
 * @param isCount shown without decimals
 */
final case class Check(reason: String, value: String, bound: Bound, isCount: Boolean = false) {

  /** The rejection of a document with that value. */
  def reject(value: Double): Reject = Reject(reason, Some(shown(value)))

  private def shown(value: Double): String =
    if (isCount) value.toLong.toString else Check.decimal(value)
}

/**
 * A rule of a family that cuts lines, or phrases out of lines, and takes no document out by itself.
 *
 * @param reason its name among the line rules of docs/contracts/reasons.md
 * @param value which of the family's values counts the lines that it cut
 * @param bound what stays, by what the rule measures of a line; None where it only looks for something
 */
final case class LineRule(reason: String, value: String, bound: Option[Bound] = None)

object Check {
  private val DETAIL_DIGITS = 6

  /** A count that must not be below. */
  def atLeast(reason: String, value: String, limit: Int): Check =
    Check(reason, value, AtLeast(limit.toDouble), isCount = true)

  /** A count that must not be above. */
  def atMost(reason: String, value: String, limit: Int): Check =
    Check(reason, value, AtMost(limit.toDouble), isCount = true)

  /** A decimal with six digits: exact rounding, the same on every JVM. */
  def decimal(value: Double): String =
    new java.math.BigDecimal(value).setScale(DETAIL_DIGITS, HALF_EVEN).toPlainString
}
