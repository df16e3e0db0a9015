package dev.corpusmill.core.text

import java.util.BitSet

/** An immutable set of code points with a constant-time test. */
final class CodePointSet private (bits: BitSet) {
  def contains(codePoint: Int): Boolean = bits.get(codePoint)

  def size: Int = bits.cardinality()

  def union(other: CodePointSet): CodePointSet = {
    val all = copy()
    all.or(other.copy())
    new CodePointSet(all)
  }

  private def copy(): BitSet = BitSet.valueOf(bits.toLongArray)
}

object CodePointSet {

  /** Parses `21 2e 1aa8-1aab`: hexadecimal code points and inclusive ranges, apart by white space. */
  def parse(ranges: String): CodePointSet = {
    val bits = new BitSet()
    ranges.trim.split("\\s+").foreach { range =>
      val ends = range.split('-').map(Integer.parseInt(_, 16))
      bits.set(ends.head, ends.last + 1)
    }
    new CodePointSet(bits)
  }
}
