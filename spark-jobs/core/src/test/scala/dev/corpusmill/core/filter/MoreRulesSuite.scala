package dev.corpusmill.core.filter

import dev.corpusmill.core.text.AnalyzedText
import munit.FunSuite

/** The families beyond datatrove's four: what each measures, and its boundary. */
class MoreRulesSuite extends FunSuite {
  private final case class Given(entries: Seq[String]) extends TermList {
    override def sha256: String = entries.mkString(",")
    override def terms: Terms = Terms.parse(entries.iterator)
  }

  private def measure(rule: Rule, text: String, subject: Subject = Subject()): Measurement =
    rule.measure(new AnalyzedText(text), subject)

  private def reason(rule: Rule, text: String, subject: Subject = Subject()): Option[String] =
    rule.decide(measure(rule, text, subject).values).map(_.reason)

  private def left(rule: Rule, text: String): String = measure(rule, text).left.fold("")(_.text)

  test("terms are read by line, without comments, and found whatever their order") {
    val terms = Terms.parse(Iterator(" b ", "", "# no", "a", "é", "b", "😀"))
    assertEquals(terms.size, 4)
    assertEquals(
      Seq("a", "b", "é", "😀", "# no", "", "c").map(terms.contains),
      Seq.fill(4)(true) ++ Seq.fill(3)(false)
    )
    assertEquals(Terms.of(Iterator.empty).contains("a"), false)
  }

  private val badWords =
    C4BadWords(Map("en" -> Given(Seq("darn", "two bits", "a.b")), "ja" -> Given(Seq("悪い"))))

  test("bad words: a word of the list between characters that are no words, whatever its case") {
    Seq("Darn it", "oh, DARN", "darn", "(two bits)", "x a.b y", "dárn darn").foreach(text =>
      assertEquals(reason(badWords, text), Some("document_removed_with_badwords"), text)
    )
    Seq("darned", "undarn", "two  bits", "axb", "darn_it", "darné", "2darn", "").foreach(text =>
      assertEquals(reason(badWords, text), None, text)
    )
  }

  test("bad words: a combining mark is no word character, as for Python") {
    assertEquals(reason(badWords, "darn\u0301"), Some("document_removed_with_badwords"))
  }

  test("bad words: languages without spaces match anywhere, and one without a list is not measured") {
    assertEquals(
      reason(badWords, "とても悪いです", Subject(language = Some("ja"))),
      Some("document_removed_with_badwords")
    )
    assertEquals(reason(badWords, "darn", Subject(language = Some("ja"))), None)
    assert(measure(badWords, "darn", Subject(language = Some("fr"))).values.head.isNaN)
    assertEquals(reason(badWords.copy(maxMatches = 1), "darn darn"), Some("document_removed_with_badwords"))
    assertEquals(reason(badWords.copy(maxMatches = 2), "darn darn"), None)
  }

  test("bad words: what datatrove lets pass in every list is no bad word") {
    val list = Given(Seq("sm", "グロ", "女の子", "性", "悪い"))
    val rule = C4BadWords(Map("ja" -> list, "zh" -> list, "en" -> list))
    val allowed = "sm グロ 女の子 性"
    Seq("ja", "zh", "en").foreach { language =>
      assertEquals(reason(rule, allowed, Subject(language = Some(language))), None, language)
      assertEquals(
        reason(rule, s"$allowed 悪い", Subject(language = Some(language))),
        Some("document_removed_with_badwords"),
        language
      )
    }
  }

  test("bad words: lists named no and fil are those of nb, nn and tl, whose own lists come first") {
    val rule = C4BadWords(Map("no" -> Given(Seq("fy")), "fil" -> Given(Seq("hay")), "nn" -> Given(Seq("au"))))
    def matches(text: String, language: String): Seq[Double] =
      measure(rule, text, Subject(language = Some(language))).values.toSeq
    assertEquals(matches("fy", "nb"), Seq(1.0))
    assertEquals(matches("fy", "no"), Seq(1.0))
    assertEquals(matches("fy au", "nn"), Seq(1.0))
    assertEquals(matches("hay", "tl"), Seq(1.0))
    assert(matches("fy", "da").head.isNaN)
  }

  test("bad words: the default language is that of documents of no or of unknown language") {
    Seq(None, Some("und")).foreach { language =>
      assertEquals(
        reason(badWords, "darn", Subject(language = language)),
        Some("document_removed_with_badwords")
      )
      assert(measure(
        badWords.copy(defaultLanguage = "fr"),
        "darn",
        Subject(language = language)
      ).values.head.isNaN)
    }
  }

  test("c4 paragraphs: three lines of 200 characters stay, one character less is too few") {
    val long = "x" * 200
    assertEquals(reason(C4Paragraph(), s"$long\n$long\nshort\n\n$long"), None)
    assertEquals(reason(C4Paragraph(), s"$long\n$long\n${"x" * 199}"), Some("c4_few_paragraphs"))
    assertEquals(reason(C4Paragraph(), s"$long\n$long\n${"𝒜" * 200}"), None)
    assertEquals(reason(C4Paragraph(), ""), Some("c4_few_paragraphs"))
  }

  private val lines = RefinedWebLines(maxRemovedWordFraction = 1)

  test("refinedweb: capitals, digits, counters and single words go; blank lines stay") {
    assertEquals(
      left(lines, "AB cd\nABC d\nok line\n\n12345\n3 likes\nalone\nlast line"),
      "AB cd\nok line\n\nlast line"
    )
    assertEquals(left(lines, "1.2k Followers!\n10,000 views\n7 things here"), "7 things here")
    assertEquals(left(lines, "12 34 56 a\n123456789 12"), "12 34 56 a\n123456789 12")
  }

  test("refinedweb: phrases are cut out of lines of ten words") {
    assertEquals(
      left(lines, "3 items in cart now\nsome text Read More...\nSign-in to see"),
      "3 now\nsome text\nto see"
    )
    assertEquals(left(lines, "a b c d e f g h i read more..."), "a b c d e f g h i read more...")
    assertEquals(left(lines, "keep this\nread more..."), "keep this")
  }

  test("refinedweb: a line that is cut is counted for the first rule that it breaks") {
    val text = Seq(
      "AB cd",
      "ABC",
      "ABC d",
      "ok line",
      "",
      "12345",
      "123 4",
      "3 likes",
      "alone",
      "keep this",
      "go Read More..."
    )
      .mkString("\n") + "\nread more..."
    val measured = RefinedWebLines().values.zip(measure(RefinedWebLines(), text).values).toMap
    assertEquals(
      measured - "removed_word_fraction",
      Map(
        "uppercase_lines" -> 2.0,
        "digit_lines" -> 1.0,
        "short_lines" -> 1.0,
        "counter_lines" -> 1.0,
        "phrase_lines" -> 2.0
      )
    )
  }

  test("refinedweb: one word of twenty may go, more may not") {
    val rule = RefinedWebLines()
    assertEquals(reason(rule, "w " * 19 + "\nalone"), None)
    assertEquals(reason(rule, "w " * 18 + "\nalone"), Some("refinedweb_removed_words"))
    assertEquals(measure(rule, "").values.head.isNaN, true)
  }

  private val urls = UrlLists(
    domains = Some(Given(Seq("bad.co.uk", "sub.example.com", "192.0.2.7"))),
    urls = Some(Given(Seq("http://fine.example/this?x=1"))),
    hardWords = Some(Given(Seq("casino"))),
    softWords = Some(Given(Seq("free", "bonus", "win"))),
    subWords = Some(Given(Seq("b4d-word")))
  )

  private def urlReason(url: String): Option[String] = reason(urls, "text", Subject(url = Some(url)))

  test("urls: registered domains, hosts, whole URLs") {
    assertEquals(urlReason("https://www.Bad.co.uk/a"), Some("domain"))
    assertEquals(urlReason("https://notbad.co.uk/a"), None)
    assertEquals(urlReason("https://sub.example.com:8080/a"), Some("subdomain"))
    assertEquals(urlReason("https://user@www.example.com/sub.example.com"), None)
    assertEquals(urlReason("http://192.0.2.7/"), Some("subdomain"))
    assertEquals(urlReason("http://fine.example/this?x=1"), Some("url"))
    assertEquals(urlReason("http://fine.example/this?x=2"), None)
  }

  test("urls: capitals, the root's dot and letters beyond ASCII mean the same in lists and in hosts") {
    val listed = UrlLists(domains =
      Some(Given(Seq(
        "Bad.CO.uk",
        "Sub.Example.com.",
        "bücher.example",
        "xn--e1afmkfd.xn--p1ai",
        "ΠΑΡΆΔΕΙΓΜΑ.GR"
      )))
    )
    def of(url: String): Option[String] = reason(listed, "text", Subject(url = Some(url)))
    assertEquals(of("https://www.bad.co.uk/a"), Some("domain"))
    assertEquals(of("https://sub.example.com/a"), Some("subdomain"))
    assertEquals(of("https://SUB.example.COM.:80/a"), Some("subdomain"))
    assertEquals(of("https://xn--bcher-kva.example/"), Some("subdomain"))
    assertEquals(of("https://BÜCHER.example/"), Some("subdomain"))
    assertEquals(of("https://www.пример.рф/"), Some("domain"))
    assertEquals(of("https://www.xn--e1afmkfd.xn--p1ai/"), Some("domain"))
    assertEquals(of("https://www.παράδειγμα.gr/"), Some("domain"))
    assertEquals(of("https://www.παράδειγμα.com/"), None)
  }

  test("urls: hosts that are addresses stand in domains as they are written") {
    val listed = UrlLists(domains = Some(Given(Seq("192.0.2.7", "[2001:DB8::1]"))))
    def of(url: String): Option[String] = reason(listed, "text", Subject(url = Some(url)))
    assertEquals(of("http://192.0.2.7:8080/"), Some("subdomain"))
    assertEquals(of("http://[2001:db8::1]/"), Some("subdomain"))
    assertEquals(of("http://192.0.2.70/"), None)
    assertEquals(of("http://a_b.example/"), None)
  }

  test("urls: hard words, two soft words, sub-words") {
    assertEquals(urlReason("https://x.example/the-CASINO-royale"), Some("hard_blacklisted"))
    assertEquals(urlReason("https://x.example/casinos"), None)
    assertEquals(urlReason("https://x.example/free/free"), None)
    assertEquals(urlReason("https://x.example/free/bonus"), Some("soft_blacklisted"))
    assertEquals(urlReason("https://x.example/xxb4-dwordxx"), Some("blacklisted_subword"))
    assertEquals(reason(urls, "text"), None)
    assertEquals(urlReason("no url at all"), None)
  }

  test("symbols: three of ten characters that are no white space stay, more are too many") {
    assertEquals(reason(SymbolLimit(), "abc def g\n$%^"), None)
    assertEquals(reason(SymbolLimit(), "abc def\n$%^"), Some("too_many_symbols"))
    assertEquals(reason(SymbolLimit(), "é हिन्दी ١٢ ½ e\u0301"), None)
    assertEquals(reason(SymbolLimit(), "😀😀😀"), Some("too_many_symbols"))
    assertEquals(reason(SymbolLimit(), " \n"), None)
  }

  test("text to code: lines of prose by all lines, what stands between fences is code") {
    assertEquals(measure(TextToCode(), "A line of prose.\nint x = 1; }").values.toSeq, Seq(16.0 / 28))
    assertEquals(reason(TextToCode(), "prose\nx = 1;"), Some("too_much_code"))
    assertEquals(reason(TextToCode(), "Prose that is long enough.\n```\nplain words\n```"), None)
    assertEquals(reason(TextToCode(), "Short.\n```\nplain words of code\n```"), Some("too_much_code"))
    assertEquals(reason(TextToCode(), ""), None)
  }

  test("text to code: a semicolon at the end of a line is code only beside another mark of code or a call") {
    val questions = "Τι είναι αυτό;\nΓιατί;\nΠώς;\nΤι;"
    assertEquals(measure(TextToCode(), questions).values.toSeq, Seq(1.0))
    val clauses = Seq(
      "(a) the provider keeps the records that the authority asks for;",
      "(b) the person(s) named in section 3(a)(ii) of the Act;",
      "(c) at least 5 % of the capital & reserves, or $ 500;",
      "(d) Zustimmung der Beteiligten, auch der Person(en);",
      "return;"
    )
    clauses.foreach(line => assertEquals(measure(TextToCode(), line).values.toSeq, Seq(1.0), line))
    val statements = Seq(
      "int number_of_lines = 12;",
      "connection.closeAllOfThem(immediately);",
      "free(p);",
      "List<String> names_of_people;",
      "if (isReady && isOpen) return nothing_more_to_do | flags;",
      "x++;"
    )
    statements.foreach(line => assertEquals(measure(TextToCode(), line).values.toSeq, Seq(0.0), line))
  }
}
