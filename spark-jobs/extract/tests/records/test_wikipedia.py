"""MediaWiki XML dumps, whole and damaged, and their wikitext."""

import bz2
import gzip
import io
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.documents.outcomes import Record, Rejected, WikiPage
from corpusmill_extract.records.wikipedia import read_wikipedia
from corpusmill_extract.records.wikitext import wikitext_to_text
from samples import LIMIT, quarantined

HEAD = "<mediawiki><siteinfo><base>https://simple.wikipedia.org/wiki/Main_Page</base></siteinfo>"


def _page(number: int, text: str, ns: int = 0, extra: str = "") -> str:
    return (
        f"<page><title>Title {number}</title><ns>{ns}</ns><id>{number}</id>{extra}<revision><id>9{number}</id>"
        f"<timestamp>2024-05-06T07:08:09Z</timestamp><text>{text}</text></revision></page>"
    )


PAGES = [_page(number, f"'''Page''' {number} is [[Main|here]].") for number in range(3)]
DUMP = (HEAD + "".join(PAGES) + "</mediawiki>").encode()
OFFSETS = [DUMP.index(page.encode()) for page in PAGES]


def _read(content: bytes, limit: int = LIMIT) -> list[Record]:
    return list(read_wikipedia(cast("BinaryIO", io.BytesIO(content)), "wiki", limit))


def _texts(records: list[Record]) -> list[str]:
    return [wikitext_to_text(one.source, one.own_names) for one in records if isinstance(one, WikiPage)]


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, bz2.compress, lambda dump: bz2.compress(dump[:200]) + bz2.compress(dump[200:])],
    ids=["plain", "gzip", "bzip2", "two streams of bzip2"],
)
def test_reads_every_page_plain_or_compressed(pack: object) -> None:
    records = _read(pack(DUMP))  # type: ignore[operator]
    assert _texts(records) == ["Page 0 is here.", "Page 1 is here.", "Page 2 is here."]
    assert [one.provenance.offset for one in records if isinstance(one, WikiPage)] == OFFSETS


def test_describes_a_page_completely() -> None:
    record = _read(DUMP)[1]
    assert isinstance(record, WikiPage)
    origin = record.provenance
    assert (origin.id, origin.title, origin.metadata) == ("1", "Title 1", '{"revision":"91"}')
    assert origin.url == "https://simple.wikipedia.org/wiki/Title_1"
    assert origin.fetch_time == "2024-05-06T07:08:09Z"


def test_rejects_redirects_and_what_is_no_article() -> None:
    dump = HEAD + _page(1, "#REDIRECT [[x]]", extra="<redirect title='x'/>") + _page(2, "talk", ns=1) + "</mediawiki>"
    records = [one for one in _read(dump.encode()) if isinstance(one, Rejected)]
    assert [(str(one.reason), one.detail) for one in records] == [("wiki_redirect", None), ("wiki_namespace", "1")]


@pytest.mark.parametrize("size", [len(DUMP) // 2, len(DUMP) - 1, OFFSETS[1] + 5])
def test_reads_what_stands_before_the_end_of_a_file_that_is_cut_off(size: int) -> None:
    records = _read(DUMP[:size])
    whole = sum(size >= offset + len(page) for offset, page in zip(OFFSETS, PAGES, strict=True))
    assert len(_texts(records)) == whole
    assert [reason for _, reason in quarantined(records)] == ["truncated"]


@pytest.mark.parametrize("size", [10, 60])
def test_quarantines_compressed_data_that_is_cut_off(size: int) -> None:
    assert quarantined(_read(bz2.compress(DUMP)[:size])) == [(0, "truncated")]


def test_quarantines_damage_once_and_keeps_the_pages_before_it() -> None:
    damaged = DUMP[: OFFSETS[1] + 30] + b"<<&&>" + DUMP[OFFSETS[1] + 40 :]
    records = _read(damaged)
    assert _texts(records) == ["Page 0 is here."]
    assert quarantined(records) == [(OFFSETS[1], "not_wikipedia")]
    assert quarantined(_read(bz2.compress(DUMP)[:40] + b"x" * 40)) == [(0, "corrupt_gzip")]


@pytest.mark.parametrize(
    "content", [b"plain text", b"<html></html>", b"\0" * 50, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"]
)
def test_quarantines_what_is_no_dump(content: bytes) -> None:
    assert [reason for _, reason in quarantined(_read(content))] == ["not_wikipedia"]


def test_quarantines_a_page_that_is_too_large_and_goes_on() -> None:
    dump = HEAD + _page(1, "x" * 5000) + _page(2, "small") + "</mediawiki>"
    records = _read(dump.encode(), limit=1000)
    assert [reason for _, reason in quarantined(records)] == ["payload_too_large"]
    assert _texts(records) == ["small"]


def test_quarantines_a_page_without_text() -> None:
    dump = HEAD + "<page><title>a</title><ns>0</ns></page></mediawiki>"
    assert [reason for _, reason in quarantined(_read(dump.encode()))] == ["missing_text"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("{{Infobox|a={{b}}}}'''Paris''' ({{IPA|x}}) is a ''city''.<ref>x</ref><ref name=a />", "Paris is a city."),
        (
            "[[File:A.jpg|thumb|The [[tower]]]]a [[Category:X]][[de:Y]][[:Category:Z|see]] [[Alien: B]]",
            "a see Alien: B",
        ),
        (
            "[[wikt:foo|a foo]] [[Re:Zero]], [[Mission:Impossible|the film]] of [[Foo:Bar baz]]",
            "a foo Re:Zero, the film of Foo:Bar baz",
        ),
        (
            "[[Wikipedia:Stub|stub]] [[ file : A.jpg|x]][[image:b]][[zh-yue:Y]][[De:Bug]] [[de:Y|German]]",
            "stub De:Bug German",
        ),
        ("== History ==\n* one\n* two [http://x.org site]", "History\n- one\n- two site"),
        ("a<!-- b --> &amp; c<br/>d {| class=x\n|{{t}}\n|}", "a & c\nd"),
        ("a<math>x^2</math> H<sub>2</sub>O __NOTOC__", "a H2O"),
        ("}} a {{ b |} c", "a  b  c".replace("  ", " ")),
        ("a <!-- never closed", "a never closed"),
    ],
)
def test_writes_wikitext_as_text(source: str, text: str) -> None:
    assert wikitext_to_text(source) == text


@pytest.mark.parametrize("part", ["[[", "{{a|", "{|", "<ref>", "[http://a ", "<!--", "[[a|", "<b>", "''", "== ", "&"])
def test_reads_pages_that_open_a_hundred_thousand_times_and_never_close(part: str) -> None:
    assert len(wikitext_to_text(part * 100_000)) <= len(part) * 100_000


@given(st.lists(st.sampled_from(["{{", "}}", "[[", "]]", "{|", "|}", "|", "<ref>", "</ref>", "a", "\n", "*", "="])))
def test_takes_any_soup_of_marks(parts: list[str]) -> None:
    text = wikitext_to_text("".join(parts))
    assert "{{" not in text
    assert text == text.strip()


def test_drops_files_and_categories_by_the_names_that_the_dump_gives_them() -> None:
    names = '<namespaces><namespace key="6">Ficheiro</namespace><namespace key="14">Categoria</namespace>'
    names += '<namespace key="4">Sapo</namespace></namespaces>'
    dump = HEAD.replace("</siteinfo>", names + "</siteinfo>")
    page = _page(1, "a[[ficheiro:X.jpg|thumb|y]][[Categoria:Z]] [[Sapo:B|b]] [[Fichero:C|c]][[File:D.jpg]]")
    assert _texts(_read((dump + page + "</mediawiki>").encode())) == ["a b c"]
