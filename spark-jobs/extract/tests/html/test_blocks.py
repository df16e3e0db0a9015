"""A page as blocks: where text is cut, what is left out, and bounded work on hostile pages."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.html.blocks import END, FIRST, NAMES_AROUND, TAGS, read_blocks
from corpusmill_extract.html.hints import HINT_BIT, TAG_BIT
from corpusmill_extract.html.mentions import Mention, mention_of_class
from corpusmill_extract.html.names import name_hints


def _tags_of(html: str) -> list[str]:
    page = read_blocks(html)
    return [page.tags[owner] for owner in page.owners]


def test_cuts_at_block_level_tags_and_not_at_inline_ones() -> None:
    page = read_blocks("<p>One <b>bold</b> line<p>two<div>three<ul><li>four</ul>five</div>")
    assert page.texts == ["One bold line", "two", "three", "four", "five"]
    assert _tags_of("<p>One<ul><li>four</ul>") == ["p", "li"]


def test_cuts_at_two_breaks_in_a_row_but_not_at_one() -> None:
    assert read_blocks("<div>a<br>b<br> <br>c</div>").texts == ["a b", "c"]


def test_keeps_the_lines_of_code() -> None:
    assert read_blocks("<pre>\nif x:\n    y\n</pre>").texts == ["if x:\n    y"]


def test_leaves_out_what_no_reader_sees() -> None:
    html = (
        "<style>p{}</style><SCRIPT>var a = '<p>no</p>'</SCRIPT><svg><text>no</text></svg><p>yes</p>"
        "<!-- <script> --><textarea>no</textarea><select><option>no</select><iframe>no</iframe><template>no</template>"
    )
    assert read_blocks(html).texts == ["yes"]


def test_forgets_a_page_that_ended_in_the_middle_of_everything() -> None:
    read_blocks('<div class="author"><pre>a<br><a href=x>b<title>c<textarea><textarea>')
    page = read_blocks("<p>d  e<br><br>f</p>")
    assert (page.texts, page.title, page.links, page.mentions) == (["d e", "f"], "", [0, 0], [])


def test_reads_pages_in_several_threads_at_once() -> None:
    pages = ["".join(f"<p>{page} {number}</p>" for number in range(200)) for page in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(read_blocks, pages))
    assert [page.texts for page in found] == [[f"{page} {number}" for number in range(200)] for page in range(8)]


def test_leaves_nothing_of_a_page_to_the_garbage_collector() -> None:
    read_blocks("<p>first</p>")
    gc.collect()
    gc.disable()
    try:
        for number in range(10):
            read_blocks(f"<div class=x{number}><p>text</p></div>")
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_reads_tags_whose_names_are_those_of_scripts_in_other_letters_only() -> None:
    assert read_blocks("<p>a</p><\u017fvg class=x><p>b</p></\u017fvg>").texts[0] == "a"


def test_reads_a_lone_surrogate_as_the_replacement_character() -> None:
    assert read_blocks("<p>a\ud800b</p>").texts == ["a\ufffdb"]


def test_reads_what_is_there_for_browsers_without_scripts() -> None:
    assert read_blocks("<body><div id=app></div><noscript><p>post</p></noscript>").texts == ["post"]


def test_counts_links_and_linked_characters() -> None:
    page = read_blocks("<p>see <a href=/>this page</a> and <a href=/b>that</a></p><p>none</p>")
    assert page.links == [2, 0]
    assert page.link_chars == [13, 0]


def test_notes_title_meta_licence_time_and_json_ld() -> None:
    page = read_blocks(
        "<head><title>A &amp; B</title><title>later</title><meta name=Author content=Ann>"
        '<meta name="author" content="Bob"><script type="application/ld+json">{"a":1}</script></head>'
        '<body><p><time datetime="2024-05-01">May</time> <a rel="license nofollow" href="/cc">terms</a></p>'
    )
    assert (page.title, page.meta["author"], page.licence) == ("A & B", "Ann", "/cc")
    assert [(one.kind, one.value, one.text, one.block) for one in page.mentions] == [
        (Mention.DATE, "2024-05-01", "May", 0)
    ]
    assert page.json_ld == ['{"a":1}']
    assert page.texts == ["May terms"]


def test_knows_the_hints_around_a_block() -> None:
    page = read_blocks('<body class="comments"><div id="mainNav"><p class="byline">x</p></div>')
    around = page.containers[NAMES_AROUND, page.owners[0]]
    assert around == HINT_BIT["main"] | HINT_BIT["nav"] | HINT_BIT["author"]
    assert page.containers[TAGS, page.owners[0]] == TAG_BIT["p"]


@pytest.mark.parametrize(
    ("names", "hints"),
    [
        ("", []),
        ("comment-list", ["comment", "list"]),
        ("relatedPosts", ["related", "post"]),
        ("x7 q", []),
        ("sidebar" + "y" * 300, []),
        ("a " * 200 + "nav", []),
        ("x" * 199 + " author-nav", ["author", "nav"]),
    ],
)
def test_reads_hints_from_names(names: str, hints: list[str]) -> None:
    assert name_hints(names) == sum(HINT_BIT[hint] for hint in hints)


@pytest.mark.parametrize(
    ("names", "mention"),
    [
        ("entry-author", Mention.BYLINE),
        ("postDate", Mention.DATE),
        ("author-date", Mention.BYLINE),
        ("author-avatar", None),
        ("x" * 190 + " author", Mention.BYLINE),
        ("x" * 197 + " author", None),
        ("author " + "x" * 193 + " avatar", Mention.BYLINE),
    ],
)
def test_reads_authors_and_dates_from_the_first_two_hundred_characters_of_a_class(
    names: str, mention: Mention | None
) -> None:
    assert mention_of_class(names) == mention


def test_ranges_of_containers_hold_their_blocks() -> None:
    page = read_blocks("<div><p>a</p><section><p>b</p><p>c</p></section></div><p>d</p>")
    section = page.tags.index("section")
    assert page.blocks_in(section) == range(1, 3)
    assert page.blocks_in(0) == range(4)


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<a>", "</a>", "<br>", "x", " ", "<!--", "-->", "<pre>"])
    )
)
def test_reads_any_soup_of_tags(parts: list[str]) -> None:
    page = read_blocks("".join(parts))
    assert len(page.texts) == len(page.owners) == len(page.links) == len(page.link_chars)
    assert all(page.containers[FIRST] <= page.containers[END])
    assert all(page.containers[END] <= len(page.texts))
    assert all(0 <= chars <= len(text) for chars, text in zip(page.link_chars, page.texts, strict=True))


def test_reads_a_tag_with_a_hundred_thousand_attributes() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(100_000))
    assert read_blocks(f"<div {attributes}><p>text</p></div>").texts == ["text"]


@pytest.mark.parametrize(
    "html", ["<script>" * 50_000, "<!--" * 50_000, "<svg/>" * 50_000, "<" * 200_000, "<style" * 50_000]
)
def test_reads_pages_that_never_close_what_they_open(html: str) -> None:
    assert "".join(read_blocks(html).texts).strip("<") == ""
