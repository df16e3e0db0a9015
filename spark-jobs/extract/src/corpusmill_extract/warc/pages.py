"""What a WARC record is: a page, a text, or a record that is no document."""

import hashlib
import re
from dataclasses import dataclass, replace

from resiliparse.parse.encoding import detect_mime

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.documents.fetch_time import parse_fetch_time
from corpusmill_extract.documents.identity import web_doc_id
from corpusmill_extract.documents.outcomes import Page, Provenance, Record, Rejected, TextRecord
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.warc.cursor import MAX_HEADER_BYTES, RecordCursor, RecordHead
from corpusmill_extract.warc.http_message import (
    HttpHead,
    decode_body,
    parse_charset,
    parse_http_head,
    parse_media_type,
)

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
PDF_TYPE = "application/pdf"
_OLD_PDF_TYPE = "application/x-pdf"
# By these a server says that it does not know the type.
_UNKNOWN_TYPES = frozenset({"application/octet-stream", "binary/octet-stream"})
PAGE_TYPES = HTML_TYPES | {"text/plain", PDF_TYPE}
_PAGE_RECORDS = frozenset({"response", "resource", "conversion"})
_HTTP_OK = 200
_SNIFF_BYTES = 1024
_PDF_MAGIC = b"%PDF-"
# The tags by which the WHATWG MIME Sniffing Standard knows HTML.
_LOOKS_LIKE_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)"
    rb"(?:[\s>]|--)",
    re.IGNORECASE,
)
_MAX_DETAIL_CHARS = 40


@dataclass(frozen=True, slots=True)
class _Payload:
    """The first bytes of a payload, of which the cursor holds the rest."""

    head: HttpHead
    start: bytes


def interpret_record(head: RecordHead, cursor: RecordCursor, max_bytes: int) -> Record:
    """Read a record's block as far as needed and say what it is.

    `doc_id` is over the payload as the record stores it: the HTTP body before its codings are undone.

    Raises:
        BadRecordError: the block cannot be parsed.
        DamagedInputError: the block cannot be read.
    """
    provenance = _provenance(head)
    record_type = (head.headers.get("warc-type") or "").strip().lower()
    if record_type not in _PAGE_RECORDS:
        detail = record_type[:_MAX_DETAIL_CHARS] if record_type.isalnum() else "invalid"
        return Rejected(_identified(provenance, _hash_rest(b"", cursor)), Reason.RECORD_TYPE, detail)
    payload = _read_payload(head, cursor, max_bytes)
    rejection = _rejection(payload.head)
    if rejection is not None:
        return replace(rejection, provenance=_identified(provenance, _hash_rest(payload.start, cursor)))
    body = payload.start + cursor.read_block(max(0, max_bytes - len(payload.start)) + 1)
    if len(body) > max_bytes:
        raise BadRecordError(Reason.PAYLOAD_TOO_LARGE)
    provenance = _identified(provenance, hashlib.sha256(body).hexdigest())
    body = decode_body(payload.head, body, max_bytes)
    if record_type == "conversion":
        return TextRecord(provenance, body.decode("utf-8", "replace"))
    return _page(provenance, payload.head, body)


def _provenance(head: RecordHead) -> Provenance:
    url = (head.headers.get("warc-target-uri") or "").strip().removeprefix("<").removesuffix(">")
    fetch_time = parse_fetch_time(head.headers.get("warc-date"))
    return Provenance(offset=head.offset, url=url or None, fetch_time=fetch_time)


def _identified(provenance: Provenance, payload_sha256: str) -> Provenance:
    return replace(provenance, doc_id=web_doc_id(provenance.url, provenance.fetch_time, payload_sha256))


def _read_payload(head: RecordHead, cursor: RecordCursor, max_bytes: int) -> _Payload:
    """The payload is the block, but for HTTP responses what follows the HTTP header."""
    start = cursor.read_block(MAX_HEADER_BYTES)
    content_type = head.headers.get("content-type")
    media_type = parse_media_type(content_type)
    if media_type == "application/http" or (media_type is None and start.startswith(b"HTTP/")):
        http = parse_http_head(start)
        start = start[http.size_bytes :]
    else:
        http = HttpHead(_HTTP_OK, media_type, parse_charset(content_type), (), is_chunked=False, size_bytes=0)
    if http.media_type is None:
        http = replace(http, media_type=_sniff(http, start))
    elif _is_pdf(http, start, max_bytes):
        http = replace(http, media_type=PDF_TYPE)
    return _Payload(http, start)


def _is_pdf(http: HttpHead, start: bytes, max_bytes: int) -> bool:
    """Whether a type that may stand for PDF does; readers look for the first mark of one in 1,024 bytes."""
    if http.media_type not in _UNKNOWN_TYPES:
        return http.media_type == _OLD_PDF_TYPE
    try:
        return _PDF_MAGIC in decode_body(http, start, max_bytes)[:_SNIFF_BYTES]
    except BadRecordError:
        return False


def _sniff(http: HttpHead, start: bytes) -> str | None:
    """A page without a Content-Type is what it looks like."""
    if http.content_encodings or not start:
        return None
    return "text/html" if _LOOKS_LIKE_HTML.match(start) else detect_mime(start[:_SNIFF_BYTES])


def _rejection(http: HttpHead) -> Rejected | None:
    nowhere = Provenance(offset=0)
    if http.status != _HTTP_OK:
        return Rejected(nowhere, Reason.HTTP_STATUS, str(http.status))
    if http.media_type not in PAGE_TYPES:
        return Rejected(nowhere, Reason.CONTENT_TYPE, http.media_type)
    return None


def _hash_rest(start: bytes, cursor: RecordCursor) -> str:
    digest = hashlib.sha256(start)
    while part := cursor.read_block(MAX_HEADER_BYTES):
        digest.update(part)
    return digest.hexdigest()


def _page(provenance: Provenance, http: HttpHead, body: bytes) -> Page:
    return Page(provenance, body, http.media_type or "", http.charset, http.policy)
