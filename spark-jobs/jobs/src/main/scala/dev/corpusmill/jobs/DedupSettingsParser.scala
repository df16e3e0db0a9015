package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.dedup.{DedupSettings, FuzzySettings, PassageSettings, SurvivorColumn}

/** Parses the settings of the dedup stage (recipe.schema.json); an absent key has the schema's default. */
object DedupSettingsParser {

  /** Raises SPEC_INVALID for what the schema does not allow. */
  def parse(settings: JsonNode): DedupSettings = {
    val problems = Contracts.settingsProblems("dedup", settings)
    if (problems.nonEmpty) throw JobSpec.invalid("the settings of dedup", problems)
    DedupSettings(
      exact = settings.path("exact").asBoolean(true),
      fuzzy = Option.unless(settings.path("fuzzy").isNull)(fuzzy(settings.path("fuzzy"))),
      maxRemovedFraction = settings.path("maxRemovedFraction").asDouble(1.0),
      survivors = survivors(settings.path("survivors")),
      passages =
        PassageSettings(minWords(settings.path("paragraphs"), 20), minWords(settings.path("substrings"), 50))
    )
  }

  /** The part of the settings that signatures depend on: two versions can be compared only where it is the same. */
  def signatureParts(settings: JsonNode): Map[String, Long] = {
    val of = fuzzy(settings.path("fuzzy"))
    Map(
      "shingleWords" -> of.shingleWords.toLong,
      "bands" -> of.bands.toLong,
      "rows" -> of.rows.toLong,
      "seed" -> of.seed
    )
  }

  private def fuzzy(node: JsonNode): FuzzySettings = FuzzySettings(
    shingleWords = node.path("shingleWords").asInt(5),
    bands = node.path("bands").asInt(14),
    rows = node.path("rows").asInt(8),
    minJaccard = node.path("minJaccard").asDouble(0.8),
    seed = node.path("seed").asLong(0L),
    maxShingles = node.path("maxShingles").asInt(1 << 20)
  )

  private def survivors(node: JsonNode): Seq[SurvivorColumn] =
    if (node.isMissingNode) SurvivorColumn.DEFAULTS
    else Json.elements(node).map(column => SurvivorColumn.parse(column.textValue()))

  private def minWords(node: JsonNode, default: Int): Option[Int] =
    Option.when(node.isObject)(node.path("minWords").asInt(default))
}
