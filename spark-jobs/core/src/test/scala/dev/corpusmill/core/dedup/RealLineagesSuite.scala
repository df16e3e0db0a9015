package dev.corpusmill.core.dedup

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import dev.corpusmill.core.dedup.DedupCorpus._
import dev.corpusmill.core.{Repository, SparkFixture}
import munit.FunSuite

import java.nio.file.{Files, Path}
import java.util.stream.{Collectors, IntStream}
import java.util.zip.GZIPInputStream
import scala.io.{Codec, Source}
import scala.jdk.CollectionConverters._

/** A revision with its encoded shingles. */
private final case class Revision(document: TestDocument, hashes: Array[Byte]) {
  def shingles: Int = hashes.length / java.lang.Long.BYTES - 1
}

/**
 * Revisions of public documents: near duplicates at every level of similarity (../shared/data/dedup). All pairs are
 * compared, also of different documents; the figures are written to target/dedup-quality.json.
 */
class RealLineagesSuite extends FunSuite with SparkFixture {
  test("removes what comparing all pairs removes, but for what LSH cannot see, and nothing else") {
    val path = Repository.sharedFile("data/dedup/peps-even.jsonl.gz")
    assume(path.isDefined, "needs ../shared")
    path.foreach { file =>
      val revisions = inSurvivorOrder(read(file))
      val decisions = decide(spark, revisions.map(_.document))
      val quality = measure(revisions, decisions)
      val _ = Files.writeString(Path.of("target", "dedup-quality.json"), quality.toJson)
      assertEquals(quality.removedRightly, quality.removed)
      assert(quality.recall >= 0.99, quality.toJson)
      assert(quality.missed <= revisions.size * 0.01, quality.toJson)
    }
  }

  private def measure(revisions: IndexedSeq[Revision], decisions: Map[String, Decision]): Quality = {
    val byId = revisions.map(revision => revision.document.docId -> revision).toMap
    val similar = similarPairs(revisions)
    val isRemoved = revisions.map(revision => decisions(revision.document.docId).reason.nonEmpty)
    val rightly = revisions.indices.count { index =>
      val decision = decisions(revisions(index).document.docId)
      isRemoved(index) && isDuplicate(revisions(index), byId(decision.survivor)) &&
      decisions(decision.survivor).reason.isEmpty
    }
    Quality(
      documents = revisions.size,
      pairs = similar.map(_.size).sum,
      removed = isRemoved.count(identity),
      removedRightly = rightly,
      removedByAllPairs = greedily(similar),
      missed = revisions.indices.count(index => !isRemoved(index) && similar(index).exists(!isRemoved(_)))
    )
  }

  /** For each revision the better ones that are duplicates of it. */
  private def similarPairs(revisions: IndexedSeq[Revision]): IndexedSeq[Seq[Int]] = {
    val similar = IntStream.range(0, revisions.size).parallel().mapToObj[Seq[Int]] { index =>
      (0 until index).filter { better =>
        val (one, other) = (revisions(index).shingles, revisions(better).shingles)
        math.min(one, other) >= FUZZY.minJaccard * math.max(one, other) &&
        isDuplicate(revisions(index), revisions(better))
      }
    }
    similar.collect(Collectors.toList[Seq[Int]]).asScala.toIndexedSeq
  }

  /** In survivor order a document goes if a better one that stays is a duplicate. */
  private def greedily(similar: IndexedSeq[Seq[Int]]): Int = {
    val stays = similar.foldLeft(Vector.empty[Boolean])((kept, better) => kept :+ !better.exists(kept))
    stays.count(!_)
  }

  private def isDuplicate(one: Revision, other: Revision): Boolean =
    one.document.text == other.document.text ||
      Jaccard.similarity(one.hashes, other.hashes) >= FUZZY.minJaccard

  private def inSurvivorOrder(revisions: Seq[Revision]): IndexedSeq[Revision] = {
    val byId = revisions.map(revision => revision.document.docId -> revision).toMap
    inOrder(revisions.map(_.document)).map(document => byId(document.docId)).toIndexedSeq
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
        val set = ShingleHashes.setOf(text.getBytes("UTF-8"), FUZZY.shingleWords, FUZZY.maxShingles)
        Revision(TestDocument(id(index), text), set.encode)
      }
      .toSeq
  }
}

/**
 * Precision is the share of removed documents whose survivor stays and is a duplicate of them; recall compares their
 * number with that of comparing all pairs; missed are those that stay though a better one that stays is a duplicate.
 */
private final case class Quality(
    documents: Int,
    pairs: Int,
    removed: Int,
    removedRightly: Int,
    removedByAllPairs: Int,
    missed: Int
) {
  def precision: Double = removedRightly.toDouble / removed
  def recall: Double = removed.toDouble / removedByAllPairs

  def toJson: String =
    s"""{"documents":$documents,"pairs":$pairs,"removed":$removed,"removedRightly":$removedRightly,
       |"removedByAllPairs":$removedByAllPairs,"missed":$missed,"precision":$precision,"recall":$recall}
       |""".stripMargin
}
