"""A page as a flat list of text blocks, from one pass over its markup and without a tree.

A block is text that no block-level tag and no empty line interrupts. Containers are the block-level elements,
in document order; container 0 is the page. Each holds a range of blocks, so that features are sums over ranges.
The pass itself is native/reader.zig; here is what a page has few of, and what asks for Python's strings.
"""

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.documents.text import replace_surrogates
from corpusmill_extract.html.attributes import Attributes, read_attributes
from corpusmill_extract.html.library import tag_names
from corpusmill_extract.html.mentions import Mentioned, judge_mentions
from corpusmill_extract.html.reader import NAMED_TAGS, TOO_DEEP, NoteKind, RawPage, read_page

_CC_LICENCE = "creativecommons.org/licenses/"
_MAX_META = 500
_DIGITS = re.compile(r"\s*\+?(\d{1,9})", re.ASCII)
# Of columns and rows of one cell, as many as tables of data have; of a list, more is no number of items.
_MAX_SPAN, _MAX_START = 64, 1_000_000
# Names of meta elements whose every value counts, however many there are: what a page allows robots to do.
DIRECTIVE_META = frozenset(["robots", "googlebot", "bingbot", "gptbot", "ccbot", "google-extended", "tdm-reservation"])
PAGE = 0


@dataclass(frozen=True, slots=True)
class HtmlLimits:
    """More start tags than `nodes`, or elements open at once than `depth`, are no page."""

    nodes: int = 1_000_000
    depth: int = 10_000


# Rows of `PageBlocks.containers`: a container's parent; the number of the first block in it, or after it where it has
# none; its depth; hints of its tag and of its names; the same of it and all around it (`body` says nothing); its kind
# (containers with one tag and class are of one); the number of the first block after it; its tag.
PARENT, FIRST, DEPTH, TAGS, NAMES, TAGS_AROUND, NAMES_AROUND, KIND, END, _TAG = range(10)
_OWNER, _LINK_CHARS, _LINKS, _FROM_CHAR, _TO_CHAR = range(5)


def _no_containers() -> NDArray[np.int64]:
    return np.zeros((_TAG + 1, 1), dtype=np.int64)


@dataclass(slots=True)
class PageBlocks:
    """A page's text. `owners` says in which container a block stands, `link_chars` how much of it is linked."""

    texts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    link_chars: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    containers: NDArray[np.int64] = field(default_factory=_no_containers)
    # Some rows of `containers` as lists.
    parents: list[int] = field(default_factory=lambda: [PAGE])
    firsts: list[int] = field(default_factory=lambda: [0])
    ends: list[int] = field(default_factory=lambda: [0])
    tags: list[str] = field(default_factory=lambda: [""])
    title: str = ""
    # Of cells over several, their columns and rows, and at what numbers lists begin, by container.
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    # Of several, the first.
    meta: dict[str, str] = field(default_factory=dict)
    # Of DIRECTIVE_META, all.
    directives: dict[str, list[str]] = field(default_factory=dict)
    licence: str | None = None
    # Creative Commons licences that it links without saying for what.
    linked_licences: set[str] = field(default_factory=set)
    # Where it says that it stands itself.
    canonical: str | None = None
    language: str = ""
    # Elements named like authors and dates, and `time` elements.
    mentions: list[Mentioned] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)

    def first_heading(self) -> int | None:
        """The number of the first block in an `h1`."""
        return next((number for number, owner in enumerate(self.owners) if self.tags[owner] == "h1"), None)

    def blocks_in(self, container: int) -> range:
        """The numbers of the blocks in a container."""
        return range(self.firsts[container], self.ends[container])


_NO_LIMITS = HtmlLimits()


def read_blocks(html: str, limits: HtmlLimits = _NO_LIMITS) -> PageBlocks:
    r"""Return the blocks of a page. A lone surrogate reads as U+FFFD, zeros are left out, `\r` and `\r\n` are `\n`.

    Raises:
        BadRecordError: it goes beyond a limit; `detail` is the limit.
    """
    content = _utf8(html).replace(b"\0", b"")
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw = read_page(content, limits.nodes, limits.depth)
    if isinstance(raw, RawPage):
        page = _page_of(raw)
        _take_notes(page, raw)
        page.mentions = judge_mentions(raw)
        return page
    if raw == TOO_DEEP:
        raise BadRecordError(Reason.HTML_TOO_DEEP, detail=str(limits.depth))
    raise BadRecordError(Reason.HTML_TOO_MANY_NODES, detail=str(limits.nodes))


def _utf8(html: str) -> bytes:
    try:
        return html.encode("utf-8")
    except UnicodeEncodeError:
        return replace_surrogates(html).encode("utf-8")


def _page_of(raw: RawPage) -> PageBlocks:
    rows, names = raw.blocks.tolist(), tag_names()
    tags = [names[tag] if tag < NAMED_TAGS else raw.names[tag - NAMED_TAGS] for tag in raw.containers[_TAG].tolist()]
    tags[PAGE] = ""
    return PageBlocks(
        texts=[raw.text[low:high] for low, high in zip(rows[_FROM_CHAR], rows[_TO_CHAR], strict=True)],
        owners=rows[_OWNER],
        link_chars=rows[_LINK_CHARS],
        links=rows[_LINKS],
        containers=raw.containers,
        parents=raw.containers[PARENT].tolist(),
        firsts=raw.containers[FIRST].tolist(),
        ends=raw.containers[END].tolist(),
        tags=tags,
    )


def _take_notes(page: PageBlocks, raw: RawPage) -> None:
    for kind, low, high, container in raw.notes:
        if kind == NoteKind.TITLE:
            page.title = raw.heard(low, high)
        elif kind == NoteKind.JSON_LD:
            page.json_ld.append(raw.html[low:high].decode("utf-8"))
        elif kind == NoteKind.META:
            _note_meta(page, read_attributes(raw, low, high))
        elif kind == NoteKind.LINK:
            _note_link(page, read_attributes(raw, low, high))
        elif kind == NoteKind.PLACE:
            _note_place(page, container, read_attributes(raw, low, high))
        else:
            page.language = read_attributes(raw, low, high).get("lang", "")


def _note_meta(page: PageBlocks, attributes: Attributes) -> None:
    name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
    content = attributes.get("content")
    if not name or not content:
        return
    if len(page.meta) < _MAX_META:
        page.meta.setdefault(name, content)
    directive = attributes.get("name", name).strip().lower()
    if directive in DIRECTIVE_META:
        page.directives.setdefault(directive, []).append(content)


def _note_place(page: PageBlocks, container: int, attributes: Attributes) -> None:
    if page.tags[container] == "ol":
        page.starts[container] = _number(attributes.get("start", ""), 0, _MAX_START)
    else:
        columns, rows = (_number(attributes.get(name, ""), 1, _MAX_SPAN) for name in ("colspan", "rowspan"))
        page.spans[container] = (columns, rows)


def _number(text: str, least: int, most: int) -> int:
    """The number that a text begins with, as HTML reads them (standard, section 2.3.4.2), within limits; 1 of none."""
    found = _DIGITS.match(text)
    return max(least, min(int(found.group(1)), most)) if found else 1


def _note_link(page: PageBlocks, attributes: Attributes) -> None:
    relation, href = attributes.get("rel", ""), attributes.get("href")
    if relation == "canonical":
        page.canonical = href
    if "license" in relation.lower().split():
        page.licence = page.licence or href
    elif href and _CC_LICENCE in href:
        page.linked_licences.add(href)
