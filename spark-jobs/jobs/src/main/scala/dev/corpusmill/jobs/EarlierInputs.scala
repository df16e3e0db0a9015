package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import dev.corpusmill.core.dedup.{
  DedupSettings,
  DocumentRows,
  EarlierSignature,
  EarlierVersion,
  KeptSignature
}
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow
import org.apache.spark.sql.catalyst.util.ArrayData
import org.apache.spark.sql.types._
import org.apache.spark.sql.SparkSession
import org.apache.spark.unsafe.types.UTF8String

/** Earlier versions that dedup compares with, and the signatures that it keeps for later ones (role `signatures`). */
object EarlierInputs {
  private val SHORT_KEY_LENGTH = 12

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

  /** Checks and opens an earlier version. Raises SIGNATURES_DIFFER where it cannot be compared with. */
  def open(
      spark: SparkSession,
      version: InputVersion,
      job: JobSpec,
      settings: DedupSettings
  ): EarlierVersion = {
    checkComparable(version, job, settings)
    version.verify(spark, Role.SIGNATURES)
    version.verify(spark, Role.DOCUMENTS)
    val frame = version.read(spark, Role.SIGNATURES).select(PLAN.columns.head, PLAN.columns.tail: _*)
    val texts = StagedRows.views(version.read(spark, Role.DOCUMENTS).select("doc_id", "text"))
    EarlierVersion(
      nameOf(version),
      StagedRows.of(frame).rows.map(signatureOf),
      DocumentRows(texts.rows, texts.schema)
    )
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
    }
  }

  private def signatureOf(row: InternalRow): EarlierSignature = EarlierSignature(
    row.getUTF8String(0).toString,
    row.getUTF8String(1).toString,
    row.getUTF8String(2).toString,
    row.getDouble(3),
    row.getArray(4).toLongArray()
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

  private def differ(version: InputVersion, why: String): CorpusmillError = new CorpusmillError(
    "SIGNATURES_DIFFER",
    s"dedup cannot be against ${nameOf(version)}: $why; use its settings, or leave it out of 'against'",
    Map("version" -> nameOf(version))
  )
}
