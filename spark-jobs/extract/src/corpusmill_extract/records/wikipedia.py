"""Reads a MediaWiki XML dump (pages-articles), plain or compressed, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import quote
from xml.parsers import expat

from corpusmill_extract.documents.errors import DamagedInputError
from corpusmill_extract.documents.fetch_time import parse_fetch_time
from corpusmill_extract.documents.identity import record_doc_id
from corpusmill_extract.documents.outcomes import Provenance, Quarantined, Record, Rejected, WikiPage
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.records.byte_stream import read_decompressed
from corpusmill_extract.records.fields import canonical_json

_ARTICLES = "0"
_ROOT = "mediawiki"
_MAX_FIELD_CHARS = 10_000
# Fields by the path of elements below the root.
_FIELDS = {
    "page/title": "title",
    "page/ns": "ns",
    "page/id": "id",
    "page/revision/id": "revision",
    "page/revision/timestamp": "timestamp",
    "page/revision/text": "text",
    "siteinfo/base": "base",
    "siteinfo/namespaces/namespace": "namespace",
}
# Keys of the name spaces whose links show nothing: files and categories.
_UNSHOWN = frozenset(["6", "14"])


@dataclass(slots=True)
class _Page:
    """A page as far as it was read; of a text that is too large only its size is kept."""

    offset: int
    fields: dict[str, str] = field(default_factory=dict)
    is_redirect: bool = False
    is_too_large: bool = False


def read_wikipedia(raw: BinaryIO, source: str, max_record_bytes: int) -> Iterator[Record]:
    """Yield one value per page; offsets are decompressed bytes of the page's start.

    Pages outside the article name space and redirects are rejected. What follows damage cannot be read, as XML
    has no place to begin again: it is one quarantined record.
    """
    reader = _DumpReader(max_record_bytes)
    try:
        for chunk in read_decompressed(raw, max_record_bytes):
            for page in reader.feed(chunk):
                yield _record(page, source, reader.site)
        reader.finish()
    except DamagedInputError as damage:
        yield from (_record(page, source, reader.site) for page in reader.take())
        yield Quarantined(reader.offset, damage.reason, damage.detail)


@dataclass(slots=True)
class _Site:
    """What a dump says of its wiki: its main page's URL, and what it calls files and categories."""

    base: str = ""
    unshown: frozenset[str] = frozenset()


class _DumpReader:
    """Hears expat's events and gathers whole pages."""

    def __init__(self, max_text_chars: int) -> None:
        self.site = _Site()
        self.offset = 0
        self._max_text_chars = max_text_chars
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0
        self._is_unshown = False
        self._page: _Page | None = None
        self._done: list[_Page] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, chunk: bytes) -> list[_Page]:
        """Return the pages that end in a chunk.

        Raises:
            DamagedInputError: this is no XML any more, or never was a dump.
        """
        self._parse(chunk, is_final=False)
        return self.take()

    def finish(self) -> None:
        """Say that the file is over.

        Raises:
            DamagedInputError: its XML is not.
        """
        self._parse(b"", is_final=True)

    def take(self) -> list[_Page]:
        """Return the pages that ended since this was asked last."""
        done, self._done = self._done, []
        return done

    def _parse(self, chunk: bytes, *, is_final: bool) -> None:
        try:
            self._parser.Parse(chunk, is_final)
        except expat.ExpatError as error:
            reason = Reason.TRUNCATED if is_final and self._path else Reason.NOT_WIKIPEDIA
            self.offset = self._page.offset if self._page is not None else self._parser.ErrorByteIndex
            raise DamagedInputError(reason) from error

    def _refuse(self, *_: object) -> None:
        """A dump has no document type; one could define entities that grow without end."""
        raise DamagedInputError(Reason.NOT_WIKIPEDIA)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != _ROOT:
            raise DamagedInputError(Reason.NOT_WIKIPEDIA)
        self._path.append(name)
        if self._path[1:] == ["page"]:
            self._page = _Page(self._parser.CurrentByteIndex)
            self.offset = self._page.offset
        elif self._path[1:] == ["page", "redirect"] and self._page is not None:
            self._page.is_redirect = True
        elif name == "namespace":
            self._is_unshown = attributes.get("key") in _UNSHOWN
        self._text.clear()
        self._size = 0

    def _end(self, _name: str) -> None:
        known = _FIELDS.get("/".join(self._path[1:])) if len(self._path) > 2 else None  # noqa: PLR2004 - root, page
        if known == "base":
            self.site.base = "".join(self._text)
        elif known == "namespace":
            if self._is_unshown:
                self.site.unshown |= {"".join(self._text)}
        elif known is not None and self._page is not None:
            # Of a page with several revisions the last one counts.
            self._page.fields[known] = "".join(self._text)
        self._path.pop()
        if len(self._path) == 1 and self._page is not None:
            self._done.append(self._page)
            self._page = None
        self._text.clear()
        self._size = 0

    def _data(self, text: str) -> None:
        self._size += len(text)
        limit = self._max_text_chars if self._path[-1] == "text" else _MAX_FIELD_CHARS
        if self._size <= limit:
            self._text.append(text)
        elif self._page is not None:
            self._page.is_too_large = True


def _record(page: _Page, source: str, site: _Site) -> Record:
    provenance = _provenance(page, source, site.base)
    if page.is_too_large:
        return Quarantined(page.offset, Reason.PAYLOAD_TOO_LARGE)
    if page.fields.get("ns", _ARTICLES) != _ARTICLES:
        return Rejected(provenance, Reason.WIKI_NAMESPACE, page.fields["ns"][:20])
    if page.is_redirect:
        return Rejected(provenance, Reason.WIKI_REDIRECT)
    if "text" not in page.fields:
        return Quarantined(page.offset, Reason.MISSING_TEXT)
    return WikiPage(provenance, page.fields["text"], site.unshown)


def _provenance(page: _Page, source: str, base: str) -> Provenance:
    fields = page.fields
    title = fields.get("title")
    metadata = {name: fields[name] for name in ("revision",) if name in fields}
    return Provenance(
        offset=page.offset,
        doc_id=record_doc_id(source, canonical_json(fields).encode()),
        id=fields.get("id"),
        url=_url(base, title) if title else None,
        title=title,
        fetch_time=parse_fetch_time(fields.get("timestamp")),
        metadata=canonical_json(metadata) if metadata else None,
    )


def _url(base: str, title: str) -> str | None:
    """The dump names its main page; all others stand beside it."""
    folder, slash, _ = base.rpartition("/")
    return f"{folder}/{quote(title.replace(' ', '_'), safe=_URL_SAFE)}" if slash else None


_URL_SAFE = "/:(),;@!*'"
