package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ObjectNode
import dev.corpusmill.core.mixing.{MixSelection, MixSettings, StreamLayout}
import dev.corpusmill.core.shards.{Llmc, ShardFormat}

/**
 * Settings of the mix stage (recipe.schema.json).
 *
 * @param name the recipe's; begins the names of shards
 * @param shardTokens tokens per shard
 */
final case class MixJobSettings(name: String, mix: MixSettings, formats: Seq[ShardFormat], shardTokens: Long)

/** What the writers of shards need to know; shared by all of them. */
final case class MixPlan(
    settings: MixJobSettings,
    tokenizer: TokenizerIdentity,
    selection: MixSelection,
    layout: StreamLayout
)

object MixJobSettings {
  private val DEFAULT_SHARD_TOKENS = 100000000L

  /** Parses what the schema allows and raises SPEC_INVALID for all else; what is left out has its default. */
  def parse(settings: ObjectNode): MixJobSettings = {
    val name = Option(settings.get("name")).flatMap(node => Option(node.textValue())).getOrElse("")
    val problems = nameProblems(name) ++
      Contracts.settingsProblems("mix", settings.deepCopy().without[ObjectNode]("name"))
    if (problems.nonEmpty) throw JobSpec.invalid("the settings of mix", problems)
    MixJobSettings(
      name,
      mixSettings(settings),
      find(settings, "formats").fold(Seq[ShardFormat](Llmc)) { formats =>
        Json.elements(formats).flatMap(format => ShardFormat.find(format.textValue()))
      },
      find(settings, "shardTokens").fold(DEFAULT_SHARD_TOKENS)(_.longValue())
    )
  }

  /** The name becomes part of file names. */
  private def nameProblems(name: String): Seq[ContractProblem] =
    if (name.matches("[a-z0-9]+(-[a-z0-9]+)*")) Nil
    else Seq(ContractProblem("/name", "must be the recipe's name in lower-kebab-case"))

  private def mixSettings(settings: ObjectNode): MixSettings = MixSettings(
    tokens = find(settings, "tokens").map(_.longValue()),
    weights = find(settings, "weights").map(weights =>
      Json.fields(weights).map { case (domain, weight) =>
        domain -> BigDecimal(weight.decimalValue())
      }.toMap
    ),
    caps = find(settings, "caps").fold(Map.empty[String, Long])(caps =>
      Json.fields(caps).map { case (domain, cap) =>
        domain -> cap.longValue()
      }.toMap
    ),
    maxEpochs = find(settings, "maxEpochs").fold(1)(_.intValue()),
    seed = find(settings, "seed").fold(0L)(_.longValue())
  )

  private def find(settings: ObjectNode, key: String): Option[JsonNode] =
    Option(settings.get(key)).filterNot(_.isNull)
}
