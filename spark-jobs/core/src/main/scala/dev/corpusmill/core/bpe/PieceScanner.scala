package dev.corpusmill.core.bpe

/** Cuts text into pieces, some at a time. Not thread-safe: the ends of the last pieces stand in it. */
private[bpe] trait PieceScanner {

  /** Where the pieces of the last scan end, in bytes: as many as `scan` returned, at most `PieceScanner.MOST`. */
  def ends: Array[Int]

  /**
   * Finds the pieces from `from` on, where one begins; returns how many, at least one. `from < until`. Up to 63 bytes
   * are read behind the text's end.
   */
  def scan(text: Array[Byte], from: Int, until: Int): Int
}

private[bpe] object PieceScanner {

  /** So many pieces end a scan. */
  val ENOUGH = 128

  /** Most pieces of a scan: one may begin at each of the 64 bytes that bring it to its end, and around them. */
  val MOST: Int = ENOUGH + 72
}

/** Finds one piece after the other. */
private[bpe] final class SteppingScanner(pieces: Cl100kPreTokenizer) extends PieceScanner {
  val ends = new Array[Int](PieceScanner.ENOUGH)

  def scan(text: Array[Byte], from: Int, until: Int): Int = {
    var start = from
    var count = 0
    while (start < until && count < ends.length) {
      start = pieces.pieceEnd(text, start, until)
      ends(count) = start
      count += 1
    }
    count
  }
}
