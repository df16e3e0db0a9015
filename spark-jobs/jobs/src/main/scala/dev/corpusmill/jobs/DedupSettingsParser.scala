package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.dedup.{DedupSettings, FuzzySettings}

/** Parses the settings of the dedup stage (recipe.schema.json); an absent key has the schema's default. */
object DedupSettingsParser {

  /** Raises SPEC_INVALID for what the schema does not allow. */
  def parse(settings: JsonNode): DedupSettings = {
    val problems = Contracts.settingsProblems("dedup", settings)
    if (problems.nonEmpty) throw JobSpec.invalid("the settings of dedup", problems)
    DedupSettings(
      exact = settings.path("exact").asBoolean(true),
      fuzzy = Option.unless(settings.path("fuzzy").isNull)(fuzzy(settings.path("fuzzy"))),
      maxRemovedFraction = settings.path("maxRemovedFraction").asDouble(1.0)
    )
  }

  private def fuzzy(node: JsonNode): FuzzySettings = FuzzySettings(
    shingleWords = node.path("shingleWords").asInt(5),
    bands = node.path("bands").asInt(14),
    rows = node.path("rows").asInt(8),
    minJaccard = node.path("minJaccard").asDouble(0.8),
    seed = node.path("seed").asLong(0L)
  )
}
