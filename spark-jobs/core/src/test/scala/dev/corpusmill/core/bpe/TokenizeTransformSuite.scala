package dev.corpusmill.core.bpe

import dev.corpusmill.core.SparkFixture
import munit.FunSuite
import org.apache.spark.sql.functions.{col, unhex}

class TokenizeTransformSuite extends FunSuite with SparkFixture {
  import spark.implicits._

  private val gpt2 = BuiltinGpt2.tokenizer

  private def tokensOf(hex: String*): Seq[Seq[Int]] = {
    val documents = hex.map(Option(_)).toDF("hex").select(unhex(col("hex")).cast("string").as("text"))
    TokenizeTransform(documents, gpt2).select(TokenizeTransform.TOKENS).as[Seq[Int]].collect().toSeq
  }

  test("a text without text has no tokens") {
    assertEquals(tokensOf("", null), Seq(Seq.empty[Int], Seq.empty[Int]))
  }

  test("bytes that are no UTF-8 are tokenized as replacement characters") {
    val expected = gpt2.newEncoder().encode("a\ufffdb")
    assertEquals(tokensOf("61ff62"), Seq(expected.toSeq))
  }
}
