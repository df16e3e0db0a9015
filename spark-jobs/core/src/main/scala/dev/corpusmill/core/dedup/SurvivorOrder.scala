package dev.corpusmill.core.dedup

/** Orders rows that have one doc_id: the smallest file and offset first. Partition and row tell equal rows apart. */
private[dedup] final case class IdKey(
    docId: String,
    warcUri: String,
    warcOffset: Long,
    source: String,
    partition: Int,
    row: Long
)

private[dedup] object IdKey {
  implicit val ordering: Ordering[IdKey] =
    Ordering.by(key => (key.docId, key.warcUri, key.warcOffset, key.source, key.partition, key.row))

  def of(row: Signature): IdKey =
    IdKey(row.docId, row.warcUri, row.warcOffset, row.source, row.partition, row.row)
}

/** Orders documents that have one text: the earliest fetch_time first, none last, then the smallest doc_id. */
private[dedup] final case class TextKey(
    textHash: String,
    hasNoTime: Boolean,
    fetchTime: String,
    docId: String
)

private[dedup] object TextKey {
  implicit val ordering: Ordering[TextKey] =
    Ordering.by(key => (key.textHash, key.hasNoTime, key.fetchTime, key.docId))

  def of(row: Signature): TextKey =
    TextKey(row.textHash, row.fetchTime == null, Option(row.fetchTime).getOrElse(""), row.docId)
}

/** The survivor order: the longest text first, then as for equal texts. */
private[dedup] final case class SurvivorKey(length: Int, hasNoTime: Boolean, fetchTime: String, docId: String)

private[dedup] object SurvivorKey {
  implicit val ordering: Ordering[SurvivorKey] =
    Ordering.by(key => (-key.length, key.hasNoTime, key.fetchTime, key.docId))

  def of(row: Signature): SurvivorKey =
    SurvivorKey(row.length, row.fetchTime == null, Option(row.fetchTime).getOrElse(""), row.docId)
}
