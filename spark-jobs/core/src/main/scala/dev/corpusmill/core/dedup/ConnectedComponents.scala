package dev.corpusmill.core.dedup

import org.apache.spark.sql.functions.{col, count, lit, sum, xxhash64}
import org.apache.spark.sql.{Dataset, Encoder, Encoders}

/** An edge between two nodes, the greater one first. */
final case class Edge(greater: Long, lesser: Long)

/** A node and the least node of its component. */
final case class Membership(node: Long, component: Long)

/** Memberships of every node that has an edge, and the rounds it took. */
final case class Components(memberships: Dataset[Membership], rounds: Int)

/**
 * Connected components by alternating large-star and small-star operations (Kiveris et al. 2014, "Connected Components
 * in MapReduce and Beyond"). Every operation streams over sorted edges, so that no task holds a node's neighbours, let
 * alone a component. Small graphs are solved by one task with a union-find of bounded size.
 *
 * @param smallGraphEdges edges up to which one task solves the graph (16 bytes and two map entries each)
 */
final case class ConnectedComponents(smallGraphEdges: Long = 200000) {
  private implicit val edgeEncoder: Encoder[Edge] = Encoders.product[Edge]
  private implicit val membershipEncoder: Encoder[Membership] = Encoders.product[Membership]

  /** The components of the graph; `edges` may have repeated edges but no loops. */
  def find(edges: Dataset[Edge]): Components =
    if (edges.count() <= smallGraphEdges) Components(solveInOneTask(edges), 1) else iterate(edges)

  private def solveInOneTask(edges: Dataset[Edge]): Dataset[Membership] =
    edges.coalesce(1).mapPartitions { all =>
      val union = new UnionFind
      all.foreach(edge => union.join(edge.greater, edge.lesser))
      union.memberships
    }

  private def iterate(edges: Dataset[Edge]): Components = {
    var current = Materialize(edges.distinct())
    var fingerprint = fingerprintOf(current)
    var rounds = 0
    var isStable = false
    while (!isStable) {
      val next = Materialize(smallStar(largeStar(current)).distinct())
      val nextFingerprint = fingerprintOf(next)
      isStable = nextFingerprint == fingerprint
      current = next
      fingerprint = nextFingerprint
      rounds += 1
    }
    Components(starsToMemberships(current), rounds)
  }

  /** Links every greater neighbour of a node to the least of the node and its neighbours. */
  private def largeStar(edges: Dataset[Edge]): Dataset[Edge] = {
    val directed = edges.flatMap(edge => Seq(edge, Edge(edge.lesser, edge.greater)))
    grouped(directed).mapPartitions(StarIterator(_) { (node, least, neighbour) =>
      Option.when(neighbour > node)(Edge(neighbour, math.min(node, least)))
    })
  }

  /** Links a node and its lesser neighbours to the least of them. */
  private def smallStar(edges: Dataset[Edge]): Dataset[Edge] =
    grouped(edges).mapPartitions(StarIterator(_) { (node, least, neighbour) =>
      Some(if (neighbour == least) Edge(node, least) else Edge(neighbour, least))
    })

  private def grouped(edges: Dataset[Edge]): Dataset[Edge] =
    edges.repartition(col("greater")).sortWithinPartitions("greater", "lesser")

  /** At the end every edge leads to the least node of its component. */
  private def starsToMemberships(stars: Dataset[Edge]): Dataset[Membership] =
    stars
      .flatMap(edge => Seq(Membership(edge.greater, edge.lesser), Membership(edge.lesser, edge.lesser)))
      .distinct()

  /** Equal for equal sets of edges, whatever their order; two different sets agree by chance in one of 2^64. */
  private def fingerprintOf(edges: Dataset[Edge]): (Long, java.math.BigDecimal) = {
    val hash = xxhash64(col("greater"), col("lesser")).cast("decimal(20,0)")
    val row = edges.agg(count(lit(1)), sum(hash)).head()
    (row.getLong(0), row.getDecimal(1))
  }
}

/** Streams over edges sorted by (node, neighbour) and calls `link` with (node, its least neighbour, neighbour). */
private object StarIterator {
  def apply(sorted: Iterator[Edge])(link: (Long, Long, Long) => Option[Edge]): Iterator[Edge] = {
    var previous = Option.empty[Edge]
    var least = 0L
    sorted.flatMap { edge =>
      val isRepeated = previous.contains(edge)
      if (!previous.exists(_.greater == edge.greater)) least = edge.lesser
      previous = Some(edge)
      if (isRepeated) None else link(edge.greater, least, edge.lesser)
    }
  }
}

/** Union-find whose representative is always the least node; path halving. */
private[dedup] final class UnionFind {
  private val parents = scala.collection.mutable.LongMap.empty[Long]

  def join(left: Long, right: Long): Unit = {
    val (leftRoot, rightRoot) = (find(left), find(right))
    parents.update(math.max(leftRoot, rightRoot), math.min(leftRoot, rightRoot))
  }

  def memberships: Iterator[Membership] = parents.keysIterator.map(node => Membership(node, find(node)))

  private def find(node: Long): Long = {
    var current = node
    var parent = parents.getOrElseUpdate(node, node)
    while (parent != current) {
      val grandparent = parents(parent)
      parents.update(current, grandparent)
      current = grandparent
      parent = parents(current)
    }
    current
  }
}
