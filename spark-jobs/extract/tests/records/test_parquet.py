"""Parquet input, whole and damaged."""

import datetime as dt
import hashlib
import io
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmill_extract.documents.outcomes import Record, TextRecord
from corpusmill_extract.records.parquet import read_parquet
from samples import LIMIT, quarantined

ROWS = [{"text": f"row {number}", "id": str(number), "n": number} for number in range(6)]


def _parquet(table: pa.Table, row_group_size: int = 2) -> bytes:
    target = io.BytesIO()
    pq.write_table(table, target, row_group_size=row_group_size)
    return target.getvalue()


def _read(content: bytes, limit: int = LIMIT) -> list[Record]:
    return list(read_parquet(cast("BinaryIO", io.BytesIO(content)), "notes", limit))


def _texts(records: list[Record]) -> list[str]:
    return [one.text for one in records if isinstance(one, TextRecord)]


def _one(row: dict[str, Any]) -> TextRecord:
    (one,) = _read(_parquet(pa.Table.from_pylist([row])))
    assert isinstance(one, TextRecord)
    return one


def test_reads_every_row_of_every_row_group() -> None:
    records = _read(_parquet(pa.Table.from_pylist(ROWS)))
    assert _texts(records) == [row["text"] for row in ROWS]
    assert [one.provenance.offset for one in records if isinstance(one, TextRecord)] == [0, 1, 2, 3, 4, 5]


def test_takes_the_identity_from_the_row_as_canonical_json() -> None:
    record = _one({"text": "grün", "a": 1})
    row = '{"a":1,"text":"grün"}'.encode()
    identity = f"notes\n{hashlib.sha256(row).hexdigest()}"
    assert record.provenance.doc_id == hashlib.sha256(identity.encode()).hexdigest()[:32]
    assert record.provenance.metadata == '{"a":1}'


def test_writes_values_that_json_does_not_know() -> None:
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    record = _one({"text": "t", "timestamp": moment, "b": b"\x00\xff", "x": float("nan"), "d": moment.date()})
    assert record.provenance.fetch_time == "2024-01-02T03:04:05Z"
    assert record.provenance.metadata == '{"b":"AP8=","d":"2024-01-02","x":null}'


@pytest.mark.parametrize("text", [None, 5])
def test_quarantines_rows_without_text(text: object) -> None:
    assert quarantined(_read(_parquet(pa.Table.from_pylist([{"text": text}])))) == [(0, "missing_text")]


def test_quarantines_every_row_of_a_file_without_a_text_column() -> None:
    records = _read(_parquet(pa.Table.from_pylist([{"body": "x"}] * 3)))
    assert quarantined(records) == [(0, "missing_text"), (1, "missing_text"), (2, "missing_text")]


def test_quarantines_a_row_that_is_not_utf8() -> None:
    column = pa.array([b"good", b"\xff\xfe", b"fine"]).view(pa.string())
    records = _read(_parquet(pa.table({"text": column})))
    assert _texts(records) == ["good", "fine"]
    assert quarantined(records) == [(1, "invalid_encoding")]


def test_quarantines_a_row_over_the_limit() -> None:
    records = _read(_parquet(pa.Table.from_pylist([{"text": "x" * 2000}, {"text": "y"}])), limit=1024)
    assert _texts(records) == ["y"]
    assert quarantined(records) == [(0, "payload_too_large")]


@pytest.mark.parametrize("content", [b"x", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"{}\n" * 50])
def test_quarantines_a_file_that_is_no_parquet(content: bytes) -> None:
    assert quarantined(_read(content)) == [(None, "not_parquet")]


@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.999])
def test_quarantines_a_file_that_is_cut_off(fraction: float) -> None:
    content = _parquet(pa.Table.from_pylist(ROWS))
    assert quarantined(_read(content[: int(len(content) * fraction)])) == [(None, "not_parquet")]


def test_reads_the_row_groups_after_a_damaged_one() -> None:
    content = bytearray(_parquet(pa.Table.from_pylist(ROWS)))
    metadata = pq.ParquetFile(io.BytesIO(bytes(content))).metadata
    column = metadata.row_group(1).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    content[start : start + 16] = b"\xff" * 16
    records = _read(bytes(content))
    assert _texts(records) == ["row 0", "row 1", "row 4", "row 5"]
    assert quarantined(records) == [(2, "not_parquet")]
