package dev.corpusmill.core.filter

import dev.corpusmill.core.text._

import scala.collection.mutable

/**
 * The rules as straight ports of datatrove's definitions over lists of strings, slow and plain; the word split is the
 * same. Each gives the reason or, for C4, the text that is left.
 */
object ReferenceRules {
  private val LINE_END = "\r\n|[\n\u000b\u000c\r\u001c-\u001e\u0085\u2028\u2029]"
  private val SPACE =
    "[\\x09-\\x0d\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"

  def words(text: String): Seq[String] = new WordSplitter().split(text.toCharArray).strings(text.toCharArray)

  def length(text: String): Int = text.codePointCount(0, text.length)

  def splitLines(text: String): Seq[String] = {
    val parts = text.split(LINE_END, -1).toSeq
    if (parts.last.isEmpty) parts.init else parts
  }

  def leftStrip(text: String): String = text.replaceFirst(s"^$SPACE+", "")

  def rightStrip(text: String): String = text.take(text.lastIndexWhere(!_.toString.matches(SPACE)) + 1)

  def strip(text: String): String = leftStrip(rightStrip(text))

  private def isSymbol(word: String): Boolean = word.codePoints().allMatch(Punctuation.SYMBOLS.contains)

  private def count(text: String, part: String): Int =
    if (text.isEmpty) 0 else text.split(java.util.regex.Pattern.quote(part), -1).length - 1

  def gopherQuality(text: String): Option[String] = {
    val all = words(text)
    val nonSymbol = all.filterNot(isSymbol)
    lazy val mean = nonSymbol.map(length).sum.toDouble / nonSymbol.size
    lazy val lines = splitLines(text)
    lazy val alpha = all.count(_.codePoints().anyMatch(Character.isLetter(_)))
    def share(hit: String => Boolean): Double = lines.count(hit).toDouble / lines.size
    if (nonSymbol.size < 50) Some("gopher_short_doc")
    else if (nonSymbol.size > 100000) Some("gopher_long_doc")
    else if (mean < 3) Some("gopher_below_avg_threshold")
    else if (mean > 10) Some("gopher_above_avg_threshold")
    else if (count(text, "#").toDouble / all.size > 0.1) Some("gopher_too_many_hashes")
    else if ((count(text, "...") + count(text, "…")).toDouble / all.size > 0.1)
      Some("gopher_too_many_ellipsis")
    else if (share(line => Seq("•", "-").exists(leftStrip(line).startsWith)) > 0.9)
      Some("gopher_too_many_bullets")
    else if (share(line => Seq("...", "…").exists(rightStrip(line).endsWith)) > 0.3)
      Some("gopher_too_many_end_ellipsis")
    else if (alpha.toDouble / all.size < 0.8) Some("gopher_below_alpha_threshold")
    else if (GopherQuality.STOP_WORDS.intersect(all.toSet).size < 2) Some("gopher_enough_stop_words")
    else None
  }

  def gopherRepetition(text: String): Option[String] =
    if (text.isEmpty) Some("empty")
    else {
      val chars = length(text).toDouble
      val (paragraphs, paragraphShare, paragraphChars) = duplicates(strip(text).split("\n{2,}", -1).toSeq)
      val (lines, lineShare, lineChars) = duplicates(text.split("\n+", -1).toSeq)
      val all = words(text).toVector
      if (paragraphShare.toDouble / paragraphs > 0.3) Some("dup_para_frac")
      else if (paragraphChars / chars > 0.2) Some("dup_para_char_frac")
      else if (lineShare.toDouble / lines > 0.3) Some("dup_line_frac")
      else if (lineChars / chars > 0.2) Some("dup_line_char_frac")
      else {
        val top = Seq(2 -> 0.2, 3 -> 0.18, 4 -> 0.16).collectFirst {
          case (size, limit) if topLength(all, size) / chars > limit => s"top_${size}_gram"
        }
        top.orElse(Seq(5 -> 0.15, 6 -> 0.14, 7 -> 0.13, 8 -> 0.12, 9 -> 0.11, 10 -> 0.1).collectFirst {
          case (size, limit) if duplicateLength(all, size) / chars > limit => s"duplicated_${size}_n_grams"
        })
      }
    }

  private def duplicates(parts: Seq[String]): (Int, Int, Int) = {
    val seen = mutable.Set.empty[String]
    val repeated = parts.filterNot(seen.add)
    (parts.size, repeated.size, repeated.map(length).sum)
  }

  def topLength(all: Vector[String], size: Int): Double = {
    val ngrams = if (all.size < size) Vector.empty else all.sliding(size).map(_.mkString(" ")).toVector
    val counts = mutable.LinkedHashMap.empty[String, Int]
    ngrams.foreach(ngram => counts.update(ngram, counts.getOrElse(ngram, 0) + 1))
    if (counts.isEmpty) 0.0
    else {
      val most = counts.values.max
      val (ngram, times) = counts.find(_._2 == most).get
      length(ngram).toDouble * times
    }
  }

  def duplicateLength(all: Vector[String], size: Int): Double = {
    val seen = mutable.Set.empty[String]
    var total = 0
    var index = 0
    while (index < all.size - size + 1) {
      val ngram = all.slice(index, index + size).mkString
      if (seen.add(ngram)) index += 1
      else {
        total += length(ngram)
        index += size
      }
    }
    total.toDouble
  }

  /** Left: the reason; right: the text that is left. */
  def c4(text: String): Either[String, String] = {
    val kept = mutable.Buffer.empty[String]
    val rejected = splitLines(text).map(strip).iterator.flatMap { original =>
      val parts = original.split(s"$SPACE+").filter(_.nonEmpty)
      val line = original.replaceAll("\\[\\p{Nd}*\\]|\\[edit\\]|\\[citation needed\\]", "")
      val lower = line.toLowerCase(java.util.Locale.ROOT)
      val endsWell = Seq(".", "?", "!", "\"", "'").exists(line.endsWith) && !line.endsWith("...")
      if (parts.exists(length(_) > 1000) || !endsWell || parts.length < 3) None
      else if (lower.contains("lorem ipsum")) Some("lorem_ipsum")
      else if (lower.contains("javascript")) None
      else if (line.contains("{")) Some("curly_bracket")
      else if (POLICIES.exists(lower.contains)) None
      else { kept += line; None }
    }.nextOption()
    rejected match {
      case Some(reason) => Left(reason)
      case None if kept.map(line => Sentences.count(new AnalyzedText(line))).sum < 5 =>
        Left("too_few_sentences")
      case None => Right(strip(kept.mkString("\n")))
    }
  }

  def fineWeb(text: String): Option[String] = {
    val lines = text.split("\n", -1).toSeq.filter(strip(_).nonEmpty)
    val newlines = text.count(_ == '\n')
    if (lines.isEmpty) Some("empty")
    else if (
      lines.count(line => Punctuation.TERMINAL.contains(line.codePointBefore(line.length))).toDouble /
        lines.size < 0.12
    )
      Some("line_punct_ratio")
    else if (lines.count(length(_) <= 30).toDouble / lines.size > 0.67) Some("short_line_ratio")
    else if (duplicates(lines)._3.toDouble / (length(text) - newlines) > 0.01) Some("char_dup_ratio")
    else if (newlines.toDouble / words(text).size > 0.3) Some("list_ratio")
    else None
  }

  private val POLICIES =
    Seq("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
}
