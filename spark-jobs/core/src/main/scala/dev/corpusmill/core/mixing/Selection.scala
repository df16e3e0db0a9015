package dev.corpusmill.core.mixing

/**
 * Rows that stand at one place of their domain's order: a document, or the equal rows that repeat it.
 *
 * @param key selection key in the epoch at hand
 * @param tie tells documents of equal id apart
 */
final case class Place(key: Long, docId: String, tie: Long) {
  def isOf(candidate: Candidate): Boolean = candidate.docId == docId && candidate.tie == tie
}

object Place {
  implicit val ORDER: Ordering[Place] = Ordering.by(place => (place.key, place.docId, place.tie))
}

/**
 * Where the last epoch of a domain ends: what stands before `place` is taken whole; of the rows at it, the
 * first `wholeCopies` whole and of the next one its first `cutTokens` tokens.
 *
 * @param length tokens of each row at the place
 * @param copies rows at the place
 */
final case class Boundary(place: Place, length: Long, copies: Long, wholeCopies: Long, cutTokens: Long) {
  def tokens: Long = wholeCopies * length + cutTokens

  def selectedCopies: Long = wholeCopies + (if (cutTokens > 0) 1 else 0)
}

/** What is taken from a domain: everything in each of the `fullEpochs` first epochs, and the next up to `boundary`. */
final case class DomainSelection(
    fullEpochs: Int,
    boundary: Option[Boundary],
    quota: Long,
    selectedDocuments: Long
) {
  def epochs: Int = fullEpochs + boundary.size
}

/** A document's use in one epoch: the first `tokens` of its own stream, at `order` in the stream of all domains. */
final case class Piece(epoch: Int, tokens: Long, order: Long)

/** A row as selection sees it; `occurrence` counts equal rows at one place from 1. */
final case class Candidate(domain: String, docId: String, tie: Long, length: Long, occurrence: Long)

/** Which pieces of which documents make the mix. */
final case class MixSelection(seed: Long, domains: Map[String, DomainSelection]) {

  def totalTokens: Long = domains.values.map(_.quota).sum

  /** Every use of a document; empty where it is not selected. */
  def piecesOf(candidate: Candidate): Seq[Piece] = {
    val domain = domains.get(candidate.domain)
    val whole = (0 until domain.fold(0)(_.fullEpochs)).map(wholePiece(_, candidate))
    whole ++ domain.flatMap(lastPiece(_, candidate)).filter(_.tokens > 0)
  }

  /** As `piecesOf`, without the last epoch of the rows that stand at its end. */
  def piecesOffBoundary(candidate: Candidate): Seq[Piece] = {
    val domain = domains.get(candidate.domain)
    val atEnd = domain.flatMap(_.boundary).exists(_.place.isOf(candidate))
    if (atEnd) (0 until domain.fold(0)(_.fullEpochs)).map(wholePiece(_, candidate)) else piecesOf(candidate)
  }

  /** What the rows at the ends of last epochs give, put together for each place. */
  def boundaryPieces: Seq[Piece] =
    for {
      domain <- domains.values.toSeq
      boundary <- domain.boundary
    } yield Piece(
      domain.fullEpochs,
      boundary.tokens,
      MixOrder.keysOf(seed, domain.fullEpochs, boundary.place.docId).order
    )

  /** Whether several rows stand at the end of the domain's last epoch, and this is one of them. */
  def isRepeatedBoundary(domain: String, docId: String, tie: Long): Boolean =
    domains.get(domain).flatMap(_.boundary).exists { boundary =>
      boundary.copies > 1 && boundary.place.docId == docId && boundary.place.tie == tie
    }

  /** Whether `isRepeatedBoundary` holds for any row. */
  def hasRepeatedBoundary: Boolean = domains.values.flatMap(_.boundary).exists(_.copies > 1)

  private def wholePiece(epoch: Int, candidate: Candidate): Piece =
    Piece(epoch, candidate.length, MixOrder.keysOf(seed, epoch, candidate.docId).order)

  private def lastPiece(domain: DomainSelection, candidate: Candidate): Option[Piece] =
    domain.boundary.map { boundary =>
      val keys = MixOrder.keysOf(seed, domain.fullEpochs, candidate.docId)
      Piece(domain.fullEpochs, tokensUpTo(boundary, candidate, keys.selection), keys.order)
    }

  private def tokensUpTo(boundary: Boundary, candidate: Candidate, key: Long): Long = {
    val position = Place.ORDER.compare(Place(key, candidate.docId, candidate.tie), boundary.place)
    if (position < 0) candidate.length
    else if (position > 0 || candidate.occurrence > boundary.selectedCopies) 0L
    else if (candidate.occurrence <= boundary.wholeCopies) candidate.length
    else boundary.cutTokens
  }
}
