package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import dev.corpusmill.core.dedup.{
  DedupSettings,
  DocumentRows,
  EarlierSignature,
  EarlierVersion,
  KeptSignature,
  MinHash
}
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow
import org.apache.spark.sql.catalyst.util.ArrayData
import org.apache.spark.sql.functions.col
import org.apache.spark.sql.types._
import org.apache.spark.sql.SparkSession
import org.apache.spark.unsafe.types.UTF8String

/** Earlier versions that dedup compares with, and the signatures that it keeps for later ones (role `signatures`). */
object EarlierInputs {
  private val SHORT_KEY_LENGTH = 12

  /** Spark's column of the file that a row is read from. */
  private val FILE_NAME = "_metadata.file_name"

  /** As [[RoleWriter]] names files. */
  private val PART = "part-(\\d+)(?:-\\d+)?\\.parquet".r

  /** Columns of role `signatures` (docs/contracts/document.md), and the role itself. */
  val SCHEMA: StructType = StructType(
    Seq(
      StructField("role", StringType),
      StructField("doc_id", StringType),
      StructField("text_hash", StringType),
      StructField("survivor", StringType),
      StructField("similarity", DoubleType),
      StructField("band_keys", ArrayType(LongType, containsNull = false))
    )
  )

  /** What the files of the role hold. */
  val PLAN: RolePlan = RolePlan(Role.SIGNATURES, SCHEMA.fieldNames.toSeq.tail)

  /** `dataset@` and the first digits of the version key. */
  def nameOf(version: InputVersion): String =
    s"${version.reference.dataset}@${version.reference.versionKey.take(SHORT_KEY_LENGTH)}"

  /**
   * Checks and opens an earlier version: its signatures, and on demand the parts of its documents that are compared, each
   * of which is checked first. Signatures stand in the part that their documents stand in. Raises SIGNATURES_DIFFER
   * where it cannot be compared with.
   */
  def open(
      spark: SparkSession,
      version: InputVersion,
      job: JobSpec,
      settings: DedupSettings
  ): EarlierVersion = {
    checkComparable(version, job, settings)
    version.verify(spark, Role.SIGNATURES)
    val frame = version.read(spark, Role.SIGNATURES).select((PLAN.columns :+ FILE_NAME).map(col): _*)
    EarlierVersion(
      nameOf(version),
      StagedRows.of(frame).rows.mapPartitions(signaturesOf),
      parts => documentsIn(spark, version, parts)
    )
  }

  private def documentsIn(spark: SparkSession, version: InputVersion, parts: Set[Int]): DocumentRows = {
    val compared = version.only(path => parts.contains(partOf(path)))
    compared.verify(spark, Role.DOCUMENTS)
    val texts = StagedRows.views(compared.read(spark, Role.DOCUMENTS).select("doc_id", "text"))
    DocumentRows(texts.rows, texts.schema)
  }

  private def partOf(path: String): Int = path.substring(path.lastIndexOf('/') + 1) match {
    case PART(number) => number.toInt
    case other => throw new IllegalArgumentException(s"$other is no part of a role")
  }

  /** Rows of role `signatures`. */
  def rowsOf(signatures: RDD[KeptSignature]): StagedRows = StagedRows(signatures.map(rowOf), SCHEMA)

  private def checkComparable(version: InputVersion, job: JobSpec, settings: DedupSettings): Unit = {
    val theirs = version.manifest.get("settings")
    val isDedup = version.reference.stage == job.stage && version.fileUris(Role.SIGNATURES).nonEmpty
    if (!isDedup) throw differ(version, "it keeps no signatures; only versions of dedup do")
    if (settings.fuzzy.nonEmpty) {
      val own = DedupSettingsParser.signatureParts(job.settings)
      val different =
        if (theirs.path("fuzzy").isNull) Seq("fuzzy is off")
        else DedupSettingsParser.signatureParts(theirs).toSeq.sorted.collect {
          case (name, value) if own(name) != value => s"$name is $value, not ${own(name)}"
        }
      if (different.nonEmpty) throw differ(version, different.mkString(", "))
      // Versions from before this number was written have 1.
      val way = version.manifest.at("/report/fuzzy/signatureVersion").asInt(1)
      if (way != MinHash.VERSION)
        throw differ(
          version,
          s"its signatures are of version $way, not ${MinHash.VERSION}",
          "run its recipe again"
        )
    }
  }

  private def signaturesOf(rows: Iterator[InternalRow]): Iterator[EarlierSignature] = {
    val parts = scala.collection.mutable.Map.empty[String, Int]
    rows.map { row =>
      val file = row.getUTF8String(5).toString
      signatureOf(row, parts.getOrElseUpdate(file, partOf(file)))
    }
  }

  private def signatureOf(row: InternalRow, part: Int): EarlierSignature = EarlierSignature(
    row.getUTF8String(0).toString,
    row.getUTF8String(1).toString,
    row.getUTF8String(2).toString,
    row.getDouble(3),
    row.getArray(4).toLongArray(),
    part
  )

  private def rowOf(signature: KeptSignature): InternalRow = new GenericInternalRow(
    Array[Any](
      UTF8String.fromString(Role.SIGNATURES),
      UTF8String.fromString(signature.docId),
      UTF8String.fromString(signature.textHash),
      UTF8String.fromString(signature.survivor),
      signature.similarity,
      ArrayData.toArrayData(signature.bandKeys)
    )
  )

  private def differ(
      version: InputVersion,
      why: String,
      remedy: String = "use its settings"
  ): CorpusmillError = new CorpusmillError(
    "SIGNATURES_DIFFER",
    s"dedup cannot be against ${nameOf(version)}: $why; $remedy, or leave it out of 'against'",
    Map("version" -> nameOf(version))
  )
}
