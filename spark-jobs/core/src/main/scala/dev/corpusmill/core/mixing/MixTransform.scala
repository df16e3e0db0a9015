package dev.corpusmill.core.mixing

import dev.corpusmill.core.Columns.{DOC_ID, SOURCE}
import dev.corpusmill.core.mixing.MixInput.{DOMAIN, LENGTH, TIE, TOKENS}
import org.apache.spark.sql.expressions.{UserDefinedFunction, Window}
import org.apache.spark.sql.functions._
import org.apache.spark.sql.types.LongType
import org.apache.spark.sql.{Column, DataFrame, Dataset, Encoder, Encoders}

/**
 * A piece of the stream on its way to the writer of one shard.
 *
 * @param order `Piece.order`
 * @param pieceTokens tokens of the piece, its end-of-text token counted
 * @param tokens all of the document's tokens, without the end-of-text token
 */
final case class PlacedPiece(
    shard: Int,
    order: Long,
    epoch: Int,
    pieceTokens: Long,
    docId: String,
    source: String,
    domain: String,
    url: String,
    tokens: Array[Int]
)

object PlacedPiece {
  implicit val ENCODER: Encoder[PlacedPiece] = Encoders.product[PlacedPiece]
}

/** Applies a selection to tokenized documents. */
object MixTransform {

  /** Added by `withSelected`. */
  val SELECTED = "selected"

  private val OCCURRENCE = "mix_occurrence"
  private val PLACE = "mix_place"

  /** Adds `selected`: whether a document is used at least once. Documents without tokens are not. */
  def withSelected(documents: DataFrame, selection: MixSelection): DataFrame = {
    val isSelected = udf { (domain: String, docId: String, tie: Long, length: Long, occurrence: Long) =>
      selection.piecesOf(Candidate(domain, docId, tie, length, occurrence)).nonEmpty
    }
    withOccurrence(documents, selection)
      .withColumn(SELECTED, MixInput.hasTokens && applyTo(isSelected))
      .drop(LENGTH, TIE, OCCURRENCE)
  }

  /**
   * The pieces of every shard in the order of the stream, all of a shard in one of `partitions` partitions,
   * whose number has no effect on any shard. A piece comes to every shard that its bucket overlaps. Rows that
   * are equal in the order stay equal in everything that is written of them.
   */
  def placed(
      documents: DataFrame,
      selection: MixSelection,
      layout: StreamLayout
  )(partitions: Int): Dataset[PlacedPiece] = {
    val partitionOf = udf((shard: Int) => (shard.toLong * partitions / layout.shards).toInt)
    withOccurrence(documents.where(MixInput.hasTokens), selection)
      .withColumn(PLACE, explode(applyTo(places(documents, selection, layout))))
      .select(
        Seq("shard", "order", "epoch", "pieceTokens").map(name => col(s"$PLACE.$name")) ++
          Seq(col(DOC_ID).as("docId"), col(SOURCE), col(DOMAIN), col("url"), col(TOKENS)): _*
      )
      .repartitionById(partitions, partitionOf(col("shard")))
      .sortWithinPartitions("shard", "order", "docId", "epoch", SOURCE, DOMAIN, "url", "pieceTokens", TOKENS)
      .as[PlacedPiece]
  }

  private def places(
      documents: DataFrame,
      selection: MixSelection,
      layout: StreamLayout
  ): UserDefinedFunction = {
    val shared = documents.sparkSession.sparkContext.broadcast(layout)
    udf { (domain: String, docId: String, tie: Long, length: Long, occurrence: Long) =>
      for {
        piece <- selection.piecesOf(Candidate(domain, docId, tie, length, occurrence))
        shard <- shared.value.shardsOf(piece.order)
      } yield PiecePlace(shard, piece.order, piece.epoch, piece.tokens)
    }
  }

  private def applyTo(function: UserDefinedFunction): Column =
    function(col(DOMAIN), col(DOC_ID), col(TIE), col(LENGTH), col(OCCURRENCE))

  /** Adds the columns of `Candidate`. Only rows at the end of an epoch are counted, and only where they repeat. */
  private def withOccurrence(documents: DataFrame, selection: MixSelection): DataFrame = {
    val rows = documents.withColumn(LENGTH, MixInput.length).withColumn(TIE, MixInput.tie(documents))
    if (!selection.hasRepeatedBoundary) rows.withColumn(OCCURRENCE, lit(1L))
    else {
      val isRepeated =
        udf((domain: String, docId: String, tie: Long) => selection.isRepeatedBoundary(domain, docId, tie))
      val repeated = isRepeated(col(DOMAIN), col(DOC_ID), col(TIE))
      val equalRows = Window.partitionBy(DOMAIN, DOC_ID, TIE).orderBy(MixInput.rowHash(documents))
      rows
        .where(!repeated)
        .withColumn(OCCURRENCE, lit(1L))
        .unionByName(rows.where(repeated).withColumn(OCCURRENCE, row_number().over(equalRows).cast(LongType)))
    }
  }
}

/** A piece in one shard. */
private[mixing] final case class PiecePlace(shard: Int, order: Long, epoch: Int, pieceTokens: Long)
