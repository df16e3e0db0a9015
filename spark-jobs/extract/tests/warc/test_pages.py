"""What a WARC record is."""

import gzip
import hashlib
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


ENCODED = {
    "gzip": gzip.compress(HTML),
    "x-gzip": gzip.compress(HTML),
    "deflate": zlib.compress(HTML),
    "br": brotli.compress(HTML),
    "zstd": pa.compress(HTML, codec="zstd", asbytes=True),
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


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_quarantines_a_payload_that_grows_without_end(coding: str) -> None:
    zeros = bytes(64 * LIMIT)
    bomb = {
        "gzip": gzip.compress(zeros),
        "deflate": zlib.compress(zeros),
        "br": brotli.compress(zeros, quality=1),
        "zstd": pa.compress(zeros, codec="zstd", asbytes=True),
    }[coding]
    records = read(record(http(bomb, extra=f"Content-Encoding: {coding}\r\n")))
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


def test_joins_fields_that_a_server_sends_several_times() -> None:
    padding = "x" * 2000
    fields = (
        f"X-Robots-Tag: index\r\nServer: x\r\nx-robots-tag: otherbot: {padding}, noai\r\nX-ROBOTS-TAG: noimageai\r\n"
    )
    page = _page(record(http(HTML, extra=fields)))
    assert page.policy == (("x-robots-tag", f"index, otherbot: {padding}, noai, noimageai"),)
