package dev.corpusmill.core.filter

import dev.corpusmill.core.text.AnalyzedText
import munit.FunSuite

/** Every threshold: exactly at it a document stays, one step beyond it goes. */
class RuleBoundariesSuite extends FunSuite {
  private def judge(rule: Rule, text: String): Verdict = {
    val measured = rule.measure(new AnalyzedText(text), Subject())
    rule.decide(measured.values).getOrElse(Keep(measured.left.fold("")(_.text)))
  }

  private val empty = Reject("empty", Some("0"))

  private def assertKept(rule: Rule, text: String): Unit = judge(rule, text) match {
    case Keep(_) => ()
    case Reject(reason, detail) => fail(s"rejected by $reason $detail")
  }

  private def assertRejected(rule: Rule, text: String, reason: String, detail: String): Unit =
    assertEquals(judge(rule, text), Reject(reason, Some(detail)))

  private def repeat(word: String, times: Int): String = Seq.fill(times)(word).mkString(" ")

  /** `count` different words of three letters, none a stop word. */
  private def different(count: Int): Seq[String] = (0 until count).map(number =>
    s"${('a' + number / 676).toChar}${('a' + number / 26 % 26).toChar}${('a' + number % 26).toChar}q"
  )

  private val quality = GopherQuality()
  private val anything = GopherQuality(
    minWords = 0,
    minMeanWordLength = 0,
    maxMeanWordLength = 1e9,
    minAlphaWordFraction = 0,
    minStopWords = 0
  )

  test("gopher: 50 words stay, 49 are too few; symbols do not count") {
    assertKept(quality, repeat("that with", 25) + " !?;:.")
    assertRejected(quality, "that " + repeat("that with", 24) + " ! ? ; :", "gopher_short_doc", "49")
  }

  test("gopher: 100,000 words stay, one more is too many") {
    assertKept(quality, repeat("that have", 50000))
    assertRejected(quality, repeat("that have", 50000) + " with", "gopher_long_doc", "100001")
  }

  test("gopher: a mean word length of exactly 3 and 10 stays") {
    assertKept(quality, repeat("the and", 50))
    assertRejected(quality, repeat("the and", 50) + " of", "gopher_below_avg_threshold", "2.990099")
    assertKept(quality, repeat("the aaaaaaaaaaaaaaaaa of bbbbbbbbbbbbbbbbbb", 25))
    assertRejected(
      quality,
      repeat("the aaaaaaaaaaaaaaaaa of bbbbbbbbbbbbbbbbbbb", 25),
      "gopher_above_avg_threshold",
      "10.250000"
    )
  }

  test("gopher: word lengths are code points") {
    assertKept(quality, repeat("the 𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜 of", 25))
  }

  test("gopher: one hash in ten words stays, more is too many") {
    // Hashes are words of their own: 90 words and 10 hashes, then 89 and 10.
    assertKept(anything, repeat("word", 90) + " " + repeat("#", 10))
    assertRejected(anything, repeat("word", 89) + " " + repeat("#", 10), "gopher_too_many_hashes", "0.101010")
  }

  test("gopher: one ellipsis in ten words stays, more is too many; dots are counted without overlap") {
    // Three dots are three words: 7 words and one "...".
    assertKept(anything.copy(maxEllipsisLineFraction = 1), repeat("word", 7) + "...")
    assertRejected(
      anything.copy(maxEllipsisLineFraction = 1),
      repeat("word", 6) + "...",
      "gopher_too_many_ellipsis",
      "0.111111"
    )
    assertKept(anything.copy(maxEllipsisLineFraction = 1), repeat("word", 9) + "…")
    assertRejected(
      anything.copy(maxEllipsisLineFraction = 1),
      repeat("word", 8) + "…",
      "gopher_too_many_ellipsis",
      "0.111111"
    )
    assertKept(anything.copy(maxEllipsisLineFraction = 1), repeat("word", 15) + ".....")
  }

  test("gopher: nine bullet lines of ten stay, ten of eleven are too many") {
    assertKept(anything, ("- item\n" * 8) + "\u00a0 • item\nplain")
    assertRejected(anything, ("- item\n" * 10) + "plain", "gopher_too_many_bullets", "0.909091")
  }

  test("gopher: three ellipsis lines of ten stay, four of eleven are too many") {
    val long = repeat("word", 20)
    assertKept(anything, (s"$long... \n" * 3) + (s"$long\n" * 7))
    assertRejected(anything, (s"$long…\n" * 4) + (s"$long\n" * 7), "gopher_too_many_end_ellipsis", "0.363636")
  }

  test("gopher: four words of five with a letter stay, fewer are too few") {
    assertKept(anything.copy(minAlphaWordFraction = 0.8), repeat("word", 8) + " 12 34")
    assertRejected(
      anything.copy(minAlphaWordFraction = 0.8),
      repeat("word", 7) + " 12 34",
      "gopher_below_alpha_threshold",
      "0.777778"
    )
  }

  test("gopher: two different stop words stay, one twice is too few, case counts") {
    assertKept(quality, repeat("word", 60) + " the of")
    assertRejected(quality, repeat("word", 60) + " the the The OF", "gopher_enough_stop_words", "1")
  }

  test("gopher: a text without words is empty where nothing asks for words") {
    assertEquals(judge(anything, " \n "), empty)
    assertRejected(quality, "", "gopher_short_doc", "0")
  }

  private val repetition = GopherRepetition(
    maxDuplicateParagraphFraction = 1,
    maxDuplicateParagraphCharFraction = 1,
    maxDuplicateLineFraction = 1,
    maxDuplicateLineCharFraction = 1,
    maxTopNgramCharFraction = IndexedSeq(9, 9, 9),
    maxDuplicateNgramCharFraction = IndexedSeq.fill(6)(1)
  )

  test("repetition: 3 duplicate paragraphs of 10 stay, 4 of 11 are too many") {
    val rule = repetition.copy(maxDuplicateParagraphFraction = 0.3)
    def text(copies: Int): String = (different(6) ++ Seq.fill(copies + 1)("same")).mkString("\n\n")
    assertKept(rule, text(3))
    assertRejected(rule, text(4), "dup_para_frac", "0.363636")
  }

  test("repetition: duplicate paragraphs of a fifth of all characters stay, white space counted") {
    val rule = repetition.copy(maxDuplicateParagraphCharFraction = 0.2)
    // 4 + 2 + 4 + 2 + 8 characters.
    assertKept(rule, "same\n\nsame\n\nabcdefgh")
    assertRejected(rule, "same\n\nsame\n\nabcdefg", "dup_para_char_frac", "0.210526")
  }

  test("repetition: 3 duplicate lines of 10 stay, 4 of 11 are too many") {
    val rule = repetition.copy(maxDuplicateLineFraction = 0.3)
    def text(copies: Int): String = (different(6) ++ Seq.fill(copies + 1)("same")).mkString("\n")
    assertKept(rule, text(3))
    assertRejected(rule, text(4), "dup_line_frac", "0.363636")
  }

  test("repetition: duplicate lines of a fifth of all characters stay") {
    val rule = repetition.copy(maxDuplicateLineCharFraction = 0.2)
    assertKept(rule, "same\nsame\nabcdefghij")
    assertRejected(rule, "same\nsame\nabcdefghi", "dup_line_char_frac", "0.210526")
  }

  test("repetition: the most frequent 2-, 3- and 4-gram up to its limit stay") {
    Seq(2 -> 0.2, 3 -> 0.18, 4 -> 0.16).foreach { case (size, limit) =>
      val limits = IndexedSeq(9.0, 9.0, 9.0).updated(size - 2, limit)
      val rule = repetition.copy(maxTopNgramCharFraction = limits)
      val ngram = different(size).mkString(" ")
      val length = ngram.length * 2
      def text(total: Int): String = {
        val start = s"$ngram zzzz $ngram "
        start + "y" * (total - start.length)
      }
      val atLimit = math.round(length / limit).toInt
      assert(math.abs(length.toDouble / atLimit - limit) < 0.002)
      val least = (math.ceil(length / limit)).toInt
      assertKept(rule, text(least))
      val Reject(reason, _) = judge(rule, text(least - 1)): @unchecked
      assertEquals(reason, s"top_${size}_gram")
    }
  }

  test("repetition: an n-gram that occurs once counts too") {
    assertRejected(
      repetition.copy(maxTopNgramCharFraction = IndexedSeq(0.2, 9, 9)),
      "two words",
      "top_2_gram",
      "1.000000"
    )
  }

  test("repetition: repeated 5- to 10-grams up to their limit stay") {
    val limits = IndexedSeq(0.15, 0.14, 0.13, 0.12, 0.11, 0.1)
    (5 to 10).foreach { size =>
      val rule = repetition.copy(maxDuplicateNgramCharFraction =
        IndexedSeq.fill(6)(1.0).updated(size - 5, limits(size - 5))
      )
      val ngram = different(size)
      val duplicate = ngram.map(_.length).sum
      def text(total: Int): String = {
        val start = (ngram ++ Seq("zzzz") ++ ngram).mkString(" ") + " "
        start + "y" * (total - start.length)
      }
      val least = math.ceil(duplicate / limits(size - 5) - 1e-9).toInt
      assertKept(rule, text(least))
      val Reject(reason, _) = judge(rule, text(least - 1)): @unchecked
      assertEquals(reason, s"duplicated_${size}_n_grams")
    }
  }

  test("repetition: an empty text is empty") {
    assertEquals(judge(repetition, ""), empty)
  }

  private val c4 = C4(minSentences = 0)

  private def c4Left(rule: Rule, text: String): String = judge(rule, text) match {
    case Keep(left) => left
    case Reject(reason, _) => s"rejected: $reason"
  }

  test("c4: a word of 1,000 characters stays, one more drops the line") {
    assertEquals(c4Left(c4, "a b " + "𝒜" * 999 + "."), "a b " + "𝒜" * 999 + ".")
    assertEquals(c4Left(c4, "a b " + "x" * 1000 + ".\nc d e."), "c d e.")
  }

  test("c4: lines that do not end a sentence go, and those that end in three dots") {
    assertEquals(
      c4Left(c4, "a b c.\nd e f\ng h i...\nj k l!\nm n o?\np q \"r\"\ns t 'u'\nv w x;\ny z a…"),
      "a b c.\nj k l!\nm n o?\np q \"r\"\ns t 'u'"
    )
    assertEquals(c4Left(c4.copy(terminalPunctuation = false), "a b c\nd e f..."), "a b c\nd e f...")
  }

  test("c4: three words stay, two do not, and citations count as words though they go") {
    assertEquals(c4Left(c4, "a b c.\na b."), "a b c.")
    assertEquals(c4Left(c4, "one two[1] [citation needed] three.[edit][] [23]x."), "one two  three. x.")
    assertEquals(c4Left(c4, "one two [12] ."), "one two  .")
    assertEquals(c4Left(c4, "one two [1a] [٣]."), "one two [1a] .")
    assertEquals(c4Left(c4.copy(removeCitations = false), "one two three [1]."), "one two three [1].")
  }

  test("c4: lorem ipsum and a curly bracket reject the document, but not in a dropped line") {
    assertEquals(c4Left(c4, "Some LOREM Ipsum text."), "rejected: lorem_ipsum")
    assertEquals(c4Left(c4, "a b c.\nif (x) { y }."), "rejected: curly_bracket")
    assertEquals(c4Left(c4, "a b c.\nif (x) {\nlorem ipsum"), "a b c.")
    assertEquals(c4Left(c4, "a javascript {."), "")
  }

  test("c4: lines about javascript and policies go, whatever their case") {
    assertEquals(
      c4Left(
        c4,
        "Please enable JavaScript.\nRead our Privacy Policy.\nWe use coo\u212aies here.\nThis stays here."
      ),
      "This stays here."
    )
  }

  private def counts(rule: Rule, text: String): Map[String, Double] =
    rule.values.zip(rule.measure(new AnalyzedText(text), Subject()).values).toMap

  test("c4: a line that goes is counted for the first rule that it breaks") {
    val text = Seq(
      "One line stays.",
      "Another[1] stays too.",
      "x" * 1001 + " javascript",
      "no end",
      "Two words.",
      "Please enable JavaScript now.",
      "Read our JavaScript privacy policy.",
      "See the terms of use.",
      "We use cookies",
      ""
    ).mkString("\n")
    val expected = Map(
      "lorem_ipsum_lines" -> 0.0,
      "curly_bracket_lines" -> 0.0,
      "sentences" -> 2.0,
      "kept_lines" -> 2.0,
      "citation_lines" -> 1.0,
      "long_word_lines" -> 1.0,
      "unterminated_lines" -> 2.0,
      "short_lines" -> 1.0,
      "javascript_lines" -> 2.0,
      "policy_lines" -> 1.0
    )
    assertEquals(counts(c4, text), expected)
    val loose = counts(c4.copy(terminalPunctuation = false, dropJavascriptLines = false), text)
    assertEquals(
      Seq("unterminated_lines", "javascript_lines", "policy_lines", "short_lines").map(loose),
      Seq(0.0, 0.0, 3.0, 2.0)
    )
  }

  test("c4: of a document that a line takes out, no lines are counted") {
    assertEquals(
      counts(c4, "a b\na b {.").filterNot(_._2.isNaN),
      Map("lorem_ipsum_lines" -> 0.0, "curly_bracket_lines" -> 1.0)
    )
  }

  test("every line rule counts in a value of its family, and has the family's threshold") {
    val rules = Seq[Rule](
      C4(maxWordLength = 7, minWordsPerLine = 4, dropPolicyLines = false),
      RefinedWebLines(maxDigitFraction = 0.5)
    )
    rules.foreach(rule => assertEquals(rule.lineRules.map(_.value).diff(rule.values), Seq.empty, rule.name))
    assertEquals(
      rules.map(_.lineRules.flatMap(line => line.bound.map(line.reason -> _)).toMap),
      Seq(
        Map("line_too_long_word" -> AtMost(7), "line_too_few_words" -> AtLeast(4)),
        Map(
          "line_uppercase" -> AtMost(0.5),
          "line_digits" -> AtMost(0.5),
          "line_too_few_words" -> AtLeast(2),
          "line_phrase" -> AtMost(10)
        )
      )
    )
    assertEquals(
      rules.head.lineRules.map(_.reason),
      Seq(
        "line_too_long_word",
        "line_citation",
        "line_no_terminal_punct",
        "line_too_few_words",
        "line_javascript"
      )
    )
  }

  test("c4: five sentences stay, four are too few") {
    assertKept(C4(), "a b c. d e f! g h i?\nj k l. m n o.")
    assertRejected(C4(), "a b c. d e f! g h i?\nj k l.", "too_few_sentences", "4")
    assertRejected(C4(), "", "too_few_sentences", "0")
  }

  private val fineWeb = FineWeb()
  private def lines(count: Int, end: String): Seq[String] = (0 until count).map(number =>
    s"line number $number has more than thirty characters$end"
  )

  test("fineweb: 3 of 25 lines that end a sentence stay, 2 are too few; quotes do not end one") {
    assertKept(fineWeb, (lines(3, ".") ++ lines(22, ",")).mkString("\n").replace(",", " x"))
    val (ended, open) =
      ((0 until 2).map(number => s"ended line $number with more than thirty characters."), lines(23, "\""))
    assertRejected(fineWeb, (ended ++ open).mkString("\n"), "line_punct_ratio", "0.080000")
  }

  test("fineweb: 67 short lines of 100 stay, 68 are too many, and 30 characters are short") {
    def text(short: Int): String =
      ((0 until short).map(number => f"$number%02d" + "x" * 27 + ".") ++ lines(100 - short, ".")).mkString(
        "\n"
      )
    assertKept(fineWeb, text(67))
    assertRejected(fineWeb, text(68), "short_line_ratio", "0.680000")
    assertKept(fineWeb, text(68).replace("00x", "00xx"))
  }

  test("fineweb: one hundredth of the characters in repeated lines stays, more is too much") {
    val rule = fineWeb.copy(maxShortLineFraction = 1, maxNewlineRatio = 1)
    def text(total: Int): String = "abc.\nabc.\n" + "word " * 60 + "y" * (total - 309) + "."
    assertKept(rule, text(400))
    assertRejected(rule, text(399), "char_dup_ratio", "0.010025")
  }

  test("fineweb: three line feeds for ten words stay, more are too many") {
    val rule = fineWeb.copy(maxShortLineFraction = 1)
    assertKept(rule, "a b c\nd e f\ng h\ni.")
    assertRejected(rule, "a b c\nd e f\ng\ni.", "list_ratio", "0.333333")
  }

  test("fineweb: a text of blank lines is empty") {
    assertEquals(judge(fineWeb, "\n \n\u00a0\n"), empty)
  }

  test("the first family that rejects names the reason, and later ones see what C4 left") {
    val chain = RuleChain(Seq(C4(minSentences = 1), FineWeb()))
    assertEquals(chain.judge("a b c.\nd"), Reject("short_line_ratio", Some("1.000000")))
    assertEquals(RuleChain(Seq(FineWeb(), C4())).judge(null), empty)
    assertEquals(RuleChain(Seq(C4(minSentences = 0))).judge("no end"), empty)
  }
}
