"""HTTP messages inside WARC records: header, transfer coding and content coding, all bounded."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import pyarrow as pa
from fastwarc.warc import HeaderMap

from corpusmill_extract.documents.errors import BadRecordError, DamagedInputError
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.warc.cursor import MAX_HEADER_BYTES, parse_headers
from corpusmill_extract.warc.members import GZIP_MAGIC

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d+)?[ \t]+(\d{3})(?!\d)")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}", re.ASCII)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,60})", re.ASCII | re.IGNORECASE)
# Fields by which a server may say how its pages may be used, names in lower case.
POLICY_FIELDS = ("content-signal", "content-usage", "tdm-reservation", "x-robots-tag")
_ZLIB_OR_GZIP = 47
_RAW_DEFLATE = -15
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class HttpHead:
    """What is needed of a response's header; `size_bytes` is its own length, `policy` its fields of POLICY_FIELDS.

    Fields that stand there several times are joined with commas (RFC 9110, section 5.2).
    """

    status: int
    media_type: str | None
    charset: str | None
    content_encodings: tuple[str, ...]
    is_chunked: bool
    size_bytes: int
    policy: tuple[tuple[str, str], ...] = ()


def parse_http_head(block: bytes) -> HttpHead:
    """Parse the header at the start of `block` (at most 64 KiB are looked at).

    Raises:
        BadRecordError: there is none.
    """
    status = _STATUS_LINE.match(block)
    end = _HEADER_END.search(block, 0, MAX_HEADER_BYTES)
    if status is None or end is None:
        raise BadRecordError(Reason.INVALID_HTTP)
    fields = _parse_fields(block[: end.end()])
    content_type = fields.get("content-type")
    return HttpHead(
        status=int(status.group(1)),
        media_type=parse_media_type(content_type),
        charset=parse_charset(content_type),
        content_encodings=_codings(fields.get("content-encoding")),
        is_chunked="chunked" in _codings(fields.get("transfer-encoding")),
        size_bytes=end.end(),
        policy=_policy(fields),
    )


def parse_media_type(content_type: str | None) -> str | None:
    """Return the media type in lower case, or None where the field holds none."""
    match = _MEDIA_TYPE.match((content_type or "").strip())
    return match.group().lower() if match else None


def parse_charset(content_type: str | None) -> str | None:
    """Return the charset parameter, or None."""
    match = _CHARSET.search(content_type or "")
    return match.group(1) if match else None


def decode_body(head: HttpHead, body: bytes, max_bytes: int) -> bytes:
    """Undo transfer and content codings; a body that the crawler has decoded already stays as it is.

    Raises:
        BadRecordError: damaged compressed data, or more than `max_bytes` of output.
    """
    if head.is_chunked:
        body = _dechunk(body)
    for coding in reversed(head.content_encodings):
        body = _decode_content(coding, body, max_bytes)
    return body


def _parse_fields(header: bytes) -> HeaderMap:
    try:
        return parse_headers(header)
    except DamagedInputError as error:
        raise BadRecordError(Reason.INVALID_HTTP, detail=error.detail) from error


def _policy(fields: HeaderMap) -> tuple[tuple[str, str], ...]:
    values: dict[str, list[str]] = {}
    for name, value in fields.items():
        if value:
            values.setdefault(name.strip().lower(), []).append(value)
    return tuple((name, ", ".join(values[name])) for name in POLICY_FIELDS if name in values)


def _codings(field: str | None) -> tuple[str, ...]:
    return tuple(coding for part in (field or "").split(",") if (coding := part.strip().lower()))


def _dechunk(body: bytes) -> bytes:
    """Join the chunks; what follows a damaged chunk size is lost, as it is in browsers."""
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_SIZE.match(body, position):
        size = int(match.group(1), 16)
        parts.append(body[match.end() : match.end() + size])
        if size == 0:
            break
        position = match.end() + size
        position += 2 if body.startswith(b"\r\n", position) else body.startswith(b"\n", position)
    return b"".join(parts) if parts else body


def _decode_content(coding: str, body: bytes, max_bytes: int) -> bytes:
    decoder = _DECODERS.get(coding)
    if decoder is None or not body:
        return body
    try:
        decoded = decoder(body, max_bytes + 1)
    except (zlib.error, brotli.error, OSError) as error:
        raise BadRecordError(Reason.CORRUPT_GZIP, detail=coding) from error
    if len(decoded) > max_bytes:
        raise BadRecordError(Reason.DECOMPRESSION_RATIO, detail=coding)
    return decoded


def _inflate_gzip(body: bytes, max_bytes: int) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body
    return _inflate(body, _ZLIB_OR_GZIP, max_bytes)


def _inflate_deflate(body: bytes, max_bytes: int) -> bytes:
    """`deflate` is zlib data by the RFC and raw deflate by many servers."""
    try:
        return _inflate(body, _ZLIB_OR_GZIP, max_bytes)
    except zlib.error:
        return _inflate(body, _RAW_DEFLATE, max_bytes)


def _inflate(body: bytes, window_bits: int, max_bytes: int) -> bytes:
    return zlib.decompressobj(window_bits).decompress(body, max_bytes)


def _inflate_brotli(body: bytes, max_bytes: int) -> bytes:
    decoder = brotli.Decompressor()
    output = bytearray(decoder.process(body, output_buffer_limit=max_bytes))
    while len(output) < max_bytes and not decoder.is_finished() and not decoder.can_accept_more_data():
        output += decoder.process(b"", output_buffer_limit=max_bytes - len(output))
    return bytes(output)


def _inflate_zstd(body: bytes, max_bytes: int) -> bytes:
    if not body.startswith(_ZSTD_MAGIC):
        return body
    with pa.CompressedInputStream(pa.BufferReader(body), "zstd") as stream:
        return bytes(stream.read(max_bytes))


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _inflate_gzip,
    "x-gzip": _inflate_gzip,
    "deflate": _inflate_deflate,
    "br": _inflate_brotli,
    "zstd": _inflate_zstd,
}
