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


LD = '<script type="application/ld+json">%s</script>'


@pytest.mark.parametrize(
    ("html", "author"),
    [
        (LD % '{"@graph":[{"@type":"Article","author":{"@id":"#a"}},{"@id":"#a","name":"Ann Lee"}]}', "Ann Lee"),
        (LD % '[{"@type":"Article","author":[{"@id":"#a"},"Bo Ek"]},{"@id":"#a","name":"Ann Lee"}]', "Ann Lee, Bo Ek"),
        (LD % '{"author":{"@type":"Organization","name":"Site"}}' + "<p class=byline>By Ann Lee</p>", "Ann Lee"),
        ('<meta name="sailthru.author" content="Ann Lee">', "Ann Lee"),
        ('<meta property="article:author" content="https://x/ann"><meta name=dc.creator content="Ann Lee">', "Ann Lee"),
        ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann">', "Ann"),
        ('<meta name=author content="Site"><meta property=og:site_name content=Site><a rel=author>Ann</a>', "Ann"),
        ('<meta name=author content="Site"><meta property=og:site_name content=Site>', "Site"),
        ('<p>Posted by <a href=/a rel="author external">Ann Lee</a> in <a>News</a>', "Ann Lee"),
        ("<div itemprop=author itemscope>von <span itemprop=name>Ann Lee</span>, Reporterin</div>", "Ann Lee"),
        ('<span class="vcard author">Par <a class="url fn n" href=/a>Ann Lee</a></span>', "Ann Lee"),
        ('<div class="post-author">Text: Ann Lee | 5. Mai</div>', "Ann Lee"),
        ("<span class=author>Ann Lee</span> <span class=author>Bo Ek</span>", "Ann Lee, Bo Ek"),
        ("<nav>x</nav><h1>A garden diary</h1><p>By Ann Lee and Bo von Ek</p>", "Ann Lee and Bo von Ek"),
        ("<h1>A garden diary</h1><p>By the time we came it was over</p>", None),
        ('<h1>A</h1><div class=comments><p class="author">Troll</p></div>', None),
        ('<div class="author-bio">Ann likes plants</div><img class="author-avatar" alt=x>', None),
        (f'<div class="author">{"no name but a text " * 20}</div>', None),
    ],
)  # fmt: skip
def test_finds_authors(html: str, author: str | None) -> None:
    assert _facts(html + "<p>end</p>").author == author


@pytest.mark.parametrize(
    ("html", "date"),
    [
        ('<meta name="parsely-pub-date" content="2024-03-05T10:00:00Z">', "2024-03-05"),
        ('<meta name="date" content="Tue, 05 Mar 2024 00:04:00">', "2024-03-05"),
        ('<meta name="citation_publication_date" content="2024/3/5">', "2024-03-05"),
        ('<time class="updated" datetime="2025-01-01">x</time><time datetime="2024-03-05">x</time>', "2024-03-05"),
        ('<span itemprop=datePublished content="2024-03-05">long ago</span>', "2024-03-05"),
        ('<span class="post-date">March 5th, 2024</span>', "2024-03-05"),
        ('<span class="date">5. März 2024</span>', "2024-03-05"),
        ('<span class="date">le 5 mars 2024</span>', "2024-03-05"),
        ('<span class="date">5 de marzo de 2024</span>', "2024-03-05"),
        ('<span class="date">2024年3月5日</span>', "2024-03-05"),
        ('<span class="date">05.03.2024</span>', "2024-03-05"),
        ('<span class="date">05.03.24, 12:00</span>', "2024-03-05"),
        ('<span class="date">25/03/2024</span>', "2024-03-25"),
        ('<span class="date">03/25/2024</span>', "2024-03-25"),
        ('<span class="date">05/03/2024</span>', None),
        ('<html lang=en-US><span class="date">05/03/2024</span>', "2024-05-03"),
        ('<html lang=de><span class="date">05/03/2024</span>', "2024-03-05"),
        ('<span class="date">31.02.2024</span>', None),
        ('<link rel=canonical href="https://x/2024/03/05/a">', "2024-03-05"),
        ("<h1>A garden diary</h1><p>Zürich, 5. März 2024</p>", "2024-03-05"),
        (f'<h1>A garden diary</h1><p>{"It was in the year 2020 that things happened. " * 5} 5 May 2024</p>', None),
        ('<div class=comments><time datetime="2024-03-05">x</time></div>', None),
    ],
)  # fmt: skip
def test_finds_dates(html: str, date: str | None) -> None:
    assert _facts(html + "<p>end</p>").date == date


def test_reads_a_date_in_the_url_where_the_page_states_none() -> None:
    page = read_blocks("<p>x</p>")
    assert read_page_facts(page, {}, "https://example.org/news/2024/03/05/garden").date == "2024-03-05"
    assert read_page_facts(page, {}, "https://example.org/news/2024/13/05/garden").date is None


def test_takes_the_only_creative_commons_licence_that_a_page_links() -> None:
    by, zero = (f'<a href="https://creativecommons.org/licenses/{name}/4.0/">x</a>' for name in ("by", "by-sa"))
    assert _facts(by + by).licence == "https://creativecommons.org/licenses/by/4.0/"
    assert _facts(by + zero).licence is None
    assert _facts(by + zero + '<a rel=license href="/own">x</a>').licence == "/own"
