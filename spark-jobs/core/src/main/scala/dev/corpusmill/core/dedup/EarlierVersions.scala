package dev.corpusmill.core.dedup

import dev.corpusmill.core.Columns
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.StructType

/**
 * What dedup kept of one document of an earlier version. A document that fell to a near duplicate there is listed with
 * its survivor and their similarity, and without bucket keys.
 *
 * @param part which part of the version's documents has its text
 */
final case class EarlierSignature(
    docId: String,
    textHash: String,
    survivor: String,
    similarity: Double,
    bandKeys: Array[Long],
    part: Int
)

/**
 * An earlier version: its name and what was kept of its documents.
 *
 * @param documentsIn the documents that stayed, of the given parts only
 */
final case class EarlierVersion(
    name: String,
    signatures: RDD[EarlierSignature],
    documentsIn: Set[Int] => DocumentRows
)

/** A document that an earlier version has. */
private[dedup] final case class EarlierReference(version: Int, docId: String)

private[dedup] object EarlierReference {
  implicit val ordering: Ordering[EarlierReference] = Ordering.by(of => (of.docId, of.version))
}

/** A new document that may be a near duplicate of an earlier one, which stands in a part of its version. */
private[dedup] final case class EarlierPair(
    earlier: EarlierReference,
    part: Int,
    docId: String,
    position: RowPosition
)

private[dedup] object EarlierPair {
  implicit val ordering: Ordering[EarlierPair] = Ordering.by(pair => (pair.earlier, pair.docId))
}

/** The new rows: in `input` with their texts, and what is known of each. */
private[dedup] final case class NewRows(input: DocumentRows, signatures: RDD[Signature])

/**
 * Documents by what earlier versions have of their doc_ids.
 *
 * @param known with why they go
 * @param others whose doc_id no earlier version has
 */
private[dedup] final case class ByDocId(known: RDD[(DocumentHead, Removal)], others: RDD[DocumentHead]) {

  /** Removals by doc_id. */
  def removals: RDD[(String, Removal)] = known.map { case (document, removal) => document.docId -> removal }
}

/**
 * What earlier versions have of the new documents.
 *
 * @param cappedBuckets shared buckets with more earlier documents than a new one is compared with
 */
private[dedup] final case class EarlierFound(removals: RDD[(String, Removal)], cappedBuckets: Long)

/** A bucket's entry; those of earlier versions come first, and of their positions only the partition, the part, is known. */
private[dedup] final case class EarlierEntry(
    bucket: Long,
    isNew: Boolean,
    reference: EarlierReference,
    position: RowPosition
)

private[dedup] object EarlierEntry {
  implicit val ordering: Ordering[EarlierEntry] =
    Ordering.by(entry => (entry.bucket, entry.isNew, entry.reference))
}

/**
 * Finds the new documents that earlier versions have already: by doc_id, by text, and as near duplicates, each of which
 * is compared with the text of the earlier document. Earlier versions always win and are never changed.
 *
 * Of them only ids and bucket keys are used that the new documents share, by a filter of bounded size, and only those
 * parts are read whose documents share a bucket with a new one: beyond reading the earlier signatures once, the work
 * grows with the new version.
 */
private[dedup] final case class EarlierVersions(
    settings: DedupSettings,
    versions: Seq[EarlierVersion],
    rows: NewRows,
    shuffles: Shuffles,
    hotRows: Long
) {
  import EarlierVersions._

  /** Documents of earlier versions that may share an id, a text or a bucket with a new one. */
  private lazy val near = Shuffles.keep(sharedWith(rows.signatures))
  private lazy val nearCount = near.count()

  /** The documents whose doc_id an earlier version has, which stand for no other document, and those that may. */
  def byDocId(documents: RDD[DocumentHead]): ByDocId = {
    val ids = documents.sparkContext.broadcast(
      KeyFilter.of(near, nearCount)(of => Iterator.single(KeyFilter.keyOf(of._2.docId)))
    )
    val wanted = documents.filter(hasIdOf(ids.value, _)).map(document => document.docId -> document)
    val looked = Shuffles.keep(
      shuffles.lookup(bestBy(_.docId, Removal.DUPLICATE_ID), wanted)((_, removal, document) =>
        (document, removal)
      )
    )
    ByDocId(
      looked.collect { case (document, Some(removal)) => (document, removal) },
      documents.filter(!hasIdOf(ids.value, _)) ++ looked.collect { case (document, None) => document }
    )
  }

  /** What goes, by doc_id, of the documents at the given positions, which have unique texts and no known doc_ids. */
  def removals(heads: RDD[RowPosition]): EarlierFound = {
    val documents =
      Shuffles.keep(RowPosition.join(rows.signatures, heads.map(_ -> 0.toByte))((row, _) => row))
    val same = Shuffles.keep(sameTexts(documents))
    settings.fuzzy.fold(EarlierFound(same, 0L)) { fuzzy =>
      val found = Shuffles.keep(candidates(without(documents, same)))
      val pairs = Shuffles.keep(shuffles.distinct(found.collect { case Right(pair) => pair }))
      val count = pairs.count()
      val removals = if (count == 0) same else same ++ Shuffles.keep(nearDuplicates(fuzzy, pairs, count))
      EarlierFound(removals, found.filter(_.isLeft).count())
    }
  }

  private def sharedWith(documents: RDD[Signature]): RDD[(Int, EarlierSignature)] = {
    val keysPerDocument = 2L + settings.fuzzy.fold(0)(_.bands)
    val filter = KeyFilter.of(documents, documents.count() * keysPerDocument) { document =>
      Iterator(KeyFilter.keyOf(document.head.docId), KeyFilter.keyOf(document.head.textHash)) ++
        document.bandKeys
    }
    val shared = documents.sparkContext.broadcast(filter)
    val fuzzy = settings.fuzzy
    val found = versions.zipWithIndex.map { case (version, index) =>
      version.signatures
        .filter(document => isVerified(fuzzy, document) && mayShare(document, shared.value))
        .map(index -> _)
    }
    documents.sparkContext.union(found)
  }

  private def sameTexts(documents: RDD[Signature]): RDD[(String, Removal)] =
    if (!settings.exact) documents.sparkContext.emptyRDD
    else {
      val wanted = documents.map(document => document.head.textHash -> document.head.docId)
      shuffles
        .lookup(bestBy(_.textHash, Removal.EXACT_DUPLICATE), wanted)((_, removal, docId) =>
          removal.map(docId -> _)
        )
        .flatMap(found => found)
    }

  /** For each key the best document with it: of the first version, not a near duplicate, the least doc_id. */
  private def bestBy(key: EarlierSignature => String, reason: String): RDD[(String, Removal)] = {
    val names = versions.map(_.name)
    shuffles.reduced(near.map { case (version, document) =>
      key(document) -> removalBy(document, reason, version, names(version))
    })(first)
  }

  private def without(documents: RDD[Signature], removed: RDD[(String, Removal)]): RDD[Signature] =
    shuffles
      .lookup(removed, documents.map(document => document.head.docId -> document))((_, found, document) =>
        Option.when(found.isEmpty)(document)
      )
      .flatMap(found => found)

  private def nearDuplicates(
      fuzzy: FuzzySettings,
      pairs: RDD[EarlierPair],
      count: Long
  ): RDD[(String, Removal)] = {
    val earlier = earlierShingles(fuzzy, pairs, count)
    val split = SplitKeys.of(pairs.map(_.earlier), count, hotRows)(of => KeyFilter.keyOf(of.docId))
    val signatures = Signatures(rows.input.schema, settings)
    val positions =
      shuffles.reduced(pairs.map(pair => pair.position -> pair.docId))((id, _) => id)
    val own = rows.input.join(positions)((row, docId) => docId -> signatures.encodedShingles(row, fuzzy))
    val withEarlier = shuffles.lookupSplit(earlier, pairs.map(pair => pair.earlier -> pair.docId))(split) {
      (reference, hashes, docId) => docId -> ((reference, hashes.getOrElse(Array.emptyByteArray)))
    }
    val names = versions.map(_.name)
    val scored = shuffles.lookup(own, withEarlier) { case (docId, hashes, (reference, earlierHashes)) =>
      val similarity = Jaccard.similarity(hashes.getOrElse(Array.emptyByteArray), earlierHashes)
      val detail = Some(names(reference.version))
      docId -> Removal(reference.docId, similarity, Removal.FUZZY_DUPLICATE, detail, reference.version)
    }
    shuffles.reduced(scored.filter(_._2.similarity >= fuzzy.minJaccard))(nearest)
  }

  /**
   * New documents with documents of earlier versions that share a bucket, of each bucket MAX_PER_BUCKET at most; and
   * the buckets that have more, each once.
   */
  private def candidates(documents: RDD[Signature]): RDD[Either[Long, EarlierPair]] = {
    val buckets = KeyFilter.of(near, nearCount * settings.fuzzy.fold(0)(_.bands))(_._2.bandKeys.iterator)
    val shared = documents.sparkContext.broadcast(buckets)
    val earlier = near.flatMap { case (version, document) =>
      document.bandKeys.iterator.map(EarlierEntry(
        _,
        isNew = false,
        EarlierReference(version, document.docId),
        RowPosition(document.part, -1L)
      ))
    }
    val own = documents.flatMap { document =>
      val reference = EarlierReference(-1, document.head.docId)
      document.bandKeys.iterator
        .filter(shared.value.mayContain)
        .map(EarlierEntry(_, isNew = true, reference, document.head.position))
    }
    val entries = shuffles.grouped((earlier ++ own).map(_ -> 0.toByte))(_.bucket)
    entries.mapPartitions(sorted => pairsOfSorted(sorted.map(_._1)))
  }

  /** The encoded shingles of the earlier documents of pairs. */
  private def earlierShingles(
      fuzzy: FuzzySettings,
      pairs: RDD[EarlierPair],
      count: Long
  ): RDD[(EarlierReference, Array[Byte])] = {
    val wanted = pairs.sparkContext.broadcast(
      KeyFilter.of(pairs, count)(pair => Iterator.single(KeyFilter.keyOf(pair.earlier.docId)))
    )
    val parts = pairs.map(pair => (pair.earlier.version, pair.part)).distinct().collect()
    val found = parts.groupMap(_._1)(_._2).toSeq.sortBy(_._1).map { case (index, ofVersion) =>
      val documents = versions(index).documentsIn(ofVersion.toSet)
      val texts = EarlierTexts(documents.schema, fuzzy)
      documents.rows.mapPartitions(_.flatMap(texts.shinglesOf(_, index, wanted.value)))
    }
    pairs.sparkContext.union(found)
  }
}

private object EarlierVersions {

  /** Documents of earlier versions that one bucket gives each new document to be compared with. */
  private val MAX_PER_BUCKET = 16

  /** Whether what a document fell to there is a near duplicate here too: its own text stands for it then. */
  private def isVerified(fuzzy: Option[FuzzySettings], document: EarlierSignature): Boolean =
    document.docId == document.survivor || fuzzy.exists(document.similarity >= _.minJaccard)

  /** Whether it may have one of some doc_ids. */
  private def hasIdOf(ids: KeyFilter, document: DocumentHead): Boolean =
    ids.mayContain(KeyFilter.keyOf(document.docId))

  private def mayShare(document: EarlierSignature, filter: KeyFilter): Boolean =
    filter.mayContain(KeyFilter.keyOf(document.docId)) ||
      filter.mayContain(KeyFilter.keyOf(document.textHash)) ||
      document.bandKeys.exists(filter.mayContain)

  private def removalBy(document: EarlierSignature, reason: String, version: Int, name: String): Removal = {
    val isNear = document.docId != document.survivor && reason != Removal.DUPLICATE_ID
    val kind = if (isNear) Removal.FUZZY_DUPLICATE else reason
    val similarity = if (reason == Removal.DUPLICATE_ID) Double.NaN else document.similarity
    Removal(document.survivor, similarity, kind, Some(name), version)
  }

  private def first(one: Removal, other: Removal): Removal =
    if (Removal.ordering.lteq(one, other)) one else other

  private def nearest(one: Removal, other: Removal): Removal =
    if (one.similarity == other.similarity) first(one, other)
    else if (one.similarity > other.similarity) one
    else other

  private def pairOf(earlier: EarlierEntry, own: EarlierEntry): EarlierPair =
    EarlierPair(earlier.reference, earlier.position.partition, own.reference.docId, own.position)

  private def pairsOfSorted(sorted: Iterator[EarlierEntry]): Iterator[Either[Long, EarlierPair]] = {
    var bucket = Option.empty[Long]
    var earlier = Vector.empty[EarlierEntry]
    var isCapped = false
    sorted.flatMap { entry =>
      if (!bucket.contains(entry.bucket)) {
        earlier = Vector.empty
        isCapped = false
      }
      bucket = Some(entry.bucket)
      if (entry.isNew) {
        val capped = Option.when(isCapped)(Left(entry.bucket)).iterator
        isCapped = false
        capped ++ earlier.iterator.map(of => Right(pairOf(of, entry)))
      } else {
        if (earlier.size < MAX_PER_BUCKET) earlier = earlier :+ entry else isCapped = true
        Iterator.empty
      }
    }
  }
}

/** Reads shingles of an earlier version's documents. */
private final case class EarlierTexts(schema: StructType, fuzzy: FuzzySettings) {
  private val docId = schema.fieldIndex(Columns.DOC_ID)
  private val text = schema.fieldIndex(Columns.TEXT)

  def shinglesOf(
      row: InternalRow,
      version: Int,
      wanted: KeyFilter
  ): Option[(EarlierReference, Array[Byte])] = {
    val id = row.getUTF8String(docId).toString
    Option.when(wanted.mayContain(KeyFilter.keyOf(id))) {
      val bytes = row.getUTF8String(text).getBytes
      EarlierReference(version, id) ->
        ShingleHashes.setOf(bytes, fuzzy.shingleWords, fuzzy.maxShingles).encode
    }
  }
}
