"""Input files of both schemes: the same tests over file:// and s3://, and S3 under faults."""

import gzip
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmill_extract import s3
from corpusmill_extract.documents.outcomes import Quarantined, SourceFile, TextRecord
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.readers import read_records
from corpusmill_extract.s3 import StorageUnavailableError
from corpusmill_extract.storage import UnsupportedSchemeError, open_input, read_text
from s3_server import S3Server, running_s3_server

# Longer than what is read ahead, and not a multiple of it.
BIG = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(300_000)) + b"end"

Put = Callable[[str, bytes], str]


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with running_s3_server() as running:
        yield running


@pytest.fixture(params=["file", "s3"])
def put(request: pytest.FixtureRequest, tmp_path: Path) -> Put:
    """A function that places a file and returns its location."""
    if request.param == "s3":
        running: S3Server = request.getfixturevalue("server")
        return lambda name, content: running.put(f"{tmp_path.name}/{name}", content)

    def put_file(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return (tmp_path / name).as_uri()

    return put_file


def test_reads_a_file_whole_and_from_any_byte(put: Put) -> None:
    with open_input(put("a b%20[1].bin", BIG)) as file:
        assert file.read() == BIG
        assert file.seek(9_000_000) == 9_000_000
        assert file.read(100) == BIG[9_000_000:9_000_100]
        assert file.seek(-3, io.SEEK_END) == len(BIG) - 3
        assert (file.read(10), file.read(10)) == (b"end", b"")
        assert file.seek(0) == 0
        assert file.read(1) == BIG[:1]


def test_reads_an_empty_file(put: Put) -> None:
    with open_input(put("empty", b"")) as file:
        assert file.read() == b""


def test_reads_a_small_text(put: Put) -> None:
    assert read_text(put("spec.json", '{"name": "ü"}'.encode())) == '{"name": "ü"}'


def test_says_that_a_missing_file_is_missing(put: Put) -> None:
    location = put("there", b"x").replace("there", "not-there")
    with pytest.raises(FileNotFoundError):
        open_input(location)
    assert list(read_records(_source(location, "jsonl"), 1000)) == [Quarantined(None, Reason.MISSING_FILE)]


def test_reads_records_of_every_kind_of_compression_and_parquet(put: Put) -> None:
    lines = b"".join(json.dumps({"text": f"text {number}"}).encode() + b"\n" for number in range(1000))
    parquet = io.BytesIO()
    pq.write_table(pa.table({"text": [f"text {number}" for number in range(1000)]}), parquet, row_group_size=100)
    for name, content, kind in (
        ("a.jsonl", lines, "jsonl"),
        ("a.jsonl.gz", gzip.compress(lines), "jsonl"),
        ("a.jsonl.zst", pa.compress(lines, "zstd", asbytes=True), "jsonl"),
        ("a.parquet", parquet.getvalue(), "parquet"),
    ):
        records = list(read_records(_source(put(name, content), kind), 1000))
        texts = [record.text for record in records if isinstance(record, TextRecord)]
        assert texts == [f"text {number}" for number in range(1000)], name


def test_refuses_a_scheme_that_it_does_not_know() -> None:
    with pytest.raises(UnsupportedSchemeError):
        open_input("ftp://host/file")


@pytest.mark.parametrize("fault", ["503", "500", "reset", "short", "etag", "outage"])
def test_reads_the_right_bytes_through_faults(server: S3Server, fault: str) -> None:
    location = server.put(f"faults/{fault}", BIG)
    server.set_rules({"fault": fault, "fraction": 0.4})
    try:
        for _ in range(4):
            with open_input(location) as file:
                assert file.read() == BIG
    finally:
        assert server.set_rules() > 1


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "warc"])
def test_a_store_that_is_gone_ends_the_task_and_quarantines_nothing(
    server: S3Server, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_TRIES", 2)
    table = io.BytesIO()
    pq.write_table(pa.table({"text": ["x" * 1000] * 10}), table)
    content = table.getvalue() if kind == "parquet" else BIG
    location = server.put(f"gone/{kind}", content)
    server.set_rules({"fault": "outage", "method": "GET"})
    try:
        with pytest.raises(StorageUnavailableError):
            list(read_records(_source(location, kind), 1000))
    finally:
        server.set_rules()


def test_an_object_that_changes_while_it_is_read_ends_the_task(server: S3Server) -> None:
    location = server.put("changing", BIG)
    path = server.folder / server.bucket / "changing"
    with open_input(location) as file:
        file.read(10)
        path.write_bytes(BIG[::-1])
        later = path.stat().st_mtime + 10
        os.utime(path, (later, later))
        file.seek(8_000_000)
        with pytest.raises(StorageUnavailableError, match="was replaced"):
            file.read(10)


def _source(location: str, kind: str) -> SourceFile:
    return SourceFile("crawl", "web", kind, "data/file", location)
