package dev.corpusmill.core.mixing

import dev.corpusmill.core.Columns.DOC_ID
import dev.corpusmill.core.mixing.MixInput.{DOMAIN, LENGTH, TIE}
import org.apache.spark.sql.expressions.UserDefinedFunction
import org.apache.spark.sql.functions.{col, count, first, lit, sum, udf}
import org.apache.spark.sql.{DataFrame, Row}
import scala.annotation.tailrec

/**
 * Finds where each domain's last epoch ends. Only sums by hash prefix come to the driver, at most 2^12 for
 * each domain and round, and then the few rows that share one long prefix.
 */
final class MixPlanner(documents: DataFrame, settings: MixSettings) {
  private val rows = MixInput.candidates(documents)

  /** Selects the quotas that `Quotas.plan` gives; raises MIX_SHORTAGE as it does. */
  def select(supplies: Map[String, DomainSupply]): MixSelection = {
    val quotas = Quotas.plan(settings, supplies)
    val ranges = for {
      (domain, quota) <- quotas
      supply <- supplies.get(domain) if quota % supply.tokens > 0
    } yield domain -> KeyRange.whole((quota / supply.tokens).toInt, quota % supply.tokens, supply)
    val ends = endsOf(ranges, Map.empty)
    val selections = quotas.map { case (domain, quota) =>
      domain -> selectionOf(quota, supplies.getOrElse(domain, DomainSupply(0, 0)), ends.get(domain))
    }
    MixSelection(settings.seed, selections)
  }

  private def selectionOf(quota: Long, supply: DomainSupply, end: Option[EpochEnd]): DomainSelection = {
    val fullEpochs = if (supply.tokens == 0) 0 else (quota / supply.tokens).toInt
    val documentsUsed = if (fullEpochs > 0) supply.documents else end.fold(0L)(_.documents)
    DomainSelection(fullEpochs, end.map(_.boundary), quota, documentsUsed)
  }

  @tailrec
  private def endsOf(ranges: Map[String, KeyRange], found: Map[String, EpochEnd]): Map[String, EpochEnd] = {
    val (small, large) = ranges.partition { case (_, range) => range.isSmall }
    val ends = if (small.isEmpty) found else found ++ endsOfSmall(small)
    if (large.isEmpty) ends else endsOf(narrow(large), ends)
  }

  /** All ranges have been narrowed equally often, so that they have as many bits. */
  private def narrow(ranges: Map[String, KeyRange]): Map[String, KeyRange] = {
    val bits = ranges.values.map(_.bits).max + KeyRange.ROUND_BITS
    val sums = inside(ranges)
      .groupBy(col(DOMAIN), prefix(ranges, bits)(col(DOMAIN), col(DOC_ID)))
      .agg(sum(LENGTH), count(lit(1)))
      .collect()
      .groupMap(_.getString(0))(row => BucketSum(row.getLong(1), row.getLong(2), row.getLong(3)))
    ranges.map { case (domain, range) => domain -> range.narrowed(sums(domain).sortBy(_.prefix).toSeq, bits) }
  }

  private def endsOfSmall(ranges: Map[String, KeyRange]): Map[String, EpochEnd] = {
    val groups = inside(ranges)
      .groupBy(
        col(DOMAIN),
        prefix(ranges, MixOrder.KEY_BITS)(col(DOMAIN), col(DOC_ID)),
        col(DOC_ID),
        col(TIE)
      )
      .agg(first(LENGTH), count(lit(1)))
      .collect()
      .groupMap(_.getString(0))(groupOf)
    ranges.map { case (domain, range) => domain -> range.endIn(groups(domain).sortBy(_.place).toSeq) }
  }

  private def groupOf(row: Row): PlaceGroup =
    PlaceGroup(Place(row.getLong(1), row.getString(2), row.getLong(3)), row.getLong(4), row.getLong(5))

  private def inside(ranges: Map[String, KeyRange]): DataFrame = {
    val seed = settings.seed
    val isInside = udf { (domain: String, docId: String) =>
      ranges.get(domain).exists(range => range.holds(MixOrder.keysOf(seed, range.epoch, docId).selection))
    }
    rows.where(isInside(col(DOMAIN), col(DOC_ID)))
  }

  /** First `bits` bits of the key that a document has in its domain's last epoch. */
  private def prefix(ranges: Map[String, KeyRange], bits: Int): UserDefinedFunction = {
    val seed = settings.seed
    udf { (domain: String, docId: String) =>
      MixOrder.prefixOf(MixOrder.keysOf(seed, ranges(domain).epoch, docId).selection, bits)
    }
  }
}
