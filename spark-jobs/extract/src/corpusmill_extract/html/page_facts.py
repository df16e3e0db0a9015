"""What a page says of itself beside its text: title, author, date, licence, and whether it opts out of mining.

Sources: meta elements (Open Graph, Dublin Core, schema.org), JSON-LD, `rel=license`, `time`; opt-outs from robots
directives and the TDM Reservation Protocol (W3C community report, 2024), in the page and in HTTP header fields.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpusmill_extract.documents.text import normalize_line, replace_surrogates
from corpusmill_extract.html.blocks import PageBlocks

_MAX_CHARS = 1000
_MIN_TITLE_CHARS = 10
_AUTHOR_META = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")
_DATE_META = (
    *("article:published_time", "datepublished", "og:published_time", "date", "dc.date", "dcterms.created"),
    *("dc.date.issued", "pubdate", "publishdate", "parsely-pub-date", "sailthru.date", "article.published"),
)
_LICENCE_META = ("dcterms.license", "dc.rights.license", "license", "licence", "dc.rights")
_ROBOTS_SIGNALS = frozenset({"noai", "noimageai", "noindex", "noarchive", "nosnippet", "none"})
_TDM_FIELD = "tdm-reservation"
_USAGE_FIELDS = ("content-usage", "content-signal")
_NO_TRAINING = re.compile(r"\b(?:train-ai|ai-train)\s*=\s*(?:n|no)\b")
_DATE = re.compile(r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_JSON_LD_NODES = 500


@dataclass(frozen=True, slots=True)
class PageFacts:
    """None where the page does not say. `date` is YYYY-MM-DD; `opt_out` lists signals, sorted, with commas."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    licence: str | None = None
    opt_out: str | None = None


def read_page_facts(page: PageBlocks, header_fields: Mapping[str, str]) -> PageFacts:
    """Return the facts of a page; `header_fields` are HTTP fields that opt out, names in lower case."""
    nodes = list(_json_ld_nodes(page.json_ld))
    return PageFacts(
        title=_title(page),
        author=_author(page.meta, nodes),
        date=_date(page, nodes),
        licence=_licence(page, nodes),
        opt_out=",".join(sorted(_opt_outs(page.directives, header_fields))) or None,
    )


def _title(page: PageBlocks) -> str | None:
    """The title; without the site's name where the page's first heading or Open Graph title stands in it whole."""
    title, shared = _line(page.title), _line(page.meta.get("og:title"))
    if title is None:
        return shared
    owners = zip(page.texts, page.owners, strict=True)
    heading = next((_line(text) for text, owner in owners if page.tags[owner] == "h1"), None)
    for short in (heading, shared):
        if short and len(short) >= _MIN_TITLE_CHARS and short.lower() in title.lower():
            return short
    return title


def _author(meta: Mapping[str, str], nodes: list[dict[str, Any]]) -> str | None:
    candidates = [_name(node.get("author")) for node in nodes] + [meta.get(name) for name in _AUTHOR_META]
    lines = [_line(candidate) for candidate in candidates]
    return next((line for line in lines if line and "://" not in line), None)


def _date(page: PageBlocks, nodes: list[dict[str, Any]]) -> str | None:
    values = [node.get("datePublished") for node in nodes] + [page.meta.get(name) for name in _DATE_META]
    for value in [*values, page.time]:
        match = _DATE.search(value) if isinstance(value, str) else None
        if match:
            return match.group(0)
    return None


def _licence(page: PageBlocks, nodes: list[dict[str, Any]]) -> str | None:
    values = [page.licence, *(_url(node.get("license")) for node in nodes)]
    values += [page.meta.get(name) for name in _LICENCE_META]
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


def _json_ld_nodes(texts: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD, outermost first, and no more than _JSON_LD_NODES of them."""
    waiting: list[Any] = []
    for text in texts:
        try:
            waiting.append(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(_JSON_LD_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:_JSON_LD_NODES]
        elif isinstance(node, dict):
            yield node
            waiting.append(node.get("@graph"))


def _name(value: object) -> str | None:
    """An author is a name, an object with one, or a list of these."""
    if isinstance(value, list):
        return ", ".join(name for name in map(_name, value) if name) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None


def _url(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id")
    return value if isinstance(value, str) else None


def _line(value: str | None) -> str | None:
    if value is None:
        return None
    return normalize_line(replace_surrogates(value[: 4 * _MAX_CHARS]))[:_MAX_CHARS].rstrip() or None
