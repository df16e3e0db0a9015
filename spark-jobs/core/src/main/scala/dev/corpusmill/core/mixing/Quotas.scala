package dev.corpusmill.core.mixing

import dev.corpusmill.core.CorpusmillError
import scala.annotation.tailrec

/** What a recipe asks of the mix; tokens count the end-of-text token of every document. */
final case class MixSettings(
    tokens: Option[Long],
    weights: Option[Map[String, BigDecimal]],
    caps: Map[String, Long],
    maxEpochs: Int,
    seed: Long
)

/** What a domain has: tokens (end-of-text tokens counted) and documents that have any. */
final case class DomainSupply(tokens: Long, documents: Long)

/** How many tokens each domain gives, in exact integers. */
object Quotas {

  /**
   * Tokens by domain, none left out that has a supply or a weight. Raises MIX_SHORTAGE, naming every domain
   * that has too few.
   */
  def plan(settings: MixSettings, supplies: Map[String, DomainSupply]): Map[String, Long] = {
    val quotas = (settings.tokens, settings.weights) match {
      case (None, None) => supplies.map { case (domain, supply) =>
          domain -> BigInt(supply.tokens).min(capOf(settings, domain))
        }
      case (None, Some(weights)) => largestMix(settings, positive(weights), supplies)
      case (Some(tokens), weights) =>
        withCaps(BigInt(tokens), weights.fold(proportional(supplies))(positive), settings)
    }
    checkSupply(settings, quotas, supplies)
    (supplies.keySet ++ quotas.keySet).map(domain =>
      domain -> quotas.getOrElse(domain, BigInt(0)).toLong
    ).toMap
  }

  /**
   * `total` shared in proportion to `weights` by the method of largest remainders; equal remainders go in
   * order of the domain's name. The shares add up to `total` exactly.
   */
  def apportion(total: BigInt, weights: Map[String, BigDecimal]): Map[String, BigInt] = {
    val integers = scaled(weights)
    val sum = integers.values.sum
    val divided = integers.map { case (domain, weight) => domain -> (total * weight /% sum) }
    val left = (total - divided.values.map(_._1).sum).toInt
    val rounded = divided.toSeq.sortBy { case (domain, (_, remainder)) => (-remainder, domain) }.take(
      left
    ).map(_._1).toSet
    divided.map { case (domain, (whole, _)) => domain -> (if (rounded(domain)) whole + 1 else whole) }
  }

  /** Domains over their cap get their cap; what that frees goes to the others by weight, again and again. */
  @tailrec
  private def withCaps(
      total: BigInt,
      weights: Map[String, BigDecimal],
      settings: MixSettings,
      capped: Map[String, BigInt] = Map.empty
  ): Map[String, BigInt] =
    if (total == 0) capped ++ weights.map { case (domain, _) => domain -> BigInt(0) }
    else if (weights.isEmpty) throw nothingToTake(total, capped)
    else {
      val shares = apportion(total, weights)
      val over = shares.keySet.filter(domain => shares(domain) > capOf(settings, domain))
      if (over.isEmpty) shares ++ capped
      else {
        val fixed = over.map(domain => domain -> capOf(settings, domain)).toMap
        withCaps(total - fixed.values.sum, weights -- over, settings, capped ++ fixed)
      }
    }

  /** The largest mix that holds the proportions exactly (up to rounding) within supply x epochs and caps. */
  private def largestMix(
      settings: MixSettings,
      weights: Map[String, BigDecimal],
      supplies: Map[String, DomainSupply]
  ): Map[String, BigInt] = {
    val wanted = weights.filter { case (domain, _) => capOf(settings, domain) > 0 }
    if (wanted.isEmpty || supplies.isEmpty) Map.empty
    else {
      checkWeighted(wanted, supplies)
      val integers = scaled(wanted)
      val totals = integers.map { case (domain, weight) =>
        val limit = (tokensOf(supplies, domain) * settings.maxEpochs).min(capOf(settings, domain))
        limit * integers.values.sum / weight
      }
      apportion(totals.min, wanted)
    }
  }

  private def checkWeighted(weights: Map[String, BigDecimal], supplies: Map[String, DomainSupply]): Unit = {
    val empty = weights.keys.toSeq.sorted.filter(tokensOf(supplies, _) == 0)
    if (empty.nonEmpty)
      throw new CorpusmillError(
        "MIX_SHORTAGE",
        s"no tokens in domain ${empty.mkString(", ")}, which mix.weights gives a share; leave it out of the weights",
        Map("domains" -> empty.map(domain => Map[String, Any]("domain" -> domain, "available" -> 0)))
      )
  }

  private def proportional(supplies: Map[String, DomainSupply]): Map[String, BigDecimal] =
    positive(supplies.map { case (domain, supply) => domain -> BigDecimal(supply.tokens) })

  private def positive(weights: Map[String, BigDecimal]): Map[String, BigDecimal] = weights.filter(_._2 > 0)

  /** The same proportions in integers. */
  private def scaled(weights: Map[String, BigDecimal]): Map[String, BigInt] = {
    val digits = weights.values.map(_.scale).maxOption.getOrElse(0).max(0)
    weights.map { case (domain, weight) =>
      domain -> BigInt(weight.bigDecimal.movePointRight(digits).toBigIntegerExact)
    }
  }

  private def capOf(settings: MixSettings, domain: String): BigInt =
    BigInt(settings.caps.getOrElse(domain, Long.MaxValue))

  private def tokensOf(supplies: Map[String, DomainSupply], domain: String): BigInt =
    BigInt(supplies.get(domain).fold(0L)(_.tokens))

  private def checkSupply(
      settings: MixSettings,
      quotas: Map[String, BigInt],
      supplies: Map[String, DomainSupply]
  ): Unit = {
    val short = quotas.toSeq.sortBy(_._1).collect {
      case (domain, quota) if quota > tokensOf(supplies, domain) * settings.maxEpochs =>
        Short(domain, tokensOf(supplies, domain), quota)
    }
    if (short.nonEmpty) throw shortage(settings, short)
  }

  private final case class Short(domain: String, available: BigInt, needed: BigInt) {

    /** Epochs that would do; None where the domain has nothing to repeat. */
    def epochs: Option[BigInt] = Option.when(available > 0)((needed + available - 1) / available)

    def describe: String = {
      val remedy = epochs.fold("nothing to repeat")(count => s"$count epochs would do")
      s"domain $domain has $available tokens, its share is $needed ($remedy)"
    }

    def details: Map[String, Any] = Map(
      "domain" -> domain,
      "available" -> available.toLong,
      "needed" -> needed.toLong,
      "epochsNeeded" -> epochs.map(_.toLong)
    )
  }

  private def shortage(settings: MixSettings, short: Seq[Short]): CorpusmillError =
    new CorpusmillError(
      "MIX_SHORTAGE",
      short.map(_.describe).mkString("; ") +
        s"; maxEpochs is ${settings.maxEpochs}: raise it, or lower mix.tokens or the weights of these domains",
      Map("domains" -> short.map(_.details), "maxEpochs" -> settings.maxEpochs)
    )

  private def nothingToTake(missing: BigInt, capped: Map[String, BigInt]): CorpusmillError =
    new CorpusmillError(
      "MIX_SHORTAGE",
      s"$missing tokens of the budget have no domain to come from: no other domain has a weight or tokens" +
        (if (capped.isEmpty) "" else s", and ${capped.keys.toSeq.sorted.mkString(", ")} reached their caps") +
        "; lower mix.tokens, raise the caps or weigh more domains",
      Map("missing" -> missing.toLong, "capped" -> capped.keys.toSeq.sorted)
    )
}
