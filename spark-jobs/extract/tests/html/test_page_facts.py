"""What pages say of themselves, and what keeps them from being mined."""

import pytest

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.page_facts import PageFacts, read_page_facts


def _facts(html: str, **fields: str) -> PageFacts:
    return read_page_facts(read_blocks(html), {name.replace("_", "-"): value for name, value in fields.items()})


def test_says_nothing_of_a_page_that_says_nothing() -> None:
    assert _facts("<p>text</p>") == PageFacts()


def test_reads_meta_elements() -> None:
    facts = _facts(
        '<title>\n T </title><meta name="author" content=" Ann  Lee "><meta property="article:published_time" '
        'content="2024-05-01T10:00:00Z"><link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
    )
    assert facts == PageFacts("T", "Ann Lee", "2024-05-01", "https://creativecommons.org/licenses/by/4.0/", None)


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>A garden diary | Site</title><body><h1>A garden diary</h1>", "A garden diary"),
        ("<title>A garden diary | Site</title><body><h1>Site</h1>", "A garden diary | Site"),
        ("<title>Diary - Site</title><meta property=og:title content='a garden diary'>", "Diary - Site"),
        ("<title>A garden diary - Site</title><meta property=og:title content='A garden Diary'>", "A garden Diary"),
        ("<meta property=og:title content='A garden'>", "A garden"),
    ],
)
def test_leaves_the_name_of_the_site_out_of_the_title(html: str, title: str) -> None:
    assert _facts(html).title == title


def test_reads_json_ld_and_prefers_it() -> None:
    facts = _facts(
        '<meta name="author" content="web team"><script type="application/ld+json">{"@graph":[{"@type":"Article",'
        '"author":[{"name":"Ann"},{"name":"Bo"}],"datePublished":"2023-12-31","license":"https://x/l"}]}</script>'
    )
    assert (facts.author, facts.date, facts.licence) == ("Ann, Bo", "2023-12-31", "https://x/l")


@pytest.mark.parametrize(
    "json_ld",
    ["", "{", "[]", "[[[[]]]]", "1", '"a"', '{"author": 1}', '{"author": {"name": []}}', "[" * 100_000, '{"a":NaN}'],
)
def test_takes_any_json_ld(json_ld: str) -> None:
    assert _facts(f'<script type="application/ld+json">{json_ld}</script><p>x</p>') == PageFacts()


def test_takes_no_url_for_an_author_and_no_word_for_a_date() -> None:
    facts = _facts('<meta property="article:author" content="https://x/ann"><meta name="date" content="yesterday">')
    assert facts == PageFacts()


@pytest.mark.parametrize(
    ("html", "fields", "signals"),
    [
        ('<meta name="robots" content="NOAI, noimageai, follow">', {}, "noai,noimageai"),
        (
            (
                '<meta name="robots" content="index, follow"><meta name=Robots content="noai, noimageai">'
                "<meta name=robots content=index><meta name=bingbot content=all><meta name=bingbot content=nosnippet>"
            ),
            {},
            "noai,noimageai,nosnippet",
        ),
        ('<meta property="x" name="robots" content="noai">', {}, "noai"),
        (
            '<meta name="k" content="v">'
            + "".join(f"<meta name=k{n} content=v>" for n in range(600))
            + '<meta name="robots" content="noai">',
            {},
            "noai",
        ),
        ('<meta name="tdm-reservation" content="1">', {}, "tdm-reservation"),
        ('<meta name="tdm-reservation" content="0"><meta name="tdm-reservation" content="1">', {}, "tdm-reservation"),
        ("", {"tdm_reservation": "0, 1"}, "tdm-reservation"),
        ('<meta name="tdm-reservation" content="0">', {"tdm_reservation": "0"}, None),
        ("", {"x_robots_tag": "otherbot: noindex, noarchive"}, "noarchive,noindex"),
        ("", {"tdm_reservation": "1", "content_usage": "train-ai=n"}, "no-training,tdm-reservation"),
        ("", {"content_signal": "search=yes, ai-train=no"}, "no-training"),
        ("", {"content_signal": "ai-train=yes"}, None),
    ],
)
def test_lists_signals_against_mining(html: str, fields: dict[str, str], signals: str | None) -> None:
    assert _facts(html + "<p>x</p>", **fields).opt_out == signals
