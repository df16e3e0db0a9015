"""WARC bytes for tests, built by hand so that every byte of damage is deliberate."""

import gzip
import io
from collections.abc import Iterable

from corpusmill_extract.documents.outcomes import Quarantined, Record
from corpusmill_extract.warc.reader import read_warc

LIMIT = 1 << 20
FETCH_TIME = "2024-05-06T07:08:09Z"
HTML = b"<html><head><title>Sample</title></head><body><p>A page.</p></body></html>"


def http(
    body: bytes, content_type: str | None = "text/html; charset=utf-8", status: int = 200, extra: str = ""
) -> bytes:
    """An HTTP response."""
    field = f"Content-Type: {content_type}\r\n" if content_type else ""
    return f"HTTP/1.1 {status} Said\r\n{field}{extra}\r\n".encode() + body


def record(
    block: bytes,
    record_type: str = "response",
    url: str = "http://example.org/",
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    """A WARC record."""
    return (
        (
            f"WARC/1.0\r\nWARC-Type: {record_type}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {FETCH_TIME}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
        ).encode()
        + block
        + b"\r\n\r\n"
    )


def page(number: int, body: bytes = HTML) -> bytes:
    """A WARC record of a page of its own URL."""
    return record(http(body), url=f"http://example.org/{number}")


def member(content: bytes) -> bytes:
    """A gzip member, the same every time."""
    return gzip.compress(content, mtime=0)


def members(records: Iterable[bytes]) -> bytes:
    """A .warc.gz with one member a record."""
    return b"".join(map(member, records))


def read(content: bytes, limit: int = LIMIT) -> list[Record]:
    """Every value that the reader gives for a file of `content`."""
    return list(read_warc(io.BytesIO(content), limit))


def urls(records: Iterable[Record]) -> list[str | None]:
    """The URL of every record that was not quarantined."""
    return [one.provenance.url for one in records if not isinstance(one, Quarantined)]


def quarantined(records: Iterable[Record]) -> list[tuple[int | None, str]]:
    """Offset and reason of every record that was."""
    return [(one.offset, str(one.reason)) for one in records if isinstance(one, Quarantined)]
