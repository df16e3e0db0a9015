package dev.corpusmill.core.filter

import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

/**
 * A list that the user supplies, known by its digest: two with one digest are equal, wherever they lie. It is read
 * where it is first needed.
 */
trait TermList extends Serializable {
  def sha256: String
  def terms: Terms

  final override def equals(other: Any): Boolean = other match {
    case list: TermList => list.sha256 == sha256
    case _ => false
  }

  final override def hashCode: Int = sha256.hashCode
}

/** A set of strings, sorted by their UTF-8 bytes: one array however many there are. */
final class Terms private (bytes: Array[Byte], ends: Array[Int]) {

  def size: Int = ends.length

  def contains(term: String): Boolean = {
    val wanted = term.getBytes(UTF_8)
    var low = 0
    var high = ends.length
    while (low < high) {
      val middle = (low + high) >>> 1
      val order = Arrays.compareUnsigned(bytes, start(middle), ends(middle), wanted, 0, wanted.length)
      if (order == 0) return true
      if (order < 0) low = middle + 1 else high = middle
    }
    false
  }

  def iterator: Iterator[String] = ends.indices.iterator.map(index =>
    new String(bytes, start(index), ends(index) - start(index), UTF_8)
  )

  private def start(index: Int): Int = if (index == 0) 0 else ends(index - 1)
}

object Terms {

  /** One term a line, white space at its ends cut off; empty lines and those that begin with `#` are left out. */
  def parse(lines: Iterator[String]): Terms = of(lines.map(_.strip()).filterNot(line =>
    line.isEmpty || line.startsWith("#")
  ))

  def of(terms: Iterator[String]): Terms = {
    val encoded = terms.map(_.getBytes(UTF_8)).toArray
    Arrays.sort(encoded, (left: Array[Byte], right: Array[Byte]) => Arrays.compareUnsigned(left, right))
    val distinct = encoded.indices.filter(index =>
      index == 0 || !Arrays.equals(encoded(index), encoded(index - 1))
    ).map(encoded(_))
    val bytes = new Array[Byte](Math.toIntExact(distinct.iterator.map(_.length.toLong).sum))
    val ends = new Array[Int](distinct.size)
    var end = 0
    distinct.indices.foreach { index =>
      System.arraycopy(distinct(index), 0, bytes, end, distinct(index).length)
      end += distinct(index).length
      ends(index) = end
    }
    new Terms(bytes, ends)
  }
}

/** Finds terms at a position of a text: a trie over UTF-16 units. */
final class TermTrie(terms: Iterator[String]) {
  private val children = new java.util.HashMap[Long, Integer]()
  private val isTerm = new java.util.BitSet()
  private var nodes = 1

  terms.filter(_.nonEmpty).foreach { term =>
    var node = 0
    term.foreach { char =>
      val next = children.computeIfAbsent(key(node, char), _ => newNode())
      node = next
    }
    isTerm.set(node)
  }

  /** True where a term begins at `start` whose end is one that `isRight` admits. */
  def matchesAt(text: CharSequence, start: Int)(isRight: Int => Boolean): Boolean = {
    var node = 0
    var index = start
    while (index < text.length) {
      val next = children.get(key(node, text.charAt(index)))
      if (next == null) return false
      node = next
      index += 1
      if (isTerm.get(node) && isRight(index)) return true
    }
    false
  }

  private def newNode(): Integer = {
    nodes += 1
    nodes - 1
  }

  private def key(node: Int, char: Char): Long = (node.toLong << 16) | char.toLong
}
