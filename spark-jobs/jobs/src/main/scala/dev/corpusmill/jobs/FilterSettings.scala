package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.filter._
import dev.corpusmill.core.text.WordSplit

/** Parses the settings of the filter stage (recipe.schema.json): a rule family is its name, or an object with it. */
object FilterSettings {

  /**
   * The rule families in order. Raises SPEC_INVALID for what the schema does not allow.
   *
   * @param listUris where the lists lie that the settings name, by SHA-256
   */
  def parse(settings: JsonNode, listUris: Map[String, String] = Map.empty): RuleChain = {
    val problems = Contracts.settingsProblems("filter", settings)
    if (problems.nonEmpty) throw JobSpec.invalid("the settings of filter", problems)
    val rules = Option(settings.get("rules")).map(Json.elements).getOrElse(Seq.empty)
    val parser = new RuleParser(new StoredLists(listUris))
    RuleChain(
      if (rules.isEmpty) DEFAULT_RULES else rules.map(parser.rule),
      Option(settings.get("words")).flatMap(node => WordSplit.find(node.textValue())).getOrElse(
        WordSplit.Uax29
      ),
      Option(settings.get("maxTextBytes")).fold(RuleChain.DEFAULT_MAX_TEXT_BYTES)(_.intValue())
    )
  }

  private val DEFAULT_RULES = Seq(GopherQuality(), GopherRepetition(), C4(), FineWeb())
}

/** Makes rule families of settings that the schema has accepted. */
private final class RuleParser(lists: StoredLists) {

  def rule(node: JsonNode): Rule = {
    val of = new Thresholds(node, lists)
    (if (node.isTextual) node.textValue() else node.get("name").textValue()) match {
      case "gopher-quality" => gopherQuality(of)
      case "gopher-repetition" => gopherRepetition(of)
      case "c4" => c4(of)
      case "fineweb" => fineWeb(of)
      case "c4-bad-words" => c4BadWords(of)
      case "c4-paragraph" =>
        val default = C4Paragraph()
        C4Paragraph(
          of.int("minParagraphs", default.minParagraphs),
          of.int("minParagraphChars", default.minParagraphChars)
        )
      case "refinedweb-lines" => refinedWebLines(of)
      case "urls" => urlLists(of)
      case "symbols" => SymbolLimit(of.double("maxSymbolFraction", SymbolLimit().maxSymbolFraction))
      case "text-to-code" => TextToCode(of.double("minTextFraction", TextToCode().minTextFraction))
    }
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

  private def c4BadWords(of: Thresholds): Rule = {
    val default = C4BadWords(of.listsByLanguage("lists"))
    default.copy(
      maxMatches = of.int("maxMatches", default.maxMatches),
      defaultLanguage = of.string("defaultLanguage", default.defaultLanguage)
    )
  }

  private def refinedWebLines(of: Thresholds): Rule = {
    val default = RefinedWebLines()
    RefinedWebLines(
      of.double("maxUppercaseFraction", default.maxUppercaseFraction),
      of.double("maxDigitFraction", default.maxDigitFraction),
      of.int("minWordsPerLine", default.minWordsPerLine),
      of.int("maxPhraseLineWords", default.maxPhraseLineWords),
      of.double("maxRemovedWordFraction", default.maxRemovedWordFraction)
    )
  }

  private def urlLists(of: Thresholds): Rule = UrlLists(
    domains = of.list("domains"),
    urls = of.list("urls"),
    hardWords = of.list("hardWords"),
    softWords = of.list("softWords"),
    subWords = of.list("subWords"),
    maxSoftWords = of.int("maxSoftWords", UrlLists().maxSoftWords)
  )
}

/** Reads the thresholds of a rule; a bare name has none of its own. */
private final class Thresholds(node: JsonNode, lists: StoredLists) {
  def int(key: String, default: Int): Int = find(key).fold(default)(_.intValue())
  def double(key: String, default: Double): Double = find(key).fold(default)(_.doubleValue())
  def boolean(key: String, default: Boolean): Boolean = find(key).fold(default)(_.booleanValue())
  def string(key: String, default: String): String = find(key).fold(default)(_.textValue())
  def strings(key: String, default: Set[String]): Set[String] =
    find(key).fold(default)(values => Json.elements(values).map(_.textValue()).toSet)
  def doubles(key: String, default: IndexedSeq[Double]): IndexedSeq[Double] =
    find(key).fold(default)(values => Json.elements(values).map(_.doubleValue()).toIndexedSeq)

  /** The list that `{ path, sha256 }` names. */
  def list(key: String): Option[TermList] = find(key).map(lists.get)

  /** Lists by language, of `[{ language, path, sha256 }]`. */
  def listsByLanguage(key: String): Map[String, TermList] =
    find(key).map(Json.elements).getOrElse(Seq.empty).map(list =>
      list.get("language").textValue() -> lists.get(list)
    ).toMap

  private def find(key: String): Option[JsonNode] = Option(node.get(key))
}
