package dev.corpusmill.core.dedup

import dev.corpusmill.core.Columns
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow

/** Where a passage stands; the first in this order stays. */
private[dedup] final case class PassageKey(high: Long, low: Long, rank: Long, start: Int)

private[dedup] object PassageKey {
  implicit val ordering: Ordering[PassageKey] = (left: PassageKey, right: PassageKey) => {
    val byHigh = java.lang.Long.compare(left.high, right.high)
    val byLow = if (byHigh != 0) byHigh else java.lang.Long.compare(left.low, right.low)
    val byRank = if (byLow != 0) byLow else java.lang.Long.compare(left.rank, right.rank)
    if (byRank != 0) byRank else java.lang.Integer.compare(left.start, right.start)
  }
}

/** Part of the text of the document at a position. */
final case class PlacedSpan(position: RowPosition, start: Int, end: Int)

object PlacedSpan {
  implicit val ordering: Ordering[PlacedSpan] = (left: PlacedSpan, right: PlacedSpan) => {
    val byPosition = RowPosition.ordering.compare(left.position, right.position)
    val byStart = if (byPosition != 0) byPosition else java.lang.Integer.compare(left.start, right.start)
    if (byStart != 0) byStart else java.lang.Integer.compare(left.end, right.end)
  }
}

/**
 * Exact repetitions within and between the documents that stay: paragraphs, and runs of at least so many words. Of each
 * the first occurrence in survivor order stays, and all others are cut from their texts,
 * but for what overlaps with the first in its own text.
 *
 * Runs are found by fingerprints first ([[PassageText.fingerprints]], about one in thirteen words for runs of 50), and
 * every run of words is looked at only around fingerprints that occur twice; the result is that of looking at all.
 */
final case class RepeatedPassages(settings: PassageSettings, partitions: Int) {
  import RepeatedPassages._
  private val shuffles = Shuffles(partitions)

  /** The spans to cut, in UTF-16 indexes; `kept` are the survivor keys of the documents that stay, by position. */
  def find(documents: DocumentRows, kept: RDD[(RowPosition, SurvivorKey)]): RDD[PlacedSpan] = {
    val ranks = Shuffles.keep(
      shuffles.ordered(kept.map(_.swap)).zipWithIndex().map { case ((_, position), rank) =>
        position -> Place(position, rank)
      }
    )
    val text = documents.schema.fieldIndex(Columns.TEXT)
    val none = documents.rows.sparkContext.emptyRDD[(PassageKey, PlacedSpan)]
    val paragraphs = settings.paragraphMinWords.fold(none) { minWords =>
      documents.join(ranks)((row, place) => placed(place, textOf(row, text).flatMap(_.paragraphs(minWords))))
        .flatMap(found => found)
    }
    val runs = settings.substringMinWords.fold(none)(repeatedRuns(documents, ranks, _))
    Shuffles.keep(shuffles.grouped(paragraphs ++ runs)(key => (key.high, key.low)).mapPartitions(laterOnes))
  }

  private def repeatedRuns(
      documents: DocumentRows,
      ranks: RDD[(RowPosition, Place)],
      minWords: Int
  ): RDD[(PassageKey, PlacedSpan)] = {
    val text = documents.schema.fieldIndex(Columns.TEXT)
    val size = (minWords + 1) / 2
    val prints = documents.join(ranks) { (row, place) =>
      textOf(row, text).flatMap { words =>
        words.fingerprints(size, minWords - size + 1).map { word =>
          PassageKey(words.gram(word, size), 0L, place.rank, word) -> PlacedSpan(place.position, word, word)
        }
      }
    }.flatMap(found => found)
    val repeated = shuffles.grouped(prints)(_.high).mapPartitions(repeatedOnes)
    val places = RowPosition.joinAll(documents.rows, ranks)((row, place) => Iterator.single((row, place)))
    RowPosition.joinSpans(places, repeated) { case ((row, place), words) =>
      if (place.isEmpty || words.isEmpty) Iterator.empty
      else runsAround(textOf(row, text), place.get, words, minWords)
    }.flatMap(found => found)
  }
}

object RepeatedPassages {
  private[dedup] final case class Place(position: RowPosition, rank: Long)

  private def textOf(row: InternalRow, ordinal: Int): Iterator[PassageText] =
    if (row.isNullAt(ordinal) || row.getUTF8String(ordinal).numBytes > PassageText.MAX_BYTES) Iterator.empty
    else Iterator.single(PassageText.of(row.getUTF8String(ordinal).getBytes))

  private def placed(place: Place, passages: Iterator[Passage]): Iterator[(PassageKey, PlacedSpan)] =
    passages.map { passage =>
      PassageKey(passage.high, passage.low, place.rank, passage.start) ->
        PlacedSpan(place.position, passage.start, passage.end)
    }

  /** Runs of `minWords` words that hold one of the fingerprints, of which `words` has the first words twice. */
  private def runsAround(
      texts: Iterator[PassageText],
      place: Place,
      words: Array[Int],
      minWords: Int
  ): Iterator[(PassageKey, PlacedSpan)] = placed(
    place,
    texts.flatMap(text => text.runs(minWords, startsAround(words, minWords, text.wordCount)))
  )

  /** All but the first of each group, and but those that overlap with it in its own text. */
  private def laterOnes(sorted: Iterator[(PassageKey, PlacedSpan)]): Iterator[PlacedSpan] = {
    var first = Option.empty[(PassageKey, PlacedSpan)]
    sorted.flatMap { case (key, span) =>
      val known = first.filter { case (before, _) => before.high == key.high && before.low == key.low }
      if (known.isEmpty) first = Some((key, span))
      known.collect { case (before, kept) if before.rank != key.rank || span.start >= kept.end => span }
    }
  }

  /** All of each group of two or more, each as soon as the next one is known. */
  private def repeatedOnes(sorted: Iterator[(PassageKey, PlacedSpan)]): Iterator[PlacedSpan] = {
    val rows = sorted.buffered
    var isRepeated = false
    rows.flatMap { case (key, span) =>
      val isFollowed = rows.headOption.exists(_._1.high == key.high)
      val isFound = isRepeated || isFollowed
      isRepeated = isFollowed
      Option.when(isFound)(span)
    }
  }

  private def startsAround(words: Array[Int], minWords: Int, wordCount: Int): Iterator[Int] = {
    val size = (minWords + 1) / 2
    var next = 0
    words.iterator.flatMap { word =>
      val from = math.max(next, word + size - minWords)
      val to = math.min(word, wordCount - minWords)
      next = math.max(next, to + 1)
      (from to to).iterator
    }
  }
}
