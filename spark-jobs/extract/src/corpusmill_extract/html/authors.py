"""Who a page says has written it.

Asked in turn: JSON-LD, meta elements, elements named like authors, a line near the heading that begins with "By".
A name that the site gives itself, an organisation's or a web address, counts where nothing else is said.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape

from corpusmill_extract.documents.text import normalize_line, replace_surrogates
from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.json_ld import JsonLd, is_organization
from corpusmill_extract.html.mentions import AUTHORS, Mentioned

_META = (
    *("author", "article:author", "dc.creator", "dc:creator", "dcterms.creator", "dcterm:creator", "parsely-author"),
    *("sailthru.author", "citation_author", "byl", "article:author_name", "og:author", "cxenseparse:author"),
    *("authors", "dc.contributor", "parsely:author", "book:author", "creator"),
)
_LABEL = "twitter:label"
_WRITER = re.compile(r"(?:written by|author|by|verfasst von|geschrieben von|autor|écrit par)\W*$", re.IGNORECASE)
_MAX_NAME, _MAX_LINE = 100, 140
_MAX_TOGETHER = 4
# Blocks before and after the heading among which a byline is looked for.
_BEFORE, _AFTER = 3, 12
_VERBS = (
    r"(?:(?:posted|written|published|submitted|created|story|text|interview|reporting|words|article|veröffentlicht|"
    r"geschrieben|gespeichert|verfasst|erstellt|(?:ein )?(?:artikel|beitrag)|(?:zeige )?alle (?:beiträge|artikel)|"
    r"beiträge|view all posts|publié|écrit|rédigé|escrito|publicado|scritto)\s+)?"
)
_BY = rf"{_VERBS}(?:by|von|par|por|di|door|af|av)\b[:\s]+"
_LABELLED = r"(?:autor(?:in|en)?|author|auteur|text|interview|redaktion|verfasser|reporter|writer|words)s?\s*:\s*"
_PREFIX = re.compile(rf"^(?:{_BY}|{_LABELLED})+", re.IGNORECASE)
_END = re.compile(
    r"\s*(?:[|•·\u2013\u2014/\n(]|\s-\s|,?\s+(?:on|am|le|el|um|at|in)\s|,?\s\d|\bupdated\b|\bpublished\b).*$",
    re.IGNORECASE,
)
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w.'\u2019-]*"
_FULL_NAME = rf"{_NAME}(?: (?:(?:von|van|de|del|der|den|da|di|la|le|zu|bin|al) )*{_NAME}){{1,3}}"
_BYLINE = re.compile(rf"^(?i:{_BY}|{_LABELLED})({_FULL_NAME}(?:(?:, | and | und | et | y | & ){_FULL_NAME})*)(?=$|\W)")
_LOGIN = re.compile(r"^[a-z0-9_.@\[\]-]+$")
_NO_NAME = re.compile(r"://|^www\.|^@")
_ADDRESS = re.compile(r"\.[a-z]{2,4}\b|@")


def find_author(page: PageBlocks, json_ld: JsonLd, heading: int) -> str | None:
    """Return the author or authors; `heading` is the number of the page's heading among its blocks."""
    own = _own_names(page.meta, json_ld)
    second_choice: str | None = None
    for candidate in _candidates(page, json_ld, heading):
        if not candidate:
            continue
        if candidate.lower() not in own and not _ADDRESS.search(candidate) and not _LOGIN.match(candidate):
            return candidate
        second_choice = second_choice or candidate
    return second_choice


def _candidates(page: PageBlocks, json_ld: JsonLd, heading: int) -> Iterator[str | None]:
    for node in json_ld.nodes:
        yield _of_node(node, json_ld)
    for name in _META:
        yield clean_name(page.meta.get(name))
    for number in "1234":
        if _WRITER.match(page.meta.get(_LABEL + number, "")):
            yield clean_name(page.meta.get("twitter:data" + number))
    for kind in AUTHORS:
        yield _together([found for found in page.mentions if found.kind == kind], heading)
    yield _byline(page, heading)


def _of_node(node: Mapping[str, object], json_ld: JsonLd) -> str | None:
    value = node.get("author") or node.get("creator")
    people = [json_ld.follow(one) for one in (value if isinstance(value, list) else [value])]
    names = [clean_name(_name(one)) for one in people if not is_organization(one)]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _name(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("name")
    return unescape(value) if isinstance(value, str) else None


def _own_names(meta: Mapping[str, str], json_ld: JsonLd) -> set[str]:
    """What the site calls itself, in lower case."""
    names = [meta.get("og:site_name"), meta.get("application-name"), *map(_name, json_ld.values("publisher"))]
    return {name.strip().lower() for name in names if name}


def _together(found: list[Mentioned], heading: int) -> str | None:
    """The first that stands at the heading or after it, else the first; with those that stand in the same block."""
    after = [one for one in found if one.block >= heading - _BEFORE] or found
    named = [(one.block, name) for one in after if (name := clean_name(one.text or one.value))]
    names = dict.fromkeys(name for block, name in named if block <= named[0][0] + 1)
    return ", ".join(list(names)[:_MAX_TOGETHER]) or None


def _byline(page: PageBlocks, heading: int) -> str | None:
    for text in page.texts[max(0, heading - _BEFORE) : heading + _AFTER]:
        match = _BYLINE.match(" ".join(text.split())) if len(text) <= _MAX_LINE else None
        if match:
            return match.group(1)
    return None


def clean_name(value: str | None) -> str | None:
    """Return a name without "by" before it and a date or a post after it; None where it is none."""
    if value is None:
        return None
    line = _PREFIX.sub("", normalize_line(replace_surrogates(value[: 4 * _MAX_NAME])))
    if _NO_NAME.search(line):
        return None
    line = _END.sub("", line).strip(" ,;:.|-*\u2013")
    return line if 0 < len(line) <= _MAX_NAME and not line.isdigit() else None
