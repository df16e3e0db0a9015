"""Wikitext as Markdown: headings, lists and code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.documents.text import normalize_text
from corpusmill_extract.records.wikitext import wikitext_to_text
from corpusmill_extract.records.wikitext_markdown import wikitext_to_markdown


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("= X =", "# X"),
        ("== History ==", "## History"),
        ("======X======", "###### X"),
        ("=======X=======", "###### =X="),
        ("== X ===", "## X ="),
        ("===X==", "## =X"),
        ("== X == ", "## X"),
        ("== ''X'' [[a|b]]<br>{{c}} ==", "## X b"),
        ("===", "# ="),
        ("====", "# =="),
        ("=====", "## ="),
        ("==", "=="),
        ("= =", ""),
        ("== X", "== X"),
        ("a = b =", "a = b ="),
    ],
)
def test_reads_headings_as_mediawiki_does(line: str, heading: str) -> None:
    assert wikitext_to_markdown(line) == heading


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("* a\n* b\n\n* c", "- a\n- b\n\n- c"),
        ("# a\n# b\ntext\n# c", "1. a\n2. b\n\ntext\n\n1. c"),
        ("* a\n** b\n*** c\n** d\n* e", "- a\n  - b\n    - c\n  - d\n- e"),
        ("# a\n#* b\n## c\n# d\n## e", "1. a\n   - b\n   1. c\n2. d\n   1. e"),
        ("*a\n#b\n*c", "- a\n1. b\n- c"),
        ("# a\n#: more\n#; term\n# b", "1. a\n   more\n   **term**\n2. b"),
        ("*** a\n* b", "- a\n- b"),
        (":* a\n:* b\n::c", "- a\n- b\n\nc"),
        ("* a\n*\n* {{b}}\n* c", "- a\n- c"),
        ("# a\n<!-- b -->\n# c", "1. a\n2. c"),
        ("* a<br>* b\nc<br/># d", "- a * b\n\nc\n# d"),
        (";term\n:definition\n;a : b\ntext", "**term**\n\ndefinition\n\n**a**\n\nb\n\ntext"),
    ],
)
def test_nests_and_numbers_lists(source: str, markdown: str) -> None:
    assert wikitext_to_markdown(source) == markdown


def test_indents_what_is_in_an_item_by_the_width_of_its_mark() -> None:
    items = "\n".join(f"# {number}" for number in range(1, 11))
    assert wikitext_to_markdown(f"{items}\n#* in").endswith("9. 9\n10. 10\n    - in")


def test_goes_no_deeper_than_people_write() -> None:
    lines = "\n".join("*" * depth + "a" for depth in range(1, 40))
    assert max(line.index("-") for line in wikitext_to_markdown(lines).split("\n")) == 18


CODE = "def f(x):\n\n    return {{x}}, [[y]], '''z''', a[0], __FILE__, () <b> <!-- c --> == * `````"


@pytest.mark.parametrize("tag", ["syntaxhighlight", "source", "SyntaxHighlight"])
def test_keeps_code_as_it_is(tag: str) -> None:
    source = f'a <{tag} line lang="python">\n{CODE}\n</{tag}> b'
    assert wikitext_to_markdown(source) == f"a\n\n``````python\n{CODE}\n``````\n\nb"


@pytest.mark.parametrize(
    ("attributes", "language"),
    [
        (" lang=c++", "c++"),
        (" lang='objective-c' line", "objective-c"),
        (' LANG = "C#"', "C#"),
        (' lang="a b"', ""),
        (' lang="a`b"', ""),
        (f' lang="{"x" * 31}"', ""),
        (' xml-lang="x"', ""),
        ("", ""),
    ],
)
def test_names_a_language_that_is_a_plain_word(attributes: str, language: str) -> None:
    source = f"<syntaxhighlight{attributes}>x</syntaxhighlight>"
    assert wikitext_to_markdown(source) == f"```{language}\nx\n```"


def test_shows_entities_in_pre_and_none_in_highlighted_code() -> None:
    pre = "<pre lang=\"de\"><nowiki>\n\n  a &lt; ''b''\n</nowiki></pre>"
    assert wikitext_to_markdown(pre) == "```\n  a < ''b''\n```"
    assert wikitext_to_markdown("<source>a &lt;</source>") == "```\na &lt;\n```"


def test_keeps_code_in_its_item() -> None:
    source = "# a\n#* b <pre>x\n y</pre> c\n# d\n<pre>z</pre>\n# e"
    markdown = "1. a\n   - b\n\n     ```\n     x\n      y\n     ```\n\n     c\n\n2. d\n\n```\nz\n```\n\n1. e"
    assert wikitext_to_markdown(source) == markdown
    assert normalize_text(markdown, keep_indent=True) == markdown


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<code>x</code>", "`x`"),
        ("<code class=y>a[b[i]] </code>", "`a[b[i]]`"),
        ("<code>''[[printf|f]]()''</code> [[a|<code>b</code>]]", "`f()` `b`"),
        ("<code>vector<int> x<sub>1</sub><br>&amp;y</code>", "`vector<int> x1 &y`"),
        ("<code><nowiki>{{x}} ''</nowiki> {{y}}{{</code>", "`{{x}} '' {{`"),
        ("<code>a`b</code>", "``a`b``"),
        ('<syntaxhighlight lang="c" inline>x  = ""</syntaxhighlight>', '`x = ""`'),
        ("a <code></code><code>{{b}}</code> c", "a c"),
        ("<code>a\nb</code> <code>c<code>d</code>", "a\nb c`d`"),
        ("<code>a<pre>b</pre></code>", "a\n\n```\nb\n```"),
        ("(<code>x</code>) <code>()</code> main()", "(`x`) `()` main"),
    ],
)
def test_writes_code_in_a_line_as_it_is_shown(source: str, markdown: str) -> None:
    assert wikitext_to_markdown(source) == markdown


@pytest.mark.parametrize("tag", ["pre", "source", "syntaxhighlight", "code", "nowiki"])
@pytest.mark.parametrize("opening", ["<{}>", "<{}/>", '<{} lang="x" />'])
def test_lets_a_tag_that_holds_nothing_go_alone(tag: str, opening: str) -> None:
    source = f"a {opening.format(tag)}[[b|c]]<ref>d</ref>\n== e ==\n</{tag}x>"
    assert wikitext_to_markdown(source) == "a c\n\n## e"


def test_closes_no_tag_that_closed_itself() -> None:
    assert wikitext_to_markdown("a<pre/>[[b|c]]<pre>d</pre>") == "ac\n\n```\nd\n```"


def test_takes_what_opens_first_of_comments_and_code() -> None:
    assert wikitext_to_markdown("a<!-- <pre> -->b<pre><!-- c --></pre>") == "ab\n\n```\n<!-- c -->\n```"
    assert wikitext_to_markdown("a <!-- never <pre>closed</pre>") == "a never\n\n```\nclosed\n```"


def test_drops_code_with_the_template_or_reference_that_holds_it() -> None:
    assert wikitext_to_markdown("a{{b|<pre>c</pre>}}<ref><code>d</code></ref>{{e|<code>}}</code>}}") == "a"


def test_takes_nowiki_text_for_text() -> None:
    assert wikitext_to_markdown("<nowiki>[[a]]\n''b'' &lt;</nowiki> c") == "[[a]] ''b'' < c"


def test_leaves_emphasis_out_and_parts_paragraphs_as_the_page_does() -> None:
    assert wikitext_to_markdown("'''a''' ''b''\nc\n\n\n\nd\n----\ne") == "a b\nc\n\nd\n\ne"


def test_takes_no_character_of_a_page_for_a_mark_of_its_own() -> None:
    assert wikitext_to_markdown("\x010\x03<pre>\x020\x03</pre>&#1;0&#3;\x04") == "0\n\n```\n0\n```\n\n0"


def test_drops_files_by_the_names_that_the_wiki_gives_them() -> None:
    source = "<code>[[Datei:X|y]]z</code>[[Datei:X|y]]\n{|\n|a||[[datei:X|y]]b\n|}"
    assert wikitext_to_markdown(source, frozenset({"Datei"})) == "`z`\n\n| a | b |\n| --- | --- |"


ENDLESS = ["[[", "{{a|", "{|", "{|\n", "<ref>", "[http://a ", "<!--", "[[a|", "<b>", "''", "== ", "&", "=", "*", "#"]
ENDLESS += [
    "\n#",
    "<pre>",
    "<nowiki>",
    "<source>",
    "<syntaxhighlight>",
    "<code>",
    "<code>a",
    "</code>",
    "<pre",
    "<code ",
]
ENDLESS += ["<pre>`</pre>", "<code>`</code>", "<code>{{</code>", "\n#a<pre>b</pre>", "\n;a : b", "(", "\n=="]


@pytest.mark.parametrize("part", ENDLESS)
def test_reads_pages_that_open_a_hundred_thousand_times(part: str) -> None:
    assert len(wikitext_to_markdown(part * 100_000)) <= 3 * len(part) * 100_000


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ("<pre>{}</pre>", "`\n"),
        ("<code>{}</code>", "[["),
        ("<code>{}</code>", "<b>"),
        ("<syntaxhighlight{}>x</syntaxhighlight>", " lang="),
        ("<pre>{}</pre>", " "),
        ("**********a<pre>{}</pre>", "b\n"),
    ],
)
def test_reads_code_that_repeats_a_hundred_thousand_times(page: str, part: str) -> None:
    assert len(wikitext_to_markdown(page.format(part * 100_000))) <= 3 * len(part) * 100_000


SOUP = [
    "{{",
    "}}",
    "[[",
    "]]",
    "|",
    "<ref>",
    "</ref>",
    "<br>",
    "a",
    "a a",
    " ",
    "\n",
    "*",
    "#",
    ":",
    ";",
    "=",
    "'''",
    "|}",
]


@given(st.lists(st.sampled_from(SOUP)))
def test_keeps_and_drops_the_same_words_as_plain_text(parts: list[str]) -> None:
    source = "".join(parts)
    assert wikitext_to_markdown(source).count("a") == wikitext_to_text(source).count("a")


CODE_SOUP = [
    "<pre>",
    "</pre>",
    "<code>",
    "</code>",
    "<nowiki>",
    "</nowiki>",
    "<source lang=c>",
    "</source>",
    "<!--",
    "-->",
]
TABLE_SOUP = ["{|", "\n|}", "\n|-", "\n|", "||", "\n!", "rowspan=2|", "colspan=3|", "`"]


@given(st.lists(st.sampled_from([*SOUP, *CODE_SOUP, *TABLE_SOUP])))
def test_takes_any_soup_of_marks(parts: list[str]) -> None:
    text = wikitext_to_markdown("".join(parts))
    assert text == text.strip()
    assert not set(text) & set("\x01\x02\x03\x04")
