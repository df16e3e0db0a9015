package dev.corpusmill.core.mixing

/** A tokenized document of a test. */
final case class TestDocument(
    doc_id: String,
    source: String,
    domain: String,
    url: String,
    tokens: Array[Int],
    token_count: Int
) {
  def length: Long = token_count + 1L
}

object TestDocument {
  def apply(id: Int, domain: String, tokens: Int): TestDocument =
    TestDocument(
      f"$id%032x",
      "s",
      domain,
      s"http://$domain.example/$id",
      Array.tabulate(tokens)(id * 100 + _),
      tokens
    )
}

/** A use of a document in the stream, by the rules and nothing but sorting and counting. */
final case class ReferencePiece(docId: String, epoch: Int, tokens: Long)

/** Mixing on one machine, in one list: what the Spark jobs must equal. */
object ReferenceMix {

  /** The stream in order. Rows of equal id must be equal. */
  def stream(documents: Seq[TestDocument], settings: MixSettings): Seq[ReferencePiece] = {
    val usable = documents.filter(_.token_count > 0)
    val byDomain = usable.groupBy(_.domain)
    val supplies = byDomain.map { case (domain, rows) =>
      domain -> DomainSupply(rows.map(_.length).sum, rows.size.toLong)
    }
    val quotas = Quotas.plan(settings, supplies)
    byDomain.toSeq
      .flatMap { case (domain, rows) => take(rows, quotas(domain), settings) }
      .sortBy(piece =>
        (
          MixOrder.keysOf(settings.seed, piece.epoch, piece.docId).order,
          piece.docId,
          piece.epoch,
          piece.tokens
        )
      )
  }

  private def take(rows: Seq[TestDocument], quota: Long, settings: MixSettings): Seq[ReferencePiece] = {
    val uses = for {
      epoch <- 0 until settings.maxEpochs
      row <- rows.sortBy(row => (MixOrder.keysOf(settings.seed, epoch, row.doc_id).selection, row.doc_id))
    } yield ReferencePiece(row.doc_id, epoch, row.length)
    val starts = uses.scanLeft(0L)(_ + _.tokens)
    uses.zip(
      starts
    ).map { case (use, start) => use.copy(tokens = use.tokens.min(quota - start)) }.filter(_.tokens > 0)
  }
}
