package dev.corpusmill.core.mixing

/** Rows of one domain whose key begins with `prefix`. */
private[mixing] final case class BucketSum(prefix: Long, tokens: Long, documents: Long)

/** Rows that stand at one place. */
private[mixing] final case class PlaceGroup(place: Place, length: Long, copies: Long)

/** Where a domain's last epoch ends, and how many documents it uses. */
private[mixing] final case class EpochEnd(boundary: Boundary, documents: Long)

/**
 * The part of a domain's order in which its last epoch ends: keys whose first `bits` bits are `prefix`.
 *
 * @param rest tokens still to be taken, all from within the range
 * @param documents rows in the range
 * @param before rows taken before the range
 */
private[mixing] final case class KeyRange(
    epoch: Int,
    bits: Int,
    prefix: Long,
    rest: Long,
    documents: Long,
    before: Long
) {

  def holds(key: Long): Boolean = MixOrder.prefixOf(key, bits) == prefix

  /** Whether its rows may be looked at one by one. */
  def isSmall: Boolean = documents <= KeyRange.SMALL_ROWS || bits + KeyRange.ROUND_BITS > MixOrder.KEY_BITS

  /** The one of `buckets` (in order of prefix) in which the last token is. */
  def narrowed(buckets: Seq[BucketSum], newBits: Int): KeyRange = {
    val ends = buckets.scanLeft(0L)(_ + _.tokens).tail
    val at = ends.indexWhere(_ >= rest)
    val passed = buckets.take(at)
    KeyRange(
      epoch,
      newBits,
      buckets(at).prefix,
      rest - passed.map(_.tokens).sum,
      buckets(at).documents,
      before + passed.map(_.documents).sum
    )
  }

  /** The place in `groups` (all of the range, in order) in which the last token is. */
  def endIn(groups: Seq[PlaceGroup]): EpochEnd = {
    val ends = groups.scanLeft(0L)((sum, group) => sum + group.length * group.copies).tail
    val at = ends.indexWhere(_ >= rest)
    val group = groups(at)
    val left = rest - (ends(at) - group.length * group.copies)
    val boundary = Boundary(group.place, group.length, group.copies, left / group.length, left % group.length)
    EpochEnd(boundary, before + groups.take(at).map(_.copies).sum + boundary.selectedCopies)
  }
}

private[mixing] object KeyRange {

  /** Bits of the key by which a range is narrowed at once: at most 2^12 sums for each domain. */
  val ROUND_BITS = 12

  /** Rows that come to the driver for each domain; about 100 bytes each. */
  val SMALL_ROWS = 4096L

  /** The whole order of a domain with `supply`, in which an epoch of `rest` tokens ends. */
  def whole(epoch: Int, rest: Long, supply: DomainSupply): KeyRange =
    KeyRange(epoch, 0, 0L, rest, supply.documents, 0L)
}
