package dev.corpusmill.jobs

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.SparkFixture
import munit.FunSuite
import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.functions.col

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Files
import scala.concurrent.duration._
import scala.util.Random

/** Filter by spec files: values as columns, other thresholds over them, lists, and one text explained. */
class FilterJobSuite extends FunSuite with SparkFixture {
  override val munitTimeout: Duration = 5.minutes

  private val STRICT = rules(minWords = 30, minSentences = 3)
  private val LOOSE = rules(minWords = 10, minSentences = 1)

  private def rules(minWords: Int, minSentences: Int): Map[String, Any] = Map(
    "rules" -> Seq(
      Map("name" -> "gopher-quality", "minWords" -> minWords, "minStopWords" -> 0),
      "gopher-repetition",
      Map("name" -> "c4", "minSentences" -> minSentences),
      Map("name" -> "fineweb", "maxDuplicateLineCharFraction" -> 0.5)
    )
  )

  /** Documents of which every threshold takes some, lines for C4 to cut, and the same document twice. */
  private def texts: Seq[String] = {
    val random = new Random(11)
    val words =
      Vector("river", "house", "the", "of", "quickly", "walked", "and", "mountain", "some", "letters")
    def sentence: String =
      Iterator.fill(4 + random.nextInt(8))(words(random.nextInt(words.size))).mkString(" ")
    val made = Seq.fill(200)(
      Iterator.fill(random.nextInt(9))(sentence + (if (random.nextInt(3) == 0) "" else ".")).mkString("\n")
    )
    made ++ Seq(made.head, "", "lorem ipsum dolor sit.", "a { b c d.", "no end here at all")
  }

  /** A store with the documents in it. */
  private final class Home {
    val store = new TestStore
    val input: SpecFile = CommittedInput.texts(spark, store, texts)
  }

  private def run(home: Home, settings: Map[String, Any], earlier: Seq[SpecFile] = Seq.empty): SpecFile = {
    val spec = home.store.writeSpec("filter", settings, Some(home.input), earlier = earlier)
    assertEquals(Main.run(spec.uri), 0, "see the log")
    spec
  }

  private def rows(spec: SpecFile, role: String): DataFrame =
    spark.read.parquet(InputVersion.literalPath(spec.outputUri + role))

  private def outcome(spec: SpecFile): (JsonNode, JsonNode) =
    (spec.manifest.get("counts"), spec.manifest.get("contentDigests"))

  test("other thresholds over the values of an earlier version give what a fresh run gives, both ways") {
    Seq(STRICT -> LOOSE, LOOSE -> STRICT).foreach { case (before, after) =>
      val home = new Home
      val again = run(home, after, Seq(run(home, before)))
      val fresh = run(new Home, after)
      assertEquals(outcome(again), outcome(fresh))
      assert(again.manifest.at("/report/valuesFrom").isTextual)
      assert(fresh.manifest.at("/report/valuesFrom").isMissingNode)
      assert(fresh.manifest.at("/counts/kept").intValue() > 20)
      assert(fresh.manifest.at("/counts/rejected").intValue() > 20)
    }
  }

  test("a third run reads the values that the second one carried over") {
    val home = new Home
    val second = run(home, LOOSE, Seq(run(home, STRICT)))
    val third = run(home, rules(minWords = 20, minSentences = 2), Seq(second))
    assertEquals(third.manifest.at("/report/valuesFrom").textValue(), second.versionKey)
    assertEquals(outcome(third), outcome(run(new Home, rules(minWords = 20, minSentences = 2))))
  }

  test("values that other rules measured, or that are damaged, are not used") {
    val home = new Home
    val shorter = Map("rules" -> Seq(Map("name" -> "fineweb", "shortLineChars" -> 10)))
    val other = run(home, shorter)
    assert(run(home, LOOSE, Seq(other)).manifest.at("/report/valuesFrom").isMissingNode)
    val strict = run(home, STRICT)
    Files.delete(FileStorage.path(strict.outputUri + strict.outputFiles.head))
    val settings = rules(minWords = 11, minSentences = 1)
    assert(run(home, settings, Seq(strict)).manifest.at("/report/valuesFrom").isMissingNode)
  }

  test("every row has the values of all rules, and the next stage does not see the stage's own column") {
    val home = new Home
    val spec = run(home, STRICT)
    val kept = rows(spec, Role.DOCUMENTS)
    assertEquals(kept.filter(col("rule_values.gopher_quality_words") < 30).count(), 0L)
    assertEquals(rows(spec, Role.REJECTED).filter(col("rule_values.text_bytes").isNull).count(), 0L)
    assert(kept.filter(col("_text").isNotNull).count() > 0)
    val reference =
      InputReference(spec.asInput("dataset"), "filter", spec.versionKey, spec.manifestUri)
    val next = InputVersion.load(reference).read(spark, Role.DOCUMENTS)
    assert(next.columns.contains("rule_values"))
    assert(!next.columns.contains("_text"))
  }

  test("a text beyond maxTextBytes is rejected unread") {
    val store = new TestStore
    val input = CommittedInput.texts(spark, store, Seq("x" * 2000, "é" * 1000, "short text"))
    val settings = Map("maxTextBytes" -> 1999, "rules" -> Seq("symbols"))
    val spec = store.writeSpec("filter", settings, Some(input))
    assertEquals(Main.run(spec.uri), 0)
    assertEquals(spec.manifest.at("/counts/rejectedByReason").toString, """{"text_too_long":2}""")
    assertEquals(rows(spec, Role.REJECTED).select("detail").distinct().head().getString(0), "2000")
  }

  test("lists are read from where the spec says, and another file fails the step") {
    val store = new TestStore
    val list = "darn\n"
    val path = Files.writeString(store.root.resolve("bad words.txt"), list)
    val sha256 = store.digest(list)
    def settings(digest: String): Map[String, Any] = Map("rules" -> Seq(Map(
      "name" -> "c4-bad-words",
      "lists" -> Seq(Map("language" -> "en", "path" -> "bad words.txt", "sha256" -> digest))
    )))
    val input = CommittedInput.texts(spark, store, Seq("darn it", "all is well"))
    def model(digest: String): Seq[Map[String, Any]] =
      Seq(Map("name" -> "c4-bad-words.lists.0", "uri" -> path.toUri.toString, "sha256" -> digest))
    val good = store.writeSpec("filter", settings(sha256), Some(input), models = model(sha256))
    assertEquals(Main.run(good.uri), 0)
    assertEquals(
      good.manifest.at("/counts/rejectedByReason").toString,
      """{"document_removed_with_badwords":1}"""
    )
    val wrong = store.writeSpec("filter", settings("0" * 64), Some(input), models = model("0" * 64))
    assertEquals(Main.run(wrong.uri), 1)
    assertEquals(wrong.problem.get("code").textValue(), "INPUT_CORRUPT")
  }

  test("an explanation decides as the job does, for every document") {
    val home = new Home
    val spec = run(home, STRICT)
    val reasons = rows(spec, Role.REJECTED).select("text", "reason", "detail").collect()
      .map(row => row.getString(0) -> (row.getString(1) -> row.getString(2))).toMap
    texts.distinct.foreach { text =>
      val request =
        Map("settings" -> STRICT, "models" -> Seq.empty, "text" -> text, "url" -> None, "language" -> None)
      val answer = Explain.answer(Json.toNode(request).toString.getBytes(UTF_8))
      val rejecting = Json.elements(answer.get("rules")).find(_.get("decision").textValue() == "reject")
      assertEquals(Option(answer.get("reason").textValue()), reasons.get(text).map(_._1), text)
      assertEquals(Option(answer.get("detail").textValue()), reasons.get(text).map(_._2), text)
      assertEquals(rejecting.map(_.get("reason").textValue()), reasons.get(text).map(_._1), text)
    }
  }
}
