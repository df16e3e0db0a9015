package dev.corpusmill.core.mixing

import dev.corpusmill.core.CorpusmillError
import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.forAll

class QuotasSuite extends ScalaCheckSuite {
  private val plain = MixSettings(None, None, Map.empty, maxEpochs = 1, seed = 0)

  private def supplies(tokens: (String, Long)*): Map[String, DomainSupply] =
    tokens.map { case (domain, count) => domain -> DomainSupply(count, 1) }.toMap

  private def weights(values: (String, String)*): Option[Map[String, BigDecimal]] =
    Some(values.map { case (domain, weight) => domain -> BigDecimal(weight) }.toMap)

  private def shortageOf(settings: MixSettings, supply: Map[String, DomainSupply]): CorpusmillError = {
    val error = intercept[CorpusmillError](Quotas.plan(settings, supply))
    assertEquals(error.code, "MIX_SHORTAGE")
    assertEquals(error.retryable, false)
    error
  }

  test("largest remainders get what rounding leaves, equal ones by name") {
    val thirds = Map("b" -> BigDecimal(1), "a" -> BigDecimal(1), "c" -> BigDecimal(1))
    assertEquals(Quotas.apportion(10, thirds), Map("a" -> BigInt(4), "b" -> BigInt(3), "c" -> BigInt(3)))
    assertEquals(Quotas.apportion(11, thirds), Map("a" -> BigInt(4), "b" -> BigInt(4), "c" -> BigInt(3)))
    val tenths = Map("a" -> BigDecimal("0.1"), "b" -> BigDecimal("0.2"), "c" -> BigDecimal("0.7"))
    assertEquals(
      Quotas.apportion(1000, tenths),
      Map("a" -> BigInt(100), "b" -> BigInt(200), "c" -> BigInt(700))
    )
  }

  property("shares add up exactly and are less than one token off") {
    val weight = Gen.choose(1L, 1000000L).map(BigDecimal(_) / 1000)
    forAll(Gen.choose(1L, 1L << 50), Gen.nonEmptyListOf(weight)) { (total, list) =>
      val named = list.zipWithIndex.map { case (value, index) => s"d$index" -> value }.toMap
      val shares = Quotas.apportion(total, named)
      assertEquals(shares.values.sum, BigInt(total))
      named.foreach { case (domain, value) =>
        val exact = BigDecimal(total) * value / named.values.sum
        assert((BigDecimal(shares(domain)) - exact).abs < 1, s"$domain ${shares(domain)} $exact")
      }
    }
  }

  test("without a budget everything is taken once, up to the caps") {
    val settings = plain.copy(caps = Map("a" -> 30L), maxEpochs = 5)
    assertEquals(Quotas.plan(settings, supplies("a" -> 50, "b" -> 70)), Map("a" -> 30L, "b" -> 70L))
  }

  test("weights without a budget give the largest mix that holds the proportions") {
    val settings = plain.copy(weights = weights("a" -> "1", "b" -> "3"))
    assertEquals(
      Quotas.plan(settings, supplies("a" -> 50, "b" -> 90, "c" -> 9)),
      Map("a" -> 30L, "b" -> 90L, "c" -> 0L)
    )
    assertEquals(
      Quotas.plan(settings.copy(maxEpochs = 2), supplies("a" -> 50, "b" -> 90)),
      Map("a" -> 60L, "b" -> 180L)
    )
    assertEquals(
      Quotas.plan(settings.copy(caps = Map("b" -> 30L)), supplies("a" -> 50, "b" -> 90)),
      Map("a" -> 10L, "b" -> 30L)
    )
  }

  test("a weight for a domain without tokens is a shortage") {
    val error = shortageOf(plain.copy(weights = weights("a" -> "1", "b" -> "1")), supplies("a" -> 50))
    assert(error.getMessage.startsWith("no tokens in domain b"), error.getMessage)
  }

  test("a budget without weights is shared in proportion to what there is") {
    assertEquals(
      Quotas.plan(plain.copy(tokens = Some(12)), supplies("a" -> 30, "b" -> 90)),
      Map("a" -> 3L, "b" -> 9L)
    )
    assertEquals(
      Quotas.plan(plain.copy(tokens = Some(120)), supplies("a" -> 30, "b" -> 90)),
      Map("a" -> 30L, "b" -> 90L)
    )
  }

  test("what a cap frees goes to the others by weight, and again where that makes one too large") {
    val settings = plain.copy(
      tokens = Some(100),
      weights = weights("a" -> "8", "b" -> "1", "c" -> "1"),
      caps = Map("a" -> 20L, "b" -> 30L)
    )
    assertEquals(
      Quotas.plan(settings, supplies("a" -> 1000, "b" -> 1000, "c" -> 1000)),
      Map("a" -> 20L, "b" -> 30L, "c" -> 50L)
    )
  }

  test("a budget above all caps is a shortage") {
    val settings = plain.copy(tokens = Some(100), weights = weights("a" -> "1"), caps = Map("a" -> 20L))
    val error = shortageOf(settings, supplies("a" -> 1000))
    assert(error.getMessage.startsWith("80 tokens of the budget have no domain"), error.getMessage)
  }

  test("every domain that is too small is named, with the epochs that would do") {
    val settings = plain.copy(
      tokens = Some(1000),
      weights = weights("news" -> "4", "code" -> "1", "web" -> "5", "void" -> "1")
    )
    val error = shortageOf(settings, supplies("news" -> 120, "code" -> 91, "web" -> 400))
    assertEquals(
      error.getMessage,
      "domain news has 120 tokens, its share is 364 (4 epochs would do); " +
        "domain void has 0 tokens, its share is 91 (nothing to repeat); " +
        "domain web has 400 tokens, its share is 454 (2 epochs would do); " +
        "maxEpochs is 1: raise it, or lower mix.tokens or the weights of these domains"
    )
    assertEquals(
      error.details("domains").asInstanceOf[Seq[Map[String, Any]]].head,
      Map[String, Any]("domain" -> "news", "available" -> 120L, "needed" -> 364L, "epochsNeeded" -> Some(4L))
    )
  }

  test("epochs make up for a domain that is too small") {
    val settings = plain.copy(tokens = Some(300), weights = weights("a" -> "1"), maxEpochs = 3)
    assertEquals(Quotas.plan(settings, supplies("a" -> 100)), Map("a" -> 300L))
    assertEquals(shortageOf(settings.copy(tokens = Some(301)), supplies("a" -> 100)).details("maxEpochs"), 3)
  }

  test("nothing at all is an empty mix without a budget, and a shortage with one") {
    assertEquals(Quotas.plan(plain, Map.empty), Map.empty[String, Long])
    assertEquals(Quotas.plan(plain.copy(weights = weights("a" -> "1")), Map.empty), Map.empty[String, Long])
    assert(shortageOf(
      plain.copy(tokens = Some(5)),
      Map.empty
    ).getMessage.startsWith("5 tokens of the budget"))
    assert(shortageOf(
      plain.copy(tokens = Some(5), weights = weights("a" -> "1")),
      Map.empty
    ).getMessage.startsWith("domain a has 0"))
  }
}
