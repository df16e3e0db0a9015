"""JSONL input, whole and damaged."""

import gzip
import hashlib
import io
import json
import tracemalloc
from typing import BinaryIO, cast

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusmill_extract.documents.outcomes import Record, TextRecord
from corpusmill_extract.records.jsonl import read_jsonl
from samples import LIMIT, quarantined

LINES = [json.dumps({"text": f"line {number}", "id": f"n{number}"}).encode() for number in range(4)]
OFFSETS = [sum(len(line) + 1 for line in LINES[:number]) for number in range(5)]
CONTENT = b"\n".join(LINES) + b"\n"


def _read(content: bytes, limit: int = LIMIT) -> list[Record]:
    return list(read_jsonl(cast("BinaryIO", io.BytesIO(content)), "notes", limit))


def _texts(records: list[Record]) -> list[str]:
    return [one.text for one in records if isinstance(one, TextRecord)]


def _one(fields: object) -> TextRecord:
    (one,) = _read(json.dumps(fields).encode())
    assert isinstance(one, TextRecord)
    return one


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lambda content: pa.compress(content, codec="zstd", asbytes=True)]
)
def test_reads_every_line_plain_or_compressed(pack: object) -> None:
    records = _read(pack(CONTENT))  # type: ignore[operator]
    assert _texts(records) == ["line 0", "line 1", "line 2", "line 3"]
    assert [one.provenance.offset for one in records if isinstance(one, TextRecord)] == OFFSETS[:4]


def test_takes_the_identity_from_source_and_line() -> None:
    record = _read(CONTENT)[2]
    assert isinstance(record, TextRecord)
    identity = f"notes\n{hashlib.sha256(LINES[2]).hexdigest()}"
    assert record.provenance.doc_id == hashlib.sha256(identity.encode()).hexdigest()[:32]


def test_gives_the_same_identity_whatever_the_line_end() -> None:
    ids = {
        one.provenance.doc_id
        for end in (b"", b"\n", b"\r\n")
        for one in _read(LINES[0] + end)
        if isinstance(one, TextRecord)
    }
    assert len(ids) == 1


def test_puts_known_fields_in_columns_and_the_rest_in_metadata() -> None:
    fields = {
        "text": "t",
        "id": 7,
        "url": "http://x/",
        "title": "T",
        "timestamp": "2024-01-02T03:04:05+01:00",
        "b": [1, {"ä": None}],
        "a": 2.5,
    }
    origin = _one(fields).provenance
    assert (origin.id, origin.url, origin.title, origin.fetch_time) == (
        "7",
        "http://x/",
        "T",
        "2024-01-02T02:04:05Z",
    )
    assert origin.metadata == '{"a":2.5,"b":[1,{"ä":null}]}'


def test_keeps_fields_of_another_type_in_metadata() -> None:
    origin = _one({"text": "t", "id": ["x"], "url": 1, "timestamp": "yesterday"}).provenance
    assert (origin.id, origin.url, origin.fetch_time) == (None, None, None)
    assert origin.metadata == '{"id":["x"],"timestamp":"yesterday","url":1}'


def test_passes_over_blank_lines_and_a_byte_order_mark() -> None:
    assert _texts(_read(b"\xef\xbb\xbf" + LINES[0] + b"\n\n  \r\n" + LINES[1])) == ["line 0", "line 1"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "invalid_json"),
        (b"[1]", "invalid_json"),
        (b"null", "invalid_json"),
        (b'{"text": NaN}', "invalid_json"),
        (b'{"text": "x", "a": 1e999}', "invalid_json"),
        (b'{"text": "x", "a": ' + b"9" * 5000 + b"}", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"a":' * 100_000, "invalid_json"),
        (b"\0\0\0", "invalid_json"),
        (b'{"text": "\xff"}', "invalid_encoding"),
        (b'{"text": "\\ud800"}', "invalid_encoding"),
        (b'{"text": "x", "url": "\\udfff"}', "invalid_encoding"),
        (b'{"text": "x", "a": "\\ud800"}', "invalid_encoding"),
        (b"{}", "missing_text"),
        (b'{"text": null}', "missing_text"),
        (b'{"text": 5}', "missing_text"),
    ],
)
def test_quarantines_a_bad_line_between_good_ones(line: bytes, reason: str) -> None:
    records = _read(b"\n".join([LINES[0], line, LINES[1]]))
    assert _texts(records) == ["line 0", "line 1"]
    assert quarantined(records) == [(OFFSETS[1], reason)]


def test_skips_a_line_of_100_megabytes_in_little_memory() -> None:
    class Huge(io.RawIOBase):
        """100 MB of one letter between two good lines."""

        def __init__(self) -> None:
            self._left = [LINES[0] + b"\n", *([b"x" * 1_000_000] * 100), b"\n" + LINES[1] + b"\n"]

        def read(self, _size: int = -1) -> bytes:
            return self._left.pop(0) if self._left else b""

        def seek(self, _offset: int, _whence: int = 0) -> int:
            self.__init__()  # type: ignore[misc]
            return 0

    tracemalloc.start()
    records = list(read_jsonl(cast("BinaryIO", Huge()), "notes", LIMIT))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert _texts(records) == ["line 0", "line 1"]
    assert quarantined(records) == [(OFFSETS[1], "line_too_long")]
    assert peak < 8 * LIMIT


def test_keeps_a_line_exactly_at_the_limit() -> None:
    line = json.dumps({"text": "x" * 100}).encode()
    assert len(_texts(_read(line + b"\n" + line, limit=len(line)))) == 2
    assert quarantined(_read(line + b"\n", limit=len(line) - 1)) == [(0, "line_too_long")]


def test_quarantines_the_line_in_which_compressed_data_is_cut_off() -> None:
    packed = gzip.compress(CONTENT)
    records = _read(packed[:-20])
    assert [reason for _, reason in quarantined(records)] == ["truncated"]
    assert _texts(records) == ["line 0", "line 1", "line 2", "line 3"][: len(records) - 1]


def test_quarantines_the_line_in_which_compressed_data_is_damaged() -> None:
    packed = bytearray(gzip.compress(CONTENT))
    packed[-6] ^= 1
    records = _read(bytes(packed))
    assert _texts(records) == ["line 0", "line 1", "line 2"]
    assert quarantined(records) == [(OFFSETS[3], "corrupt_gzip")]


def test_quarantines_a_bomb_of_one_line() -> None:
    records = _read(gzip.compress(b"x" * (40 * LIMIT)))
    assert [reason for _, reason in quarantined(records)] == ["decompression_ratio"]


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_gives_one_value_per_line_that_is_not_blank(content: bytes) -> None:
    if content.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
        return
    assert len(_read(content)) == sum(bool(line.strip()) for line in content.split(b"\n"))
