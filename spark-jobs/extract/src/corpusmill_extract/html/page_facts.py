"""What a page says of itself beside its text: title, author, date, licence, and whether it opts out of mining.

Authors and dates: authors.py, dates.py. Licences: `rel=license`, JSON-LD, meta elements, links; opt-outs from robots
directives and the TDM Reservation Protocol (W3C community report, 2024), in the page and in HTTP header fields.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corpusmill_extract.documents.text import normalize_line, replace_surrogates
from corpusmill_extract.html.authors import find_author
from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.dates import find_date
from corpusmill_extract.html.json_ld import JsonLd

_MAX_CHARS = 1000
_MIN_TITLE_CHARS = 10
_HEADINGS = frozenset(["h1", "h2", "h3"])
_LICENCE_META = ("dcterms.license", "dc.rights.license", "license", "licence", "dc.rights")
_ROBOTS_SIGNALS = frozenset({"noai", "noimageai", "noindex", "noarchive", "nosnippet", "none"})
_TDM_FIELD = "tdm-reservation"
_USAGE_FIELDS = ("content-usage", "content-signal")
_NO_TRAINING = re.compile(r"\b(?:train-ai|ai-train)\s*=\s*(?:n|no)\b")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """None where the page does not say. `date` is YYYY-MM-DD; `opt_out` lists signals, sorted, with commas."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    licence: str | None = None
    opt_out: str | None = None


def read_page_facts(page: PageBlocks, header_fields: Mapping[str, str], url: str | None = None) -> PageFacts:
    """Return the facts of a page; `header_fields` are HTTP fields that opt out, names in lower case."""
    json_ld = JsonLd(page.json_ld)
    first = page.first_heading()
    heading = _titled(page, first)
    return PageFacts(
        title=_title(page, first),
        author=find_author(page, json_ld, heading),
        date=find_date(page, json_ld, heading, url),
        licence=_licence(page, json_ld),
        opt_out=",".join(sorted(_opt_outs(page.directives, header_fields))) or None,
    )


def _titled(page: PageBlocks, first: int | None) -> int:
    """The number of the heading that the page's title repeats; else of its first heading, else of its first block."""
    title = " ".join(page.title.split())
    for number, owner in enumerate(page.owners):
        text = page.texts[number]
        if page.tags[owner] in _HEADINGS and len(text) >= _MIN_TITLE_CHARS and text in title:
            return number
    return first or 0


def _title(page: PageBlocks, heading: int | None) -> str | None:
    """The title; without the site's name where the page's first heading or Open Graph title stands in it whole."""
    title, shared = _line(page.title), _line(page.meta.get("og:title"))
    if title is None:
        return shared
    for short in (None if heading is None else _line(page.texts[heading]), shared):
        if short and len(short) >= _MIN_TITLE_CHARS and short.lower() in title.lower():
            return short
    return title


def _licence(page: PageBlocks, json_ld: JsonLd) -> str | None:
    """What the page says is its licence; else the one Creative Commons licence that it links."""
    values = [page.licence, *(_url(value) for value in json_ld.values("license"))]
    values += [page.meta.get(name) for name in _LICENCE_META]
    values += page.linked_licences if len(page.linked_licences) == 1 else ()
    return next((line for line in map(_line, values) if line), None)


def _opt_outs(directives: Mapping[str, list[str]], fields: Mapping[str, str]) -> set[str]:
    robots = [value for name, values in directives.items() if name != _TDM_FIELD for value in values]
    parts = ",".join([*robots, fields.get("x-robots-tag", "")]).split(",")
    found = {part.strip().lower().rpartition(":")[2].strip() for part in parts} & _ROBOTS_SIGNALS
    reservations = ",".join([*directives.get(_TDM_FIELD, []), fields.get(_TDM_FIELD, "")]).split(",")
    if any(part.strip() == "1" for part in reservations):
        found.add(_TDM_FIELD)
    if any(_NO_TRAINING.search(fields.get(name, "").lower()) for name in _USAGE_FIELDS):
        found.add("no-training")
    return found


def _url(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id")
    return value if isinstance(value, str) else None


def _line(value: str | None) -> str | None:
    if value is None:
        return None
    return normalize_line(replace_surrogates(value[: 4 * _MAX_CHARS]))[:_MAX_CHARS].rstrip() or None
