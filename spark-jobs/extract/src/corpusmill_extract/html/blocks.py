"""A page as a flat list of text blocks, from one pass of libxml2's HTML parser and without a tree.

A block is text that no block-level tag and no empty line interrupts. Containers are the block-level elements,
in document order; container 0 is the page. Each holds a range of blocks, so that features are sums over ranges.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from corpusmill_extract.documents.text import replace_surrogates
from corpusmill_extract.html.hints import HINT_BIT, TAG_BIT
from corpusmill_extract.html.mentions import (
    AUTHORS,
    ELSEWHERE,
    NAMING,
    Mentioned,
    find_mention,
    may_mention,
    stated_value,
)
from corpusmill_extract.html.names import HINTS, name_bits, name_hints

_INLINE, _TIME, _LINK, _BREAK, _SKIPPED, _HEAD = range(1, 7)
# What is none of these is a block.
_ROLES = {
    **dict.fromkeys(
        [
            *("abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
            *("img", "input", "ins", "kbd", "label", "mark", "nobr", "q", "rt", "ruby", "s", "samp", "small", "source"),
            *("span", "strike", "strong", "sub", "sup", "track", "tt", "u", "var", "wbr"),
        ],
        _INLINE,
    ),
    **dict.fromkeys(
        [
            *("applet", "audio", "canvas", "datalist", "embed", "frameset", "iframe", "map", "noframes", "object"),
            *("rp", "script", "select", "style", "svg", "template", "textarea", "title", "video"),
        ],
        _SKIPPED,
    ),
    **dict.fromkeys(["base", "link", "meta"], _HEAD),
    "time": _TIME,
    "a": _LINK,
    "br": _BREAK,
}
_CC_LICENCE = "creativecommons.org/licenses/"
_JSON_LD = "application/ld+json"
_JSON_LD_BYTES = _JSON_LD.encode()
_MAX_META = 500
_MAX_MENTIONS = 200
# Names of meta elements whose every value counts, however many there are: what a page allows robots to do.
DIRECTIVE_META = frozenset(["robots", "googlebot", "bingbot", "gptbot", "ccbot", "google-extended", "tdm-reservation"])
_UNREAD = re.compile(rb"<(!--|(?:script|style|svg)(?=[\s>]))[^>]*", re.IGNORECASE)
_UNREAD_ENDS = {b"!--": b"-->", b"script": b"</script", b"style": b"</style", b"svg": b"</svg"}
_NAMED_BY = frozenset({"id", "role", "itemprop"})
# Attributes beside `class` that say what an element holds, or that nobody sees it.
_TELLING = _NAMED_BY | {"hidden", "style", "property", "rel"}
_UNSEEN = HINT_BIT["unseen"]
PAGE = 0
_DEPTH, _TAGS_AROUND, _NAMES_AROUND = 2, 5, 6


# A container as numbers: its parent; the number of the first block in it, or after it where it has none; its depth;
# hints of its tag and of its names; the same of it and all around it (`body` says nothing); its kind (containers
# with one tag and class are of one).
Container = tuple[int, int, int, int, int, int, int, int]


@dataclass(slots=True)
class PageBlocks:
    """A page's text. `owners` says in which container a block stands, `link_chars` how much of it is linked."""

    texts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    link_chars: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    containers: list[Container] = field(default_factory=lambda: [(PAGE, 0, 0, 0, 0, 0, 0, 0)])
    tags: list[str] = field(default_factory=lambda: [""])
    # Per container the number of the first block after it.
    ends: list[int] = field(default_factory=lambda: [-1])
    title: str = ""
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


def read_blocks(html: str) -> PageBlocks:
    """Return the blocks of a page whose size and depth were checked before.

    A lone surrogate reads as U+FFFD, zeros are left out: to look for them in bytes takes a fiftieth of the time.
    """
    content = _utf8(html).replace(b"\0", b"")
    collector = _PARSING.collector
    collector.begin()
    if content and not content.isspace():
        etree.HTML(_without_unread(content), parser=_PARSING.parser)
    return collector.close()


def _utf8(html: str) -> bytes:
    try:
        return html.encode("utf-8")
    except UnicodeEncodeError:
        return replace_surrogates(html).encode("utf-8")


def _without_unread(html: bytes) -> bytes:
    """Leave out scripts, styles and drawings, half of a page's bytes, which the parser would hand over in vain."""
    parts: list[bytes] = []
    kept = position = 0
    while match := _UNREAD.search(html, position):
        name = match.group(1).lower()
        position = html.find(_UNREAD_ENDS[name], match.end())
        if position < 0:
            break
        if name != b"!--" and not (name == b"script" and _JSON_LD_BYTES in match.group(0).lower()):
            parts.append(html[kept : match.start()])
            kept = html.find(b">", position) + 1 or len(html)
            position = kept
    return b"".join(parts) + html[kept:]


class _BlockCollector:
    """Hears libxml2's parser events. It closes what authors left open, so that starts and ends are paired."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget the page before."""
        self._page = PageBlocks()
        # By tag and class: number, hints of the class, hint of the tag, whether the class may name an author or a date.
        self._kinds: dict[tuple[str, str], tuple[int, int, int, bool]] = {}
        self._top = PAGE
        self._skipped_depth = 0
        self._captured: list[str] | None = None
        self._text: list[str] = []
        self._link_depth = self._link_chars = self._links = self._breaks = self._pre_depth = 0
        # Those of the page's mentions that are still open, and how many elements are within the first of them.
        self._heard: list[Mentioned] = []
        self._heard_depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped_depth:
            self._skipped_depth += 1
            return
        if self._heard:
            self._heard_depth += 1
        role = _ROLES.get(tag)
        if role is not None:
            if attributes or role != _INLINE:
                self._start_inline(role, tag, attributes)
            return
        if self._text:
            self._flush()
        classes, names, is_named = "", 0, False
        if attributes:
            classes = attributes.get("class", "")
            if (not classes or len(attributes) > 1) and not _TELLING.isdisjoint(attributes):
                names = _other_hints(attributes)
                is_named = may_mention(attributes)
        kind, hints, tags, is_class_named = self._kinds.get((tag, classes)) or self._new_kind(tag, classes)
        self._open(tag, (tags, names | hints, kind))
        if is_named or is_class_named or (self._heard and attributes):
            self._note_mention(attributes, is_time=False)
        if tag == "html":
            self._page.language = attributes.get("lang", "")

    def end(self, tag: str) -> None:
        if self._skipped_depth:
            self._skipped_depth -= 1
            if not self._skipped_depth:
                self._end_capture(tag)
                if self._heard:
                    self._end_heard()
            return
        if self._heard:
            self._end_heard()
        role = _ROLES.get(tag)
        if role is None:
            if self._text:
                self._flush()
            page, top = self._page, self._top
            if page.tags[top] == tag:
                page.ends[top] = len(page.texts)
                self._top = page.containers[top][0]
                if tag == "pre":
                    self._pre_depth -= 1
        elif role == _LINK and self._link_depth:
            self._link_depth -= 1

    def data(self, text: str) -> None:
        if self._skipped_depth:
            if self._captured is not None:
                self._captured.append(text)
        elif not text.isspace():
            self._text.append(text)
            self._breaks = 0
            if self._heard:
                self._heard = [mentioned for mentioned in self._heard if mentioned.hear(text)]
            if self._link_depth:
                self._link_chars += len(text.strip())
        elif self._text:
            self._text.append(text)

    def close(self) -> PageBlocks:
        if self._text:
            self._flush()
        count = len(self._page.texts)
        self._page.ends = [count if end < 0 else end for end in self._page.ends]
        return self._page

    def _start_inline(self, role: int, tag: str, attributes: Mapping[str, str]) -> None:
        if role == _BREAK:
            self._start_break()
        elif role == _SKIPPED:
            self._skip(tag, attributes)
        elif role == _HEAD:
            self._note_head(tag, attributes)
        else:
            if role == _LINK:
                self._link_depth += 1
                self._links += 1
                self._note_licence(attributes)
            if attributes and (role == _TIME or self._heard or may_mention(attributes)):
                self._note_mention(attributes, is_time=role == _TIME)

    def _note_mention(self, attributes: Mapping[str, str], *, is_time: bool) -> None:
        page = self._page
        if len(page.mentions) >= _MAX_MENTIONS or page.containers[self._top][_NAMES_AROUND] & ELSEWHERE:
            return
        in_author = bool(self._heard) and self._heard[-1].kind in AUTHORS
        kind = find_mention(attributes, in_author=in_author, is_time=is_time)
        if kind is not None:
            self._heard_depth = self._heard_depth if self._heard else 1
            block = len(page.texts) + bool(self._text)
            mentioned = Mentioned(kind, block, self._heard_depth, stated_value(attributes))
            page.mentions.append(mentioned)
            self._heard.append(mentioned)

    def _end_heard(self) -> None:
        self._heard_depth -= 1
        while self._heard and self._heard[-1].depth > self._heard_depth:
            self._heard.pop()

    def _start_break(self) -> None:
        """One break is white space, two in a row end a block."""
        self._breaks += 1
        if self._breaks > 1:
            self._flush()
        elif self._text:
            self._text.append("\n")

    def _skip(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._skipped_depth = 1
        is_title = tag == "title" and not self._page.title
        if is_title or (tag == "script" and attributes.get("type", "").lower() == _JSON_LD):
            self._captured = []

    def _end_capture(self, tag: str) -> None:
        if self._captured is None:
            return
        text = "".join(self._captured)
        self._captured = None
        if tag == "title":
            self._page.title = text
        else:
            self._page.json_ld.append(text)

    def _note_head(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "link":
            self._note_licence(attributes)
            if attributes.get("rel") == "canonical":
                self._page.canonical = attributes.get("href")
            return
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = attributes.get("content")
        if not name or not content:
            return
        if len(self._page.meta) < _MAX_META:
            self._page.meta.setdefault(name, content)
        directive = attributes.get("name", name).strip().lower()
        if directive in DIRECTIVE_META:
            self._page.directives.setdefault(directive, []).append(content)

    def _note_licence(self, attributes: Mapping[str, str]) -> None:
        relation = attributes.get("rel")
        if relation and "license" in relation.lower().split():
            self._page.licence = self._page.licence or attributes.get("href")
        elif _CC_LICENCE in (href := attributes.get("href", "")):
            self._page.linked_licences.add(href)

    def _open(self, tag: str, said: tuple[int, int, int]) -> None:
        tags, names, kind = said
        page, parent = self._page, self._top
        around = page.containers[parent]
        names_around = 0 if tag == "body" else around[_NAMES_AROUND] | names
        self._top = len(page.ends)
        page.containers.append(
            (parent, len(page.texts), around[_DEPTH] + 1, tags, names, around[_TAGS_AROUND] | tags, names_around, kind)
        )
        page.tags.append(tag)
        page.ends.append(-1)
        if tag == "pre":
            self._pre_depth += 1

    def _new_kind(self, tag: str, classes: str) -> tuple[int, int, int, bool]:
        bits = name_bits(classes)
        kind = (len(self._kinds) + 1, bits & HINTS, TAG_BIT.get(tag, 0), bits & NAMING != 0)
        self._kinds[(tag, classes)] = kind
        return kind

    def _flush(self) -> None:
        self._breaks = 0
        parts = self._text
        raw = parts[0] if len(parts) == 1 else "".join(parts)
        parts.clear()
        text = raw.strip("\n").rstrip() if self._pre_depth else _on_one_line(raw)
        if text:
            page, link_chars = self._page, self._link_chars
            page.texts.append(text)
            page.owners.append(self._top)
            page.link_chars.append(min(link_chars, len(text)))
            page.links.append(self._links)
        self._link_chars = self._links = 0


class _Parsing(threading.local):
    """A thread's parser, kept from page to page.

    A parser and its target hold each other: left to itself, each would keep its page until garbage is collected.
    """

    def __init__(self) -> None:
        self.collector = _BlockCollector()
        # No more than the parser's own limit of depth stops it: what is deeper was refused before.
        self.parser = etree.HTMLParser(target=self.collector, encoding="utf-8", huge_tree=True)


_PARSING = _Parsing()


def _on_one_line(text: str) -> str:
    """Return text with one space for each run of white space; most has no others, which is seen at a glance."""
    text = text.strip()
    return text if text.isprintable() and "  " not in text else " ".join(text.split())


def _other_hints(attributes: Mapping[str, str]) -> int:
    bits = 0
    for name, value in attributes.items():
        if name in _NAMED_BY:
            bits |= name_hints(value)
        elif name == "hidden" or (name == "style" and "display" in value and "none" in value):
            bits |= _UNSEEN
    return bits
