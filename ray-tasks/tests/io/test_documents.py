import hashlib
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attempt_store import SCHEMA, document
from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io.documents import (
    DocumentRange,
    DocumentReader,
    DocumentWriter,
    row_group_ranges,
    verify_digest,
)


def documents_file(folder: Path, rows: int, row_group_rows: int = 1000) -> DocumentRange:
    path = folder / "part-00000.parquet"
    table = pa.Table.from_pylist([document(f"text {n}", n) for n in range(rows)], SCHEMA)
    pq.write_table(table, path, row_group_size=row_group_rows)
    return range_of(path)


def range_of(path: Path) -> DocumentRange:
    content = path.read_bytes()
    return DocumentRange(f"file://{path}", hashlib.sha256(content).hexdigest(), len(content))


def texts(part: DocumentRange) -> list[str]:
    return [
        str(text) for batch in DocumentReader(part).batches() for text in batch.column("text").to_pylist()
    ]


def test_reads_all_rows_in_order_in_small_batches(tmp_path: Path) -> None:
    part = documents_file(tmp_path, 1300)
    assert texts(part) == [f"text {n}" for n in range(1300)]
    assert max(batch.num_rows for batch in DocumentReader(part).batches()) == 512


def test_drops_the_metadata_that_other_writers_leave(tmp_path: Path) -> None:
    part = documents_file(tmp_path, 1)
    assert DocumentReader(part).schema.metadata is None
    assert DocumentReader(part).schema.names == SCHEMA.names


def test_does_not_read_the_columns_of_the_stage_that_wrote_the_file(tmp_path: Path) -> None:
    path = tmp_path / "part-00000.parquet"
    own = pa.table({"_text": ["before"], "rule_values": [{"gopher_quality_words": 7.0}]})
    table = pa.Table.from_pylist([document("text", 0)], SCHEMA)
    for name in own.column_names:
        table = table.append_column(name, own.column(name))
    pq.write_table(table, path)
    reader = DocumentReader(range_of(path))
    assert reader.schema.names == [*SCHEMA.names, "rule_values"]
    (batch,) = reader.batches()
    assert batch.schema.names == reader.schema.names
    assert batch.column("rule_values").to_pylist() == [{"gopher_quality_words": 7.0}]


def test_ranges_cover_a_file_once_whatever_their_size(tmp_path: Path) -> None:
    part = documents_file(tmp_path, 100, row_group_rows=10)
    for target_bytes in (1, part.bytes // 3, part.bytes - 1, part.bytes):
        ranges = row_group_ranges(part, target_bytes)
        assert [text for r in ranges for text in texts(r)] == [f"text {n}" for n in range(100)]
    assert len(row_group_ranges(part, 1)) == 10
    assert row_group_ranges(part, part.bytes) == (part,)


def test_finds_one_flipped_bit(tmp_path: Path) -> None:
    part = documents_file(tmp_path, 10)
    verify_digest(part)
    path = tmp_path / "part-00000.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(CorpusmillError) as caught:
        verify_digest(part)
    assert caught.value.problem.code is ErrorCode.INPUT_CORRUPT


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"hello world, no parquet"]
)
def test_a_file_that_is_no_parquet_is_corrupt(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(CorpusmillError) as caught:
        DocumentReader(range_of(path))
    assert caught.value.problem.code is ErrorCode.INPUT_CORRUPT


def test_a_file_without_a_text_column_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"doc_id": ["a"], "source": ["s"], "lang": ["en"], "text": [7]}), path)
    with pytest.raises(CorpusmillError) as caught:
        DocumentReader(range_of(path))
    assert caught.value.problem.details["column"] == "text"


def test_writes_the_same_bytes_for_the_same_rows_and_describes_them() -> None:
    schema = pa.schema([field.remove_metadata() for field in SCHEMA])
    batch = pa.RecordBatch.from_pylist([document(f"t{n}", n) for n in range(50)], schema)
    sinks = [BytesIO(), BytesIO()]
    described = []
    for sink in sinks:
        writer = DocumentWriter(sink, schema)
        writer.write(batch)
        writer.close()
        described.append(writer.described("documents/part-00000.parquet", "documents"))
    content = sinks[0].getvalue()
    assert content == sinks[1].getvalue()
    assert described[0].sha256 == hashlib.sha256(content).hexdigest()
    assert (described[0].bytes, described[0].rows) == (len(content), 50)
    assert pq.read_table(BytesIO(content)).num_rows == 50
    assert pq.ParquetFile(BytesIO(content)).metadata.row_group(0).column(0).compression == "ZSTD"


def test_writes_columns_without_rows_where_nothing_came() -> None:
    sink = BytesIO()
    writer = DocumentWriter(sink, SCHEMA)
    writer.close()
    assert pq.read_table(BytesIO(sink.getvalue())).column_names == SCHEMA.names
    assert writer.content_digest() == "0" * 64
