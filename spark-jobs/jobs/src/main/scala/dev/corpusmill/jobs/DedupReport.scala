package dev.corpusmill.jobs

import dev.corpusmill.core.dedup._

import scala.collection.immutable.{SortedMap, VectorMap}

/** The dedup stage's part of the manifest: what LSH could find, what was found, and who lost how much. */
object DedupReport {
  private val SIMILARITIES = (50 to 100 by 5).map(_ / 100.0)
  private val PROBABILITY_DIGITS = 6

  def build(
      run: DedupRun,
      result: DedupResult,
      removed: Map[String, RemovedOfSource],
      cut: CutRows
  ): Map[String, Any] =
    VectorMap[String, Any](
      "exact" -> run.settings.exact,
      "fuzzy" -> run.settings.fuzzy.zip(result.fuzzy).map { case (fuzzySettings, fuzzy) =>
        fuzzyNode(fuzzySettings, fuzzy) ++
          Seq("cappedDocuments" -> result.cappedDocuments, "cappedBuckets" -> result.cappedBuckets)
      },
      "survivors" -> run.settings.survivors.map(column =>
        s"${column.name} ${if (column.isDescending) "desc" else "asc"}"
      ),
      "against" -> run.earlier.map(version => againstNode(version.name, result)),
      "passages" -> cut.passages.map(passagesNode),
      "clusterSizes" -> clusterSizes(result),
      "removedBySource" -> SortedMap.from(removed.map { case (source, of) =>
        source -> VectorMap[String, Any](
          "documents" -> of.documents,
          "removed" -> of.removed,
          "fraction" -> of.fraction
        )
      })
    )

  private def fuzzyNode(settings: FuzzySettings, result: FuzzyReport): Map[String, Any] =
    VectorMap[String, Any](
      "shingleWords" -> settings.shingleWords,
      "bands" -> settings.bands,
      "rows" -> settings.rows,
      "minJaccard" -> settings.minJaccard,
      "seed" -> settings.seed,
      "maxShingles" -> settings.maxShingles,
      "signatureVersion" -> MinHash.VERSION,
      "curve" -> SIMILARITIES.map { similarity =>
        VectorMap[String, Any]("similarity" -> similarity, "probability" -> probability(settings, similarity))
      },
      "candidatePairs" -> result.rounds.map(_.candidatePairs).sum,
      "verifiedPairs" -> result.rounds.map(_.verifiedPairs).sum,
      "componentRounds" -> result.rounds.map(_.componentRounds).sum,
      "greedyRounds" -> result.rounds.size,
      "undecidedKept" -> result.undecidedAtEnd,
      "rounds" -> result.rounds.map(roundNode)
    )

  private def againstNode(name: String, result: DedupResult): Map[String, Any] = VectorMap[String, Any](
    "version" -> name,
    "removedByReason" -> SortedMap.from(
      result.decisions
        .filter(_.detail.contains(name))
        .flatMap(_.reason)
        .map(_ -> 1L)
        .reduceByKey(_ + _)
        .collect()
        .toMap
    )
  )

  private def passagesNode(found: FoundPassages): Map[String, Any] = VectorMap[String, Any](
    "repeated" -> found.spans.count(),
    "documents" -> found.spans.map(_.position).distinct().count(),
    "skippedDocuments" -> found.skippedDocuments
  )

  private def roundNode(round: FuzzyRound): Map[String, Any] = VectorMap[String, Any](
    "undecided" -> round.undecided,
    "candidatePairs" -> round.candidatePairs,
    "verifiedPairs" -> round.verifiedPairs,
    "componentRounds" -> round.componentRounds,
    "removed" -> round.removed
  )

  private def probability(settings: FuzzySettings, similarity: Double): Double =
    BigDecimal(settings.minHash.candidateProbability(similarity))
      .setScale(PROBABILITY_DIGITS, BigDecimal.RoundingMode.HALF_EVEN)
      .toDouble

  /** Kept documents by the power of two that their cluster's size reaches: 1, 2-3, 4-7, … */
  private def clusterSizes(result: DedupResult): Seq[Map[String, Any]] =
    result.decisions
      .flatMap(_.clusterSize)
      .map(size => java.lang.Long.highestOneBit(size) -> ClusterCount(1L, size))
      .reduceByKey(_ + _)
      .collect()
      .toSeq
      .sortBy(_._1)
      .map { case (least, count) =>
        VectorMap[String, Any](
          "from" -> least,
          "to" -> (least * 2 - 1),
          "clusters" -> count.clusters,
          "documents" -> count.documents
        )
      }
}

/** Clusters, and the documents in them. */
private final case class ClusterCount(clusters: Long, documents: Long) {
  def +(other: ClusterCount): ClusterCount =
    ClusterCount(clusters + other.clusters, documents + other.documents)
}
