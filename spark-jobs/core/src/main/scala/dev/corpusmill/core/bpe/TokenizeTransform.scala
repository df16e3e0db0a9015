package dev.corpusmill.core.bpe

import dev.corpusmill.core.Columns.TEXT
import org.apache.spark.TaskContext
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.functions.{col, make_valid_utf8, size, udf}
import org.apache.spark.sql.types.BinaryType

/**
 * Tokenizes documents. Reads `text` and drops it; adds `tokens` (list of int32, without an end-of-text
 * token) and `token_count` (int32). No row is lost: an empty text has no tokens.
 */
object TokenizeTransform {
  val TOKENS = "tokens"
  val TOKEN_COUNT = "token_count"

  def apply(documents: DataFrame, tokenizer: Tokenizer): DataFrame = {
    val encoder = new TaskEncoder(documents.sparkSession.sparkContext.broadcast(tokenizer))
    val encode = udf((utf8: Array[Byte]) => encoder.encode(utf8))
    documents
      .withColumn(TOKENS, encode(make_valid_utf8(col(TEXT)).cast(BinaryType)))
      .withColumn(TOKEN_COUNT, size(col(TOKENS)))
      .drop(TEXT)
  }
}

/** Spark gives every task a copy of its own, and with it an encoder of its own. */
private final class TaskEncoder(tokenizer: Broadcast[Tokenizer]) extends Serializable {
  @transient private lazy val encoder: TokenEncoder = {
    val opened = tokenizer.value.newEncoder()
    // None where the driver evaluates rows that it has
    Option(TaskContext.get()).foreach(_.addTaskCompletionListener[Unit](_ => opened.close()))
    opened
  }

  def encode(utf8: Array[Byte]): Array[Int] = if (utf8 == null) Array.emptyIntArray else encoder.encode(utf8)
}
