package dev.corpusmill.jobs

import dev.corpusmill.core.{Columns, CorpusmillError}
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.{DataType, IntegerType, LongType, StringType, StructType}

import scala.collection.mutable

/** Rows of one role and source. */
final case class RoleOfSource(role: String, source: String)

/** Rows of one role and reason. */
final case class RoleReason(role: String, reason: String)

/** What was counted while rows were written. Its size grows with sources, reasons and languages, not with rows. */
final case class Tally(
    rows: Map[RoleOfSource, Long],
    reasons: Map[RoleReason, Long],
    languages: Map[String, Long],
    tokens: Long,
    digests: Map[String, BigInt],
    recordsSeen: Map[String, Long]
) {
  def ++(other: Tally): Tally = Tally(
    Tally.merge(rows, other.rows)(_ + _),
    Tally.merge(reasons, other.reasons)(_ + _),
    Tally.merge(languages, other.languages)(_ + _),
    tokens + other.tokens,
    Tally.merge(digests, other.digests)(ContentDigest.add),
    Tally.merge(recordsSeen, other.recordsSeen)(_ + _)
  )

  /** Rows of a role by source. */
  def rowsBySource(role: String): Map[String, Long] =
    rows.collect { case (RoleOfSource(`role`, source), count) => source -> count }

  /** Rows of a role by reason. */
  def rowsByReason(role: String): Map[String, Long] =
    reasons.collect { case (RoleReason(`role`, reason), count) => reason -> count }
}

object Tally {
  val EMPTY: Tally = Tally(Map.empty, Map.empty, Map.empty, 0L, Map.empty, Map.empty)

  private def merge[K, V](left: Map[K, V], right: Map[K, V])(add: (V, V) => V): Map[K, V] =
    right.foldLeft(left) { case (merged, (key, value)) =>
      merged.updated(key, merged.get(key).fold(value)(add(_, value)))
    }
}

/** Counts the rows of one partition; `tokenColumn` is summed over the documents. */
final class TallyBuilder(schema: StructType, tokenColumn: Option[String]) {
  private val rows = mutable.HashMap.empty[RoleOfSource, Long]
  private val reasons = mutable.HashMap.empty[RoleReason, Long]
  private val languages = mutable.HashMap.empty[String, Long]
  private val recordsSeen = mutable.HashMap.empty[String, Long]
  private var tokens = 0L

  private val source = text(Columns.SOURCE)
  private val reason = text(Columns.REASON)
  private val language = text(Columns.LANG)
  private val records = number("records")
  private val tokenCount = tokenColumn.map(number)

  def add(role: String, row: InternalRow): Unit = {
    val rowSource = source(row).getOrElse("")
    if (role == Role.SUMMARY) increase(recordsSeen, rowSource, records(row))
    else {
      increase(rows, RoleOfSource(role, rowSource), 1L)
      if (role == Role.REJECTED || role == Role.QUARANTINE)
        increase(reasons, RoleReason(role, reason(row).getOrElse(missingReason(role))), 1L)
      else if (role == Role.DOCUMENTS || role == Role.PROVENANCE) addDocument(row)
    }
  }

  def build(digests: Map[String, BigInt]): Tally =
    Tally(rows.toMap, reasons.toMap, languages.toMap, tokens, digests, recordsSeen.toMap)

  private def addDocument(row: InternalRow): Unit = {
    increase(languages, language(row).getOrElse("und"), 1L)
    tokenCount.foreach(count => tokens += count(row))
  }

  private def increase[K](counts: mutable.HashMap[K, Long], key: K, by: Long): Unit =
    counts.update(key, counts.getOrElse(key, 0L) + by)

  private def missingReason(role: String): Nothing =
    throw new CorpusmillError("COUNTS_DO_NOT_ADD_UP", s"a row of role $role has no reason")

  private def text(column: String): InternalRow => Option[String] = find(column) match {
    case Some((ordinal, _: StringType)) =>
      row => Option.when(!row.isNullAt(ordinal))(row.getUTF8String(ordinal).toString)
    case _ => _ => None
  }

  private def number(column: String): InternalRow => Long = find(column) match {
    case Some((ordinal, IntegerType)) => row => if (row.isNullAt(ordinal)) 0L else row.getInt(ordinal).toLong
    case Some((ordinal, LongType)) => row => if (row.isNullAt(ordinal)) 0L else row.getLong(ordinal)
    case _ => _ => 0L
  }

  private def find(column: String): Option[(Int, DataType)] =
    Option.when(schema.fieldNames.contains(column))(schema.fieldIndex(column) -> schema(column).dataType)
}
