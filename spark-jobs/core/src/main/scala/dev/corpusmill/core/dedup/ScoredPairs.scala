package dev.corpusmill.core.dedup

/** Pairs in order, none of them twice, with the similarity of each: 24 bytes a pair. */
private[dedup] final class ScoredPairs private (pairs: EdgeBuffer, similarities: Array[Double]) {

  /** The pairs that are similar enough, in order. */
  def atOrAbove(minJaccard: Double): Iterator[ScoredPair] =
    similarities.indices.iterator
      .filter(similarities(_) >= minJaccard)
      .map(index => ScoredPair(pairs(index), similarities(index)))

  /** The similarity of a pair that is one of these. */
  def find(pair: Edge): Option[Double] = Option(pairs.indexOf(pair)).filter(_ >= 0).map(similarities(_))
}

private[dedup] object ScoredPairs {

  /** `pairs` are sorted, and must not be changed afterwards. */
  def of(pairs: EdgeBuffer)(similarityOf: Edge => Double): ScoredPairs =
    new ScoredPairs(pairs, Array.tabulate(pairs.length)(index => similarityOf(pairs(index))))
}
