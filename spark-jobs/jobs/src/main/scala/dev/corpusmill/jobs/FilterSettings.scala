package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.filter._

/** Parses the settings of the filter stage (recipe.schema.json): a rule family is its name, or an object with it. */
object FilterSettings {

  /** The rule families in order. Raises SPEC_INVALID for what the schema does not allow. */
  def parse(settings: JsonNode): RuleChain = {
    val problems = Contracts.settingsProblems("filter", settings)
    if (problems.nonEmpty) throw JobSpec.invalid("the settings of filter", problems)
    val rules = Option(settings.get("rules")).map(Json.elements).getOrElse(Seq.empty)
    RuleChain(if (rules.isEmpty) DEFAULT_RULES else rules.map(rule))
  }

  private val DEFAULT_RULES = Seq(GopherQuality(), GopherRepetition(), C4(), FineWeb())

  private def rule(node: JsonNode): Rule =
    (if (node.isTextual) node.textValue() else node.get("name").textValue()) match {
      case "gopher-quality" => gopherQuality(new Thresholds(node))
      case "gopher-repetition" => gopherRepetition(new Thresholds(node))
      case "c4" => c4(new Thresholds(node))
      case "fineweb" => fineWeb(new Thresholds(node))
    }

  private def gopherQuality(of: Thresholds): Rule = {
    val default = GopherQuality()
    GopherQuality(
      minWords = of.int("minWords", default.minWords),
      maxWords = of.int("maxWords", default.maxWords),
      minMeanWordLength = of.double("minMeanWordLength", default.minMeanWordLength),
      maxMeanWordLength = of.double("maxMeanWordLength", default.maxMeanWordLength),
      maxHashRatio = of.double("maxHashRatio", default.maxHashRatio),
      maxEllipsisRatio = of.double("maxEllipsisRatio", default.maxEllipsisRatio),
      maxBulletLineFraction = of.double("maxBulletLineFraction", default.maxBulletLineFraction),
      maxEllipsisLineFraction = of.double("maxEllipsisLineFraction", default.maxEllipsisLineFraction),
      minAlphaWordFraction = of.double("minAlphaWordFraction", default.minAlphaWordFraction),
      minStopWords = of.int("minStopWords", default.minStopWords),
      stopWords = of.strings("stopWords", default.stopWords)
    )
  }

  private def gopherRepetition(of: Thresholds): Rule = {
    val default = GopherRepetition()
    GopherRepetition(
      of.double("maxDuplicateParagraphFraction", default.maxDuplicateParagraphFraction),
      of.double("maxDuplicateParagraphCharFraction", default.maxDuplicateParagraphCharFraction),
      of.double("maxDuplicateLineFraction", default.maxDuplicateLineFraction),
      of.double("maxDuplicateLineCharFraction", default.maxDuplicateLineCharFraction),
      of.doubles("maxTopNgramCharFraction", default.maxTopNgramCharFraction),
      of.doubles("maxDuplicateNgramCharFraction", default.maxDuplicateNgramCharFraction)
    )
  }

  private def c4(of: Thresholds): Rule = {
    val default = C4()
    C4(
      of.int("maxWordLength", default.maxWordLength),
      of.int("minWordsPerLine", default.minWordsPerLine),
      of.int("minSentences", default.minSentences),
      of.boolean("terminalPunctuation", default.terminalPunctuation),
      of.boolean("removeCitations", default.removeCitations),
      of.boolean("dropLoremIpsum", default.dropLoremIpsum),
      of.boolean("dropJavascriptLines", default.dropJavascriptLines),
      of.boolean("dropCurlyBracket", default.dropCurlyBracket),
      of.boolean("dropPolicyLines", default.dropPolicyLines)
    )
  }

  private def fineWeb(of: Thresholds): Rule = {
    val default = FineWeb()
    FineWeb(
      of.double("minTerminalLineFraction", default.minTerminalLineFraction),
      of.int("shortLineChars", default.shortLineChars),
      of.double("maxShortLineFraction", default.maxShortLineFraction),
      of.double("maxDuplicateLineCharFraction", default.maxDuplicateLineCharFraction),
      of.double("maxNewlineRatio", default.maxNewlineRatio)
    )
  }

  /** Reads the thresholds of a rule that the schema has accepted; a bare name has none of its own. */
  private final class Thresholds(node: JsonNode) {
    def int(key: String, default: Int): Int = find(key).fold(default)(_.intValue())
    def double(key: String, default: Double): Double = find(key).fold(default)(_.doubleValue())
    def boolean(key: String, default: Boolean): Boolean = find(key).fold(default)(_.booleanValue())
    def strings(key: String, default: Set[String]): Set[String] =
      find(key).fold(default)(values => Json.elements(values).map(_.textValue()).toSet)
    def doubles(key: String, default: IndexedSeq[Double]): IndexedSeq[Double] =
      find(key).fold(default)(values => Json.elements(values).map(_.doubleValue()).toIndexedSeq)

    private def find(key: String): Option[JsonNode] = Option(node.get(key))
  }
}
