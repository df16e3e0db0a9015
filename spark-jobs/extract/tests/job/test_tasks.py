"""Tasks: grouping of files, staged rows and batches."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.documents.outcomes import SourceFile
from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.job import staged
from corpusmill_extract.job.staged import STAGED_SCHEMA, batch_rows
from corpusmill_extract.job.tasks import build_task, extract_files, group_files
from samples import http, members, page, record

SETTINGS = ExtractSettings(languages=("en",))
ENGLISH = "The garden grows slowly through the seasons, and every plant tells its own story. " * 3


def _file(path: Path, kind: str) -> SourceFile:
    size = path.stat().st_size if path.exists() else None
    return SourceFile("crawl", "web", kind, path.name, path.as_uri(), size)


@pytest.fixture
def files(tmp_path: Path) -> list[SourceFile]:
    """One file of every kind, and every kind of file that is none."""
    body = f"<html><head><title>T</title></head><body><p>{ENGLISH}</p></body></html>".encode()
    (tmp_path / "good.warc.gz").write_bytes(
        members(
            [
                record(b"", "warcinfo"),
                page(1, body),
                record(http(b"", status=404)),
                page(2, b"<p>Guten Tag</p>"),
            ]
        )
    )
    (tmp_path / "notes.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": ENGLISH}).encode() + b"\n{\n"))
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    (tmp_path / "page.warc.gz").write_bytes(body)
    (tmp_path / "folder.warc.gz").mkdir()
    kinds = {
        "good.warc.gz": "warc",
        "notes.jsonl.gz": "jsonl",
        "empty.warc.gz": "warc",
        "page.warc.gz": "warc",
    }
    kinds |= {"folder.warc.gz": "warc", "gone.parquet": "parquet"}
    return [_file(tmp_path / name, kind) for name, kind in kinds.items()]


def test_gives_one_row_a_record_and_a_summary_a_file(files: list[SourceFile]) -> None:
    rows = list(extract_files(tuple(files), SETTINGS))
    summaries = {row["uri"]: row["records"] for row in rows if row["role"] == "summary"}
    assert summaries == {
        "good.warc.gz": 4,
        "notes.jsonl.gz": 2,
        "empty.warc.gz": 1,
        "page.warc.gz": 1,
        "folder.warc.gz": 1,
        "gone.parquet": 1,
    }
    assert len(rows) - len(summaries) == sum(summaries.values())
    assert [(row["role"], row.get("reason")) for row in rows if row["role"] != "summary"] == [
        ("rejected", "record_type"),
        ("documents", None),
        ("rejected", "http_status"),
        ("rejected", "language"),
        ("documents", None),
        ("quarantine", "invalid_json"),
        ("quarantine", "empty_file"),
        ("quarantine", "not_warc"),
        ("quarantine", "unreadable_file"),
        ("quarantine", "missing_file"),
    ]


def test_gives_the_same_rows_whatever_the_grouping(files: list[SourceFile]) -> None:
    def rows(groups: list[tuple[SourceFile, ...]]) -> list[str]:
        task = build_task(lambda number: groups[number], SETTINGS)
        numbers = pa.RecordBatch.from_pydict({"id": list(range(len(groups)))})
        return sorted(json.dumps(row) for batch in task(iter([numbers])) for row in batch.to_pylist())

    assert rows([tuple(files)]) == rows([(file,) for file in files]) == rows(group_files(files, 1))


def test_describes_a_document_completely(files: list[SourceFile]) -> None:
    (document,) = [row for row in extract_files((files[0],), SETTINGS) if row["role"] == "documents"]
    assert document["text"] == ENGLISH.strip()
    assert {name: document[name] for name in ("source", "domain", "url", "title", "lang", "warc_uri")} == {
        "source": "crawl",
        "domain": "web",
        "url": "http://example.org/1",
        "title": "T",
        "lang": "en",
        "warc_uri": "good.warc.gz",
    }


def test_bounds_batches_by_bytes_and_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged, "MAX_BATCH_BYTES", 10_000)
    monkeypatch.setattr(staged, "MAX_BATCH_ROWS", 4)
    rows = [{"role": "documents", "text": "x" * size} for size in (10, 10, 10, 10, 10, 9000, 9000, 10)]
    batches = list(batch_rows(rows))
    assert [batch.num_rows for batch in batches] == [4, 1, 1, 1, 1]
    assert all(batch.schema == STAGED_SCHEMA for batch in batches)


def test_makes_no_batch_of_nothing() -> None:
    assert list(batch_rows([])) == []
    assert group_files([], 4) == []


@given(st.lists(st.integers(0, 200 << 20), min_size=1, max_size=60), st.integers(1, 16))
def test_puts_every_file_into_one_task_and_spreads_them(sizes: list[int], partitions: int) -> None:
    files = [SourceFile("s", "d", "warc", f"f{index}", "", size) for index, size in enumerate(sizes)]
    groups = group_files(files, partitions)
    assert sorted(file.uri for group in groups for file in group) == sorted(file.uri for file in files)
    assert all(groups)
    assert groups == group_files(list(reversed(files)), partitions)
