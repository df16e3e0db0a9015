package dev.corpusmill.core.dedup

import dev.corpusmill.core.dedup.DedupCorpus._
import dev.corpusmill.core.{Columns, CorpusmillError, SparkFixture}
import munit.FunSuite

class SurvivorOrderSuite extends FunSuite with SparkFixture {

  /** doc_ids in the order that the columns give. */
  private def order(columns: Seq[String], documents: Seq[TestDocument]): Seq[String] = {
    val rows = documentRows(spark, documents, 2)
    val keys = SurvivorKeys(rows.schema, columns.map(SurvivorColumn.parse))
    val text = rows.schema.fieldIndex(Columns.TEXT)
    rows
      .map((_, row) => keys.of(row, row.getUTF8String(text).numChars))
      .map(_.bytes.toSeq)
      .collect()
      .toSeq
      .map(bytes => SurvivorKey(bytes.toArray))
      .sorted
      .map(key => new String(key.bytes.slice(key.bytes.length - 34, key.bytes.length - 2), "UTF-8"))
  }

  private def document(number: Int, metadata: String, text: String = "x", time: String = null): TestDocument =
    TestDocument(id(number), text, time, metadata = metadata)

  test("numbers go by value in either direction, none and NaN last") {
    val documents = Seq(
      document(1, """{"quality":0.5}"""),
      document(2, """{"quality":-3}"""),
      document(3, null),
      document(4, """{"quality":1e9}"""),
      document(5, """{}"""),
      document(6, """{"quality":0}""")
    )
    assertEquals(order(Seq("metadata.quality desc"), documents), Seq(4, 1, 6, 2, 3, 5).map(id))
    assertEquals(order(Seq("metadata.quality asc"), documents), Seq(2, 6, 1, 4, 3, 5).map(id))
  }

  test("texts go by UTF-8 in either direction, a prefix before what it begins") {
    val documents = Seq(
      document(1, null, time = "2026-02"),
      document(2, null, time = "2026"),
      document(3, null),
      document(4, null, time = "2026-01")
    )
    assertEquals(order(Seq("fetch_time"), documents), Seq(2, 4, 1, 3).map(id))
    assertEquals(order(Seq("fetch_time desc"), documents), Seq(1, 4, 2, 3).map(id))
  }

  test("texts with zero bytes go by UTF-8 too, in either direction") {
    val texts = Seq("a", "a\u0000", "a\u0000\u0000b", "a\u0000b", "a\u0001", "b\u0000")
    val documents = texts.zipWithIndex.map { case (time, index) => document(index, null, time = time) }
    val ids = texts.indices.sortBy(texts(_)).map(id)
    assertEquals(order(Seq("fetch_time"), scala.util.Random.shuffle(documents)), ids)
    assertEquals(order(Seq("fetch_time desc"), documents), ids.reverse)
  }

  test("the second column decides among equals of the first, the doc_id among equals of all") {
    val documents = Seq(
      document(3, """{"quality":1}""", "long text"),
      document(2, """{"quality":1}""", "longer text"),
      document(1, """{"quality":1}""", "long text")
    )
    assertEquals(order(Seq("metadata.quality desc", "length desc"), documents), Seq(2, 1, 3).map(id))
  }

  test("a column that the input lacks is refused by name") {
    val error = intercept[CorpusmillError](order(Seq("score_quality desc"), Seq(document(1, null))))
    assertEquals((error.code, error.details), ("SPEC_INVALID", Map[String, Any]("column" -> "score_quality")))
  }

  test("the best document by the order of the recipe survives, of equal and of near texts") {
    val text = words(new scala.util.Random(1), 100).mkString(" ")
    val documents = Seq(
      TestDocument(id(1), text + " and more of it", metadata = """{"quality":0.1}"""),
      TestDocument(id(2), text, metadata = """{"quality":0.9}"""),
      TestDocument(id(3), text, metadata = """{"quality":0.8}""")
    )
    val settings = SETTINGS.copy(survivors = Seq(SurvivorColumn.parse("metadata.quality desc")))
    val decisions = decide(spark, documents, settings)
    assertEquals(
      decisions.toSeq.sortBy(_._1).map { case (docId, decision) =>
        (docId, decision.reason, decision.survivor)
      },
      Seq(
        (id(1), Some("fuzzy_duplicate"), id(2)),
        (id(2), None, id(2)),
        (id(3), Some("exact_duplicate"), id(2))
      )
    )
  }
}
