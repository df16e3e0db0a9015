package dev.corpusmill.core.dedup

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import dev.corpusmill.core.dedup.DedupCorpus._
import dev.corpusmill.core.{Repository, SparkFixture}
import munit.FunSuite

import java.nio.file.{Files, Path}
import java.util.zip.GZIPInputStream
import scala.io.{Codec, Source}

/** A revision with its encoded shingles. */
private final case class Revision(document: TestDocument, lineage: String, hashes: Array[Byte])

/** Revisions of public documents: near duplicates at every level of similarity (../shared/data/dedup). */
class RealLineagesSuite extends FunSuite with SparkFixture {
  test("removes what comparing all revisions of each document removes, but for what LSH cannot see") {
    val path = Repository.sharedFile("data/dedup/peps-even.jsonl.gz")
    assume(path.isDefined, "needs ../shared")
    path.foreach { file =>
      val revisions = read(file)
      val decisions = decide(spark, revisions.map(_.document))
      val removed = decisions.count(_._2.reason.nonEmpty)
      val byBruteForce = revisions.groupBy(_.lineage).values.map(removedByBruteForce).sum
      val missed = revisions.groupBy(_.lineage).values.map(missedPairs(_, decisions)).sum
      assert(removed >= byBruteForce * 0.99, s"$removed of $byBruteForce")
      assert(missed <= revisions.size * 0.01, s"$missed")
    }
  }

  private def read(file: Path): Seq[Revision] = {
    val mapper = new ObjectMapper()
    Source
      .fromInputStream(new GZIPInputStream(Files.newInputStream(file)))(Codec.UTF8)
      .getLines()
      .map(mapper.readTree)
      .zipWithIndex
      .map { case (node: JsonNode, index) =>
        val text = node.get("text").textValue()
        val hashes = ShingleHashes.encode(ShingleHashes.of(text, FUZZY.shingleWords))
        Revision(TestDocument(id(index), text), node.get("lineage").asText(), hashes)
      }
      .toSeq
  }

  private def ordered(revisions: Seq[Revision]): Seq[Revision] = {
    val byId = revisions.map(revision => revision.document.docId -> revision).toMap
    inOrder(revisions.map(_.document)).map(document => byId(document.docId))
  }

  private def isDuplicate(one: Revision, other: Revision): Boolean =
    one.document.text == other.document.text ||
      Jaccard.similarity(one.hashes, other.hashes) >= FUZZY.minJaccard

  private def removedByBruteForce(lineage: Seq[Revision]): Int = {
    val kept = ordered(lineage).foldLeft(Vector.empty[Revision]) { (survivors, revision) =>
      if (survivors.exists(isDuplicate(_, revision))) survivors else survivors :+ revision
    }
    lineage.size - kept.size
  }

  /** Documents that stay though a better one that stays is a duplicate. */
  private def missedPairs(lineage: Seq[Revision], decisions: Map[String, Decision]): Int = {
    val kept = ordered(lineage).filter(revision => decisions(revision.document.docId).reason.isEmpty)
    kept.indices.count(index => kept.take(index).exists(isDuplicate(_, kept(index))))
  }
}
