package dev.corpusmill.core.filter

import dev.corpusmill.core.text.{AnalyzedText, TextSize, WordSplit}

import java.util.Arrays

/**
 * Rule families in the order of the recipe; the first that rejects names the reason. Each family sees the text that
 * those before it leave. All values of all families are measured, so that other thresholds can be applied to them later.
 *
 * @param split how words are found
 * @param maxTextBytes UTF-8 bytes beyond which a text is rejected unread; memory is about 20 times that much at most
 */
final case class RuleChain(
    rules: Seq[Rule],
    split: WordSplit = WordSplit.Uax29,
    maxTextBytes: Int = RuleChain.DEFAULT_MAX_TEXT_BYTES
) {
  import RuleChain._

  /** All families, what holds for any text among them. */
  private val families: Seq[Family] = {
    val all = (LengthLimit(maxTextBytes) +: rules :+ Leftover).map(rule => (rule, rule.values.size))
    all.zip(all.scanLeft(0)(_ + _._2)).map { case ((rule, size), offset) => Family(rule, offset, size) }
  }

  /** Names of all values, in order: `family_value`, made of letters, digits and underscores. */
  val fields: Seq[String] = families.flatMap(family => family.rule.values.map(fieldOf(family.rule, _)))

  /** All rules in order, each with the family's name and the field that holds its value; those for lines come first. */
  def familyRules: Seq[FamilyRule] = families.flatMap { case Family(rule, _, _) =>
    rule.lineRules.map(line => FamilyLineRule(rule.name, fieldOf(rule, line.value), line)) ++
      rule.checks.map(check => FamilyCheck(rule.name, fieldOf(rule, check.value), check))
  }

  /** Chains for which this is equal measure the same values and leave the same texts. */
  def measuring: RuleChain = copy(rules = rules.map(_.measuring))

  /** Measures a text; null is an empty one. */
  def measure(text: String, subject: Subject = Subject()): Measured = {
    val whole = Option(text).getOrElse("")
    val bytes =
      if (whole.length <= maxTextBytes / MAX_UTF8_BYTES) 0L else TextSize.of(whole.toCharArray).utf8Bytes
    if (bytes > maxTextBytes) tooLong(bytes)
    else {
      val values = emptyValues
      var left = Option(new AnalyzedText(whole, split))
      families.foreach { family =>
        left = left.flatMap { current =>
          val measured = family.rule.measure(current, subject)
          System.arraycopy(measured.values, 0, values, family.offset, family.size)
          measured.left
        }
      }
      Measured(values, left.map(_.text))
    }
  }

  /** What is known of a text of which only the size is looked at. */
  def tooLong(bytes: Long): Measured = {
    val values = emptyValues
    values(0) = bytes.toDouble
    Measured(values, None)
  }

  /** The first rule that the values break. */
  def decide(values: Array[Double]): Option[Reject] =
    families.iterator.flatMap(family => family.rule.decide(values, family.offset)).nextOption()

  /** Measures and decides. */
  def judge(text: String, subject: Subject = Subject()): Verdict = {
    val measured = measure(text, subject)
    decide(measured.values).getOrElse(Keep(measured.left.getOrElse("")))
  }

  private def emptyValues: Array[Double] = {
    val values = new Array[Double](fields.size)
    Arrays.fill(values, Double.NaN)
    values
  }
}

/** The values of a chain's fields, and the text that is left unless a family took the document out at once. */
final case class Measured(values: Array[Double], left: Option[String])

/** A rule of a chain: its family's name and the field that holds its value. */
sealed trait FamilyRule {
  def family: String
  def field: String
}

/** A rule that takes documents out. */
final case class FamilyCheck(family: String, field: String, check: Check) extends FamilyRule

/** A rule that cuts lines; the field counts them. */
final case class FamilyLineRule(family: String, field: String, rule: LineRule) extends FamilyRule

object RuleChain {

  /** 16 MiB: over twenty times the longest document that Gopher keeps. */
  val DEFAULT_MAX_TEXT_BYTES: Int = 16 << 20

  /** Of one UTF-16 unit. */
  private val MAX_UTF8_BYTES = 3

  private final case class Family(rule: Rule, offset: Int, size: Int)

  private def fieldOf(rule: Rule, value: String): String = s"${rule.name}_$value".replace('-', '_')

  /** No text is measured that is longer. */
  private final case class LengthLimit(maxBytes: Int) extends Rule {
    override def name: String = "text"
    override def values: Seq[String] = Seq("bytes")
    override def checks: Seq[Check] = Seq(Check.atMost("text_too_long", "bytes", maxBytes))
    override def measuring: Rule = this
    override def measure(text: AnalyzedText, subject: Subject): Measurement =
      Measurement(Array(text.utf8Bytes.toDouble), Some(text))
  }

  /** A document of which nothing is left goes. */
  private case object Leftover extends Rule {
    override def name: String = "left"
    override def values: Seq[String] = Seq("chars")
    override def checks: Seq[Check] = Seq(Check.atLeast("empty", "chars", 1))
    override def measuring: Rule = this
    override def measure(text: AnalyzedText, subject: Subject): Measurement =
      Measurement(Array(text.length.toDouble), Some(text))
  }
}
