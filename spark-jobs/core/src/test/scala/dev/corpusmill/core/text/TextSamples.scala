package dev.corpusmill.core.text

import scala.util.Random

/** Random texts that look for trouble. */
object TextSamples {
  private val LATIN = "abc xyz ABC 0129 .,:;'\"!?-_()[]{}#@/\\\n\t"
  private val TYPOGRAPHIC = "é ü ß ñ ’ ‘ “ ” … – — • · \u00a0 \u202f \u2007 \u2009 ° № ™ ½ ²"
  private val SCRIPTS = "жщя αβγ שלום عربي مرحبا हिन्दी ไทย 日本語 カタカナ ひらがな 한국어 ქართ հայ ខ្មែរ"
  private val TROUBLE =
    "😀👩‍👩‍👧🇩🇪é\u0301\u200d\ufeff\u0000\ud800\udc00\ud83d\u2028\u2029\u0085\u001c\r\u000b\u000c１２．：\u3000"
  private val ALL = LATIN * 4 + TYPOGRAPHIC + SCRIPTS + TROUBLE

  def random(random: Random, length: Int): String =
    Iterator.fill(length)(ALL(random.nextInt(ALL.length))).mkString

  /** Any UTF-16 units of the BMP, surrogates too, among letters. */
  def anyUnits(random: Random, length: Int): String =
    Iterator.fill(length)(if (random.nextInt(3) == 0) 'a' else random.nextInt(1 << 16).toChar).mkString

  /** Prose of few words, lines and paragraphs, so that much is repeated. */
  def repetitive(random: Random): String = {
    val vocabulary =
      Vector("the", "be", "to", "of", "cat", "sat", "mat", "on", "ab", "a", "b", "abc", "日本", "é")
    val ends = Vector(
      ". ",
      "! ",
      "? ",
      ", ",
      "... ",
      " ",
      " ",
      " ",
      " ",
      ".\n",
      "\n",
      "\n\n",
      "\n\n\n",
      "…\n",
      "\n- ",
      "\n• "
    )
    val lines = Vector.fill(1 + random.nextInt(4))(
      Iterator.fill(1 + random.nextInt(12))(vocabulary(random.nextInt(vocabulary.size))).mkString(" ")
    )
    Iterator
      .fill(random.nextInt(40))(
        (if (random.nextBoolean()) lines(random.nextInt(lines.size))
         else vocabulary(random.nextInt(vocabulary.size))) +
          ends(random.nextInt(ends.size))
      )
      .mkString
  }
}
