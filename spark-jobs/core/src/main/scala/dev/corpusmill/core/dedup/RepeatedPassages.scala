package dev.corpusmill.core.dedup

import dev.corpusmill.core.Columns
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow

/** Part of the text of the document at a position. */
final case class PlacedSpan(position: RowPosition, start: Int, end: Int)

object PlacedSpan {
  implicit val ordering: Ordering[PlacedSpan] = (left: PlacedSpan, right: PlacedSpan) => {
    val byPosition = RowPosition.ordering.compare(left.position, right.position)
    val byStart = if (byPosition != 0) byPosition else java.lang.Integer.compare(left.start, right.start)
    if (byStart != 0) byStart else java.lang.Integer.compare(left.end, right.end)
  }
}

/** A document that stays: its place in the survivor order, and the bytes of its text. */
final case class KeptDocument(survivor: SurvivorKey, textBytes: Int)

/** The spans to cut, and how many documents were too long to look for any ([[PassageText.MAX_BYTES]]). */
final case class FoundPassages(spans: RDD[PlacedSpan], skippedDocuments: Long)

/**
 * Exact repetitions within and between the documents that stay: paragraphs, and runs of at least so many words. Of each
 * the first occurrence in survivor order stays, and all others are cut from their texts,
 * but for what overlaps with the first in its own text.
 *
 * Runs are found by fingerprints first ([[PassageText.fingerprints]], about one in thirteen words for runs of 50), and
 * every run of words is looked at only around fingerprints that occur twice; the result is that of looking at all.
 *
 * Of a passage that many documents have, each task first settles what it has of it ([[PassageGroups]]), so that no task
 * gets more of it than a few from each other one.
 */
final case class RepeatedPassages(
    settings: PassageSettings,
    partitions: Int,
    maxTextBytes: Int = PassageText.MAX_BYTES
) {
  import RepeatedPassages._
  private val shuffles = Shuffles(partitions)

  /** The spans to cut are in UTF-16 indexes; `kept` are the documents that stay, by position. */
  def find(documents: DocumentRows, kept: RDD[(RowPosition, KeptDocument)]): FoundPassages = {
    val limit = maxTextBytes
    val ordered = shuffles.ordered(kept.map { case (position, document) =>
      document.survivor -> ((position, document.textBytes > limit))
    })
    val places = Shuffles.keep(ordered.zipWithIndex().map { case ((_, (position, isTooLong)), rank) =>
      Place(position, rank, isTooLong)
    })
    val ranks = places.filter(!_.isTooLong).map(place => place.position -> place)
    val texts = PassageSource(documents.schema.fieldIndex(Columns.TEXT))
    val none = documents.rows.sparkContext.emptyRDD[(PassageKey, PlacedSpan)]
    val paragraphs = settings.paragraphMinWords.fold(none) { minWords =>
      documents.join(ranks)((row, place) => placed(place, texts.of(row).flatMap(_.paragraphs(minWords))))
        .flatMap(found => found)
    }
    val runs = settings.substringMinWords.fold(none)(repeatedRuns(documents, ranks, _))
    FoundPassages(
      Shuffles.keep(PassageGroups(shuffles).laterOnes(paragraphs ++ runs)),
      places.filter(_.isTooLong).count()
    )
  }

  private def repeatedRuns(
      documents: DocumentRows,
      ranks: RDD[(RowPosition, Place)],
      minWords: Int
  ): RDD[(PassageKey, PlacedSpan)] = {
    val texts = PassageSource(documents.schema.fieldIndex(Columns.TEXT))
    val size = (minWords + 1) / 2
    val prints = documents.join(ranks) { (row, place) =>
      texts.of(row).flatMap { words =>
        words.fingerprints(size, minWords - size + 1).map { word =>
          PassageKey(words.gram(word, size), 0L, place.rank, word) -> PlacedSpan(place.position, word, word)
        }
      }
    }.flatMap(found => found)
    val repeated = PassageGroups(shuffles).repeatedOnes(prints)
    val places = RowPosition.joinAll(documents.rows, ranks)((row, place) => Iterator.single((row, place)))
    RowPosition.joinSpans(places, repeated) { case ((row, place), words) =>
      if (place.isEmpty || words.isEmpty) Iterator.empty
      else runsAround(texts.of(row), place.get, words, minWords)
    }.flatMap(found => found)
  }
}

object RepeatedPassages {
  private[dedup] final case class Place(position: RowPosition, rank: Long, isTooLong: Boolean)

  /** The texts of rows. */
  private final case class PassageSource(ordinal: Int) {
    def of(row: InternalRow): Iterator[PassageText] =
      if (row.isNullAt(ordinal)) Iterator.empty
      else Iterator.single(PassageText.of(row.getUTF8String(ordinal).getBytes))
  }

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
