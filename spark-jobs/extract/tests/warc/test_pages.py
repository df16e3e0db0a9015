"""What a WARC record is."""

import gzip
import hashlib
import random
import zlib

import brotli
import pyarrow as pa
import pytest

from corpusmill_extract.documents.outcomes import Page, Record, Rejected, TextRecord
from samples import FETCH_TIME, HTML, LIMIT, http, quarantined, read, record


def _only(content: bytes) -> Record:
    (one,) = read(content)
    return one


def _page(content: bytes) -> Page:
    one = _only(content)
    assert isinstance(one, Page)
    return one


def _rejection(content: bytes) -> tuple[str, str | None]:
    one = _only(content)
    assert isinstance(one, Rejected)
    return str(one.reason), one.detail


def test_takes_identity_from_url_time_and_payload() -> None:
    page = _page(record(http(HTML), url="<http://example.org/a>"))
    identity = f"http://example.org/a\n{FETCH_TIME}\n{hashlib.sha256(HTML).hexdigest()}"
    assert page.provenance.doc_id == hashlib.sha256(identity.encode()).hexdigest()[:32]
    assert page.provenance.url == "http://example.org/a"
    assert page.provenance.fetch_time == FETCH_TIME


def test_reads_body_media_type_and_charset() -> None:
    page = _page(record(http(HTML, 'Text/HTML; Charset="GB2312"')))
    assert (page.body, page.media_type, page.charset) == (HTML, "text/html", "GB2312")


@pytest.mark.parametrize("record_type", ["warcinfo", "request", "metadata", "revisit", "continuation"])
def test_rejects_record_types_that_are_no_pages(record_type: str) -> None:
    assert _rejection(record(b"anything", record_type)) == ("record_type", record_type)


@pytest.mark.parametrize("status", [204, 301, 404, 500])
def test_rejects_other_statuses_than_200(status: int) -> None:
    assert _rejection(record(http(HTML, status=status))) == ("http_status", str(status))


@pytest.mark.parametrize("media_type", ["image/png", "text/css"])
def test_rejects_media_types_that_are_no_pages(media_type: str) -> None:
    assert _rejection(record(http(HTML, media_type))) == ("content_type", media_type)


def test_rejects_a_large_file_of_another_type_without_quarantining_it() -> None:
    assert _rejection(record(http(b"v" * (LIMIT + 1), "video/mp4"))) == ("content_type", "video/mp4")


def test_rejects_a_dns_record_by_its_type() -> None:
    assert _rejection(record(b"20240101", url="dns:example.org", content_type="text/dns")) == (
        "content_type",
        "text/dns",
    )


def test_looks_at_a_page_that_names_no_type() -> None:
    assert _page(record(http(HTML, None))).media_type == "text/html"


def test_reads_a_resource_as_it_is() -> None:
    page = _page(record(HTML, "resource", content_type="text/html"))
    assert page.body == HTML


def test_takes_the_text_of_a_conversion_as_it_is() -> None:
    one = _only(record("Grüße\n".encode(), "conversion", content_type="text/plain"))
    assert isinstance(one, TextRecord)
    assert one.text == "Grüße\n"


@pytest.mark.parametrize("block", [b"", b"no http at all", b"HTTP/1.1 2000 x\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b"])
def test_quarantines_a_response_without_an_http_header(block: bytes) -> None:
    assert quarantined(read(record(block))) == [(0, "invalid_http")]


def _zstd(content: bytes) -> bytes:
    packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return packed


ENCODED = {
    "gzip": gzip.compress(HTML),
    "x-gzip": gzip.compress(HTML),
    "deflate": zlib.compress(HTML),
    "br": brotli.compress(HTML),
    "zstd": _zstd(HTML),
    "identity": HTML,
}


@pytest.mark.parametrize("coding", ENCODED)
def test_undoes_content_codings(coding: str) -> None:
    extra = f"Content-Encoding: {coding}\r\n"
    assert _page(record(http(ENCODED[coding], extra=extra))).body == HTML


def test_undoes_raw_deflate() -> None:
    raw = zlib.compress(HTML)[2:-4]
    assert _page(record(http(raw, extra="Content-Encoding: deflate\r\n"))).body == HTML


def test_undoes_chunks_and_coding_together() -> None:
    packed = gzip.compress(HTML)
    chunks = b"".join(b"%x;name=value\r\n%s\r\n" % (len(part), part) for part in (packed[:9], packed[9:]))
    extra = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    assert _page(record(http(chunks + b"0\r\n\r\n", extra=extra))).body == HTML


@pytest.mark.parametrize("field", ["Transfer-Encoding: chunked", "Content-Encoding: gzip", "Content-Encoding: zstd"])
def test_leaves_a_body_that_the_crawler_decoded_already(field: str) -> None:
    assert _page(record(http(HTML, extra=f"{field}\r\n"))).body == HTML


ZEROS = bytes(64 * LIMIT)
BOMBS = {
    "gzip": gzip.compress(ZEROS),
    "deflate": zlib.compress(ZEROS),
    "br": brotli.compress(ZEROS, quality=1),
    "zstd": _zstd(ZEROS),
}


@pytest.mark.parametrize("coding", BOMBS)
def test_quarantines_a_payload_that_grows_without_end(coding: str) -> None:
    records = read(record(http(BOMBS[coding], extra=f"Content-Encoding: {coding}\r\n")))
    assert quarantined(records) == [(0, "decompression_ratio")]


def test_quarantines_a_damaged_content_coding_and_reads_on() -> None:
    packed = bytearray(gzip.compress(HTML * 50))
    packed[20:30] = bytes(10)
    bad = record(http(bytes(packed), extra="Content-Encoding: gzip\r\n"))
    records = read(bad + record(http(HTML)))
    assert quarantined(records) == [(0, "corrupt_gzip")]
    assert len(records) == 2


def test_takes_a_pdf_and_the_fields_that_may_opt_out() -> None:
    fields = "X-Robots-Tag: noai\r\nTDM-Reservation: 1\r\nServer: x\r\n"
    page = _page(record(http(b"%PDF-1.4", "application/pdf", extra=fields)))
    assert (page.body, page.media_type) == (b"%PDF-1.4", "application/pdf")
    assert page.policy == (("tdm-reservation", "1"), ("x-robots-tag", "noai"))


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-pdf", b"%PDF-1.4"),
        ("Application/X-PDF; x=y", b"no mark, so that the reader of PDF says what is wrong"),
        ("application/octet-stream", b"%PDF-1.4"),
        ("binary/octet-stream", b"\xef\xbb\xbf\r\n%PDF-1.4"),
        ("application/octet-stream", b"x" * 1019 + b"%PDF-1.4" + bytes(1 << 17)),
    ],
)
def test_knows_a_pdf_by_its_old_type_or_its_first_bytes(media_type: str, body: bytes) -> None:
    page = _page(record(http(body, media_type)))
    assert (page.body, page.media_type) == (body, "application/pdf")


def test_knows_a_pdf_of_no_known_type_under_its_codings() -> None:
    packed = gzip.compress(b"%PDF-1.4")
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    extra = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    page = _page(record(http(body, "application/octet-stream", extra=extra)))
    assert (page.body, page.media_type) == (b"%PDF-1.4", "application/pdf")


@pytest.mark.parametrize("media_type", ["application/octet-stream", "binary/octet-stream", "image/png"])
@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"x" * 1020 + b"%PDF-1.4", b"v" * (LIMIT + 1)])
def test_rejects_other_files_of_no_known_type(media_type: str, body: bytes) -> None:
    assert _rejection(record(http(body, media_type))) == ("content_type", media_type)


def test_rejects_a_png_that_holds_a_pdf() -> None:
    assert _rejection(record(http(b"%PDF-1.4", "image/png"))) == ("content_type", "image/png")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_rejects_a_file_of_no_known_type_whose_coding_is_damaged_or_grows_without_end(coding: str) -> None:
    extra = f"Content-Encoding: {coding}\r\n"
    noise = random.Random(0).randbytes(1 << 18)  # noqa: S311 - a fixed seed, not a secret
    for body in (BOMBS[coding], b"\x1f\x8b\x08\x00" + noise, b"\x28\xb5\x2f\xfd" + noise):
        found = _rejection(record(http(body, "application/octet-stream", extra=extra)))
        assert found == ("content_type", "application/octet-stream")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_knows_a_pdf_by_the_beginning_of_a_long_coded_body(coding: str) -> None:
    body = b"%PDF-1.4" + random.Random(0).randbytes(1 << 18)  # noqa: S311 - a fixed seed, not a secret
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding](body)
    page = _page(record(http(packed, "application/octet-stream", extra=f"Content-Encoding: {coding}\r\n")))
    assert (page.body, page.media_type) == (body, "application/pdf")


def test_joins_fields_that_a_server_sends_several_times() -> None:
    padding = "x" * 2000
    fields = (
        f"X-Robots-Tag: index\r\nServer: x\r\nx-robots-tag: otherbot: {padding}, noai\r\nX-ROBOTS-TAG: noimageai\r\n"
    )
    page = _page(record(http(HTML, extra=fields)))
    assert page.policy == (("x-robots-tag", f"index, otherbot: {padding}, noai, noimageai"),)
