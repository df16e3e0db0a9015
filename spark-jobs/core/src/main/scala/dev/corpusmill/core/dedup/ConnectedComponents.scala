package dev.corpusmill.core.dedup

import org.apache.spark.rdd.RDD

/** An edge between two nodes, the greater one first. */
final case class Edge(greater: Long, lesser: Long)

object Edge {

  /** Of an encoded edge. */
  val BYTES: Int = 2 * java.lang.Long.BYTES

  implicit val ordering: Ordering[Edge] = (left: Edge, right: Edge) => {
    val byGreater = java.lang.Long.compare(left.greater, right.greater)
    if (byGreater != 0) byGreater else java.lang.Long.compare(left.lesser, right.lesser)
  }
}

/** A node and the least node of its component. */
final case class Membership(node: Long, component: Long)

/** Memberships of every node that has an edge, and the rounds it took. */
final case class Components(memberships: RDD[Membership], rounds: Int)

/**
 * Connected components by alternating large-star and small-star operations (Kiveris et al. 2014, "Connected Components
 * in MapReduce and Beyond"). Every operation streams over sorted edges, so that no task holds a node's neighbours, let
 * alone a component. Small graphs are solved by one task with a union-find of bounded size.
 *
 * @param partitions of shuffles
 * @param smallGraphEdges edges up to which one task solves the graph (about 100 bytes each)
 */
final case class ConnectedComponents(partitions: Int, smallGraphEdges: Long = 200000) {
  private val shuffles = Shuffles(partitions)

  /** The components of the graph; `edges` may have repeated edges but no loops. */
  def find(edges: RDD[Edge]): Components = find(edges, edges.count())

  /** The same where the number of edges is known. */
  def find(edges: RDD[Edge], count: Long): Components =
    if (count <= smallGraphEdges) Components(solveInOneTask(edges), 1) else iterate(edges)

  private def solveInOneTask(edges: RDD[Edge]): RDD[Membership] =
    edges.coalesce(1).mapPartitions { all =>
      val union = new UnionFind
      all.foreach(edge => union.join(edge.greater, edge.lesser))
      union.memberships
    }

  private def iterate(edges: RDD[Edge]): Components = {
    var current = Shuffles.keep(shuffles.distinctEdges(edges))
    var fingerprint = fingerprintOf(current)
    var rounds = 0
    var isStable = false
    while (!isStable) {
      val next = Shuffles.keep(shuffles.distinctEdges(smallStar(largeStar(current))))
      val nextFingerprint = fingerprintOf(next)
      isStable = nextFingerprint == fingerprint
      current = next
      fingerprint = nextFingerprint
      rounds += 1
    }
    Components(starsToMemberships(current), rounds)
  }

  /** Links every greater neighbour of a node to the least of the node and its neighbours. */
  private def largeStar(edges: RDD[Edge]): RDD[Edge] = {
    val directed = edges.flatMap(edge => Seq(edge, Edge(edge.lesser, edge.greater)))
    byFirstNode(directed).mapPartitions(StarIterator(_) { (node, least, neighbour) =>
      Option.when(neighbour > node)(Edge(neighbour, math.min(node, least)))
    })
  }

  /** Links a node and its lesser neighbours to the least of them. */
  private def smallStar(edges: RDD[Edge]): RDD[Edge] =
    byFirstNode(edges).mapPartitions(StarIterator(_) { (node, least, neighbour) =>
      Some(if (neighbour == least) Edge(node, least) else Edge(neighbour, least))
    })

  private def byFirstNode(edges: RDD[Edge]): RDD[Edge] =
    shuffles.sortedEdges(edges)

  /** At the end every edge leads to the least node of its component. */
  private def starsToMemberships(stars: RDD[Edge]): RDD[Membership] = {
    val leaves = stars.map(edge => Membership(edge.greater, edge.lesser))
    leaves ++ shuffles.distinct(stars.map(_.lesser)).map(centre => Membership(centre, centre))
  }

  /** Equal for equal sets of edges, whatever their order; two different sets agree by chance in one of 2^64. */
  private def fingerprintOf(edges: RDD[Edge]): Membership =
    edges
      .map(edge => Membership(1L, Hashing.mix(Hashing.mix(edge.greater) + edge.lesser)))
      .fold(Membership(0L, 0L))((left, right) =>
        Membership(left.node + right.node, left.component + right.component)
      )
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
