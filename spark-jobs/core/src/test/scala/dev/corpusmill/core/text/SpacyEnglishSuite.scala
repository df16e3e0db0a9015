package dev.corpusmill.core.text

import munit.FunSuite

import scala.concurrent.duration._
import scala.util.Random

/** What spaCy 3.8.18's `blank("en")` gives; the filter bench compares many more texts with spaCy itself. */
class SpacyEnglishSuite extends FunSuite {
  override val munitTimeout: Duration = 5.minutes

  private def words(text: String): Seq[String] =
    SpacyEnglish.split(text.toCharArray).strings(text.toCharArray)

  private val EXPECTED: Seq[(String, Seq[String])] = Seq(
    "Hello, world! It's 3.14 (or so)... U.S.A.\n\tfoo_bar 1,000 e-mail a:b" -> Seq(
      "Hello",
      ",",
      "world",
      "!",
      "It",
      "'s",
      "3.14",
      "(",
      "or",
      "so",
      ")",
      "...",
      "U.S.A.",
      "foo_bar",
      "1,000",
      "e",
      "-",
      "mail",
      "a",
      ":",
      "b"
    ),
    "I don't can't've won't 'Cause y'all o'clock gonna" ->
      Seq("I", "do", "n't", "ca", "n't", "'ve", "wo", "n't", "'Cause", "y'", "all", "o'clock", "gon", "na"),
    "See http://example.com/a?b=c). Mail foo@bar.com, or www.x.org/!" ->
      Seq("See", "http://example.com/a?b=c", ")", ".", "Mail", "foo@bar.com", ",", "or", "www.x.org/", "!"),
    "At 10a.m. or 10 p.m., $5.00! US$20 50% -8°C 5km 20kg." -> Seq(
      "At",
      "10",
      "a.m.",
      "or",
      "10",
      "p.m.",
      ",",
      "$",
      "5.00",
      "!",
      "US$",
      "20",
      "50",
      "%",
      "-8",
      "°",
      "C",
      "5",
      "km",
      "20",
      "kg",
      "."
    ),
    ":) : ) (: :-( <3 ^_^ (╯°□°）╯︵┻━┻ \\o/ x:)y" ->
      Seq(":)", ":", ")", "(:", ":-(", "<3", "^_^", "(╯°□°）╯︵┻━┻", "\\o/", "x:)y"),
    "“Quoted” ‘text’ «guillemets» --- -- – — … .. ..." -> Seq(
      "“",
      "Quoted",
      "”",
      "‘",
      "text",
      "’",
      "«",
      "guillemets",
      "»",
      "---",
      "--",
      "–",
      "—",
      "…",
      "..",
      "..."
    ),
    "C++ C# a/b and/or x=y 3*4 p.s. e.g. i.e. etc. Inc. Mr. Smith-Jones N.Y. vs. St." -> Seq(
      "C++",
      "C",
      "#",
      "a",
      "/",
      "b",
      "and/or",
      "x",
      "=",
      "y",
      "3",
      "*",
      "4",
      "p.s",
      ".",
      "e.g.",
      "i.e.",
      "etc",
      ".",
      "Inc.",
      "Mr.",
      "Smith",
      "-",
      "Jones",
      "N.Y.",
      "vs.",
      "St."
    ),
    "word(paren)word end.Start end,Start 1,2 a--b don’t it’s" -> Seq(
      "word(paren)word",
      "end",
      ".",
      "Start",
      "end",
      ",",
      "Start",
      "1,2",
      "a",
      "--",
      "b",
      "do",
      "n’t",
      "it",
      "’s"
    ),
    "日本語のテスト。中文，测试！ Привет, мир! عربي، نص" ->
      Seq("日本語のテスト。中文，测试", "！", "Привет", ",", "мир", "!", "عربي", "،", "نص"),
    "😀😀 👍🏽! #tag @user ~20 *bold* _it_ `code`" -> Seq(
      "😀",
      "😀",
      "👍",
      "🏽",
      "!",
      "#",
      "tag",
      "@user",
      "~20",
      "*",
      "bold",
      "*",
      "_",
      "it",
      "_",
      "`",
      "code",
      "`"
    ),
    "We 're they 've I 'm  double  space  ' s" ->
      Seq("We", "'re", "they", "'", "ve", "I", "'", "m", "double", "space", "'", "s"),
    "((nested)) [[brackets]] {{curly}} <<angle>> \"''\" ''" -> Seq(
      "(",
      "(",
      "nested",
      ")",
      ")",
      "[",
      "[",
      "brackets",
      "]",
      "]",
      "{",
      "{",
      "curly",
      "}",
      "}",
      "<",
      "<",
      "angle",
      ">",
      ">",
      "\"",
      "''",
      "\"",
      "''"
    ),
    "a.m p.m. 7am 7pm 12th 1st 2nd 3:45pm 1990s '90s" ->
      Seq("a.m", "p.m.", "7", "am", "7", "pm", "12th", "1st", "2nd", "3:45pm", "1990s", "'", "90s")
  )

  EXPECTED.zipWithIndex.foreach { case ((text, expected), index) =>
    test(s"text $index is split as by spaCy") {
      assertEquals(words(text), expected)
    }
  }

  test("words are the text without its white space, in order, whatever the text") {
    val random = new Random(5)
    (1 to 500).foreach { _ =>
      val text = TextSamples.random(random, random.nextInt(200))
      val chars = text.toCharArray
      assertEquals(words(text).mkString, chars.filterNot(PythonText.isSpace).mkString)
    }
  }

  test("a chunk of over 1,000 characters is split by Unicode's rules, and does not take forever") {
    assertEquals(words("!" * 1001).size, 1001)
    assertEquals(words("x" * 100000 + "-" + "y" * 100000).map(_.length), Seq(100000, 1, 100000))
  }
}
