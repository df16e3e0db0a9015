"""The page reader: against libxml2's parser, Python's entities and names, and at its limits."""

from html import unescape
from html.entities import html5

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.html.blocks import NAMES, HtmlLimits, read_blocks
from corpusmill_extract.html.mentions import Mention
from corpusmill_extract.html.names import HINTS, name_bits

_INLINE = frozenset(["a", "b", "br", "em", "i", "img", "span"])
_SKIPPED = frozenset(["object", "select", "textarea", "iframe", "script", "style"])
_TAGS = ["a", "b", "div", "dl", "dd", "dt", "em", "form", "h1", "h2", "i", "li", "ol", "option", "p", "pre", "section"]
_TAGS += [
    "select",
    "span",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
    "object",
    "address",
    "blockquote",
    "button",
    "body",
]
_SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
        st.sampled_from(
            ["x", "two words", "<br>", "<img>", "<DIV class='a>b'>", "<!-- c -->", "<p/>", "</p >", "a<1", "</>"]
        ),
        st.sampled_from(
            ["<iframe>no <b></iframe>", "<textarea>no</textarea>", "<script>'<p>no'</script>", "<style>n</style>"]
        ),
    ),
    max_size=40,
).map("".join)


class _Reference:
    """Blocks by the events of libxml2's parser."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.piece = ""
        self.skipped = 0

    def start(self, tag: str, _attributes: object) -> None:
        self.take_piece()
        if self.skipped or tag in _SKIPPED:
            self.skipped += 1
        elif tag not in _INLINE:
            self.flush()
            self.open.append(tag)

    def end(self, tag: str) -> None:
        self.take_piece()
        if self.skipped:
            self.skipped -= 1
        elif tag not in _INLINE:
            self.flush()
            self.open.pop()

    def data(self, text: str) -> None:
        if not self.skipped:
            self.piece += text

    def take_piece(self) -> None:
        """White space alone begins no block."""
        if self.piece and (self.words or not self.piece.isspace()):
            self.words.append(self.piece)
        self.piece = ""

    def flush(self) -> None:
        text = "".join(self.words)
        self.words.clear()
        text = text.strip("\n").rstrip() if "pre" in self.open else " ".join(text.split())
        if text:
            self.found.append((self.open[-1] if self.open else "", text))

    def close(self) -> list[tuple[str, str]]:
        self.take_piece()
        self.flush()
        return self.found


@settings(max_examples=500)
@example("<pre><br><a>x")
@given(_SOUP)
def test_cuts_a_page_as_libxml2_reads_it(soup: str) -> None:
    html = f"<html><head></head><body>x{soup.replace('<br>', ' ')}"
    page = read_blocks(html)
    wanted = etree.HTML(html.encode(), parser=etree.HTMLParser(target=_Reference(), encoding="utf-8", huge_tree=True))
    assert [(page.tags[owner], text) for owner, text in zip(page.owners, page.texts, strict=True)] == wanted


@given(st.text(alphabet=st.sampled_from("&#;xX01aAmpltgnoti\u00e9 89"), max_size=40))
def test_decodes_references_as_python_does(text: str) -> None:
    wanted = " ".join(unescape(text).split())
    assert read_blocks(f"<p>{text}</p>").texts == ([wanted] if wanted else [])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&CounterClockwiseContourIntegral;", "\u2233"),
        ("&notit;", "\u00acit;"),
        ("&NotEqualTilde;", "\u2242\u0338"),
        ("&#128;&#x9F;", "\u20ac\u0178"),
        ("&#0;&#xD800;&#x110000;&#99999999999999999999;", "\ufffd" * 4),
        ("&nbsp;a&nbsp;&nbsp;b", "a b"),
        ("&", "&"),
        ("&#", "&#"),
        ("&#x;", "&#x;"),
        ("&fo;", "&fo;"),
    ],
)
def test_decodes_references_of_every_kind(written: str, read: str) -> None:
    assert read_blocks(f"<p>{written}").texts == [read]


_NAMES = st.text(alphabet=st.sampled_from("abcdesinmortuDATECOMs-_ 1\u00e9"), max_size=300)


@given(
    st.one_of(
        _NAMES, st.lists(st.sampled_from(["post", "date", "Author", "COMMENT", "navBar", "avatar"])).map("-".join)
    )
)
def test_reads_names_as_python_does(names: str) -> None:
    page = read_blocks(f'<section id="{names}"><p class="{names}">x</p></section>')
    section = page.tags.index("section")
    assert page.containers[NAMES, section : section + 2].tolist() == [name_bits(names) & HINTS] * 2
    assert bool(page.mentions) == bool(name_bits(names) & ~HINTS)


def test_keeps_a_page_exactly_at_its_limits() -> None:
    deep = "<html><body>" + "<div>" * 8
    assert read_blocks(f"{deep}x", HtmlLimits(nodes=10, depth=10)).texts == ["x"]
    for limits, reason in ((HtmlLimits(9, 10), "html_too_many_nodes"), (HtmlLimits(10, 9), "html_too_deep")):
        with pytest.raises(BadRecordError) as refused:
            read_blocks(f"{deep}x", limits)
        assert refused.value.reason == reason


@pytest.mark.parametrize("reference", ["&nGt;", "&nLt;"])
def test_has_room_for_references_that_are_longer_as_text(reference: str) -> None:
    wanted = unescape(reference) * 5000
    page = read_blocks(f"<title>{reference * 5000}</title><p class=byline>{reference * 5000}</p>")
    assert (page.texts, page.title) == ([wanted], wanted)
    assert all(len(text.encode()) <= len(name) + 1 + (len(name) + 1) // 5 for name, text in html5.items())


def test_takes_no_room_for_end_tags_of_names_that_nothing_has() -> None:
    ends = "".join(f"</x{number}>" for number in range(5000))
    page = read_blocks(f"<y-1>a{ends}b</Y-1>c", HtmlLimits(nodes=1))
    assert [(page.tags[owner], text) for owner, text in zip(page.owners, page.texts, strict=True)] == [
        ("y-1", "ab"),
        ("body", "c"),
    ]


def test_counts_elements_that_nobody_wrote_where_a_page_opens_them_again_and_again() -> None:
    assert read_blocks("<html>x</html>" * 100).texts == ["x"] * 100
    with pytest.raises(BadRecordError) as refused:
        read_blocks("x</html>" * 5000, HtmlLimits(nodes=50))
    assert refused.value.reason == "html_too_many_nodes"


def test_knows_the_names_of_elements_with_more_attributes_than_are_handed_over() -> None:
    many = " ".join(f"a{number}=1" for number in range(1000))
    page = read_blocks(f"<div {many} class=comments><p>x</p></div>")
    assert page.containers[NAMES, page.tags.index("div")] == name_bits("comments") & HINTS


def test_reads_a_page_after_a_larger_and_after_one_that_was_refused() -> None:
    page = "<div><p class=byline>one</p><p>two</p></div>"
    before = read_blocks(page)
    read_blocks("<p class=x><a>y</a></p>" * 100_000)
    with pytest.raises(BadRecordError):
        read_blocks("<div class=byline>" * 50, HtmlLimits(depth=20))
    after = read_blocks(page)
    assert (after.texts, after.tags, after.mentions) == (before.texts, before.tags, before.mentions)
    assert after.containers.tolist() == before.containers.tolist()


@pytest.mark.parametrize(
    "script",
    [
        "'<p>no</p>'",
        "<!-- document.write('<script>no</script>'); --> no",
        "<!-- <script> </script> no -->",
        "<!--> no",
        "</scriptx> no",
    ],
)
def test_leaves_out_scripts_up_to_the_end_that_browsers_see(script: str) -> None:
    assert read_blocks(f"<p>a</p><script>{script}</SCRIPT ><p>b</p>").texts == ["a", "b"]


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><path d='M0'/><text>no</text></svg>",
        "<svg/>",
        "<svg><title>no</title><g>no</g>",
        "<svg><foreignObject><p>no</p></foreignObject></svg>",
        "<svg><svg><text>no</text></svg>no</svg>",
    ],
)
def test_leaves_out_drawings_and_goes_on_where_html_ends_them(svg: str) -> None:
    page = read_blocks(f"<title>T</title><p>a</p>{svg}<p>b</p>")
    assert (page.texts, page.title) == (["a", "b"], "T")


def test_reads_on_after_elements_that_have_no_content() -> None:
    assert read_blocks("<p>a<embed src=x>b<wbr>c<source>d</p><p>e</p>").texts == ["abcd", "e"]


def test_ends_lines_of_code_as_they_are_meant() -> None:
    assert read_blocks("<pre>a\r\nb\rc</pre>").texts == ["a\nb\nc"]


def test_hears_names_whose_letters_are_written_as_references() -> None:
    page = read_blocks('<p><a rel="license author" class="x &amp; y" href="/?a=1&copy=2">Eduardo Po&ccedil;as</a></p>')
    assert [(one.kind, one.text) for one in page.mentions] == [(Mention.AUTHOR_NAME, "Eduardo Po\u00e7as")]
    assert page.licence == "/?a=1&copy=2"


def test_takes_the_first_of_attributes_of_one_name_in_any_letters() -> None:
    page = read_blocks('<html LANG=de lang=en><meta NAME="Author" name="robots" content="A &lt; B" content=C>')
    assert (page.language, page.meta) == ("de", {"author": "A < B"})


def test_notes_no_more_than_there_is_room_for() -> None:
    page = read_blocks("<meta name=a content=b><p class=byline>x <span class=author>y</span></p>" * 30_000)
    assert len(page.texts) == 30_000
    assert len(page.mentions) == 200


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from("<>/!-?=\"' \n\tapdivscrtyle&;#x\u00e9\u4e2d\U0001f600"), max_size=200))
def test_reads_any_text(html: str) -> None:
    page = read_blocks(html)
    assert all(text == text.strip() != "" for text in page.texts)
