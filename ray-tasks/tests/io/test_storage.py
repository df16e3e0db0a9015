"""Storages of both schemes: the same tests over file:// and s3://, and S3 under faults."""

import errno
import hashlib
import io
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io import s3
from corpusmill_ray.io.documents import DocumentRange, DocumentReader, verify_digest
from corpusmill_ray.io.s3 import S3Storage
from corpusmill_ray.io.storage import FileStorage, Storage, disk_full, path_of, storage_for
from s3_server import S3Server, running_s3_server

# Longer than what is read ahead, than one part of an upload, and not a multiple of either.
BIG = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(300_000)) + b"end"


@dataclass(frozen=True)
class Place:
    """A storage, a folder in it, and the files that its objects are."""

    storage: Storage
    root: str
    folder: Path

    def uri(self, name: str) -> str:
        return f"{self.root}{name}"

    def names(self) -> list[str]:
        """All files below, what is written aside included."""
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file())
        return sorted(str(path) for path in found)


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with running_s3_server() as running:
        yield running


@pytest.fixture(params=["file", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "file":
        return Place(FileStorage(), f"file://{tmp_path}/", tmp_path)
    server: S3Server = request.getfixturevalue("server")
    root = f"s3://{server.bucket}/{tmp_path.name}/"
    return Place(S3Storage(), root, server.folder / server.bucket / tmp_path.name)


def test_reads_nothing_where_there_is_nothing(place: Place) -> None:
    assert place.storage.read_bytes(place.uri("absent")) is None
    assert place.storage.size_bytes(place.uri("absent/below")) is None
    assert not place.storage.local_path(place.uri("absent")).is_file()
    with pytest.raises(FileNotFoundError):
        place.storage.open(place.uri("absent"))


def test_creates_a_file_once_and_never_overwrites_it(place: Place) -> None:
    uri = place.uri("deep/claim.json")
    assert place.storage.create_exclusive(uri, b"first") is True
    assert place.storage.create_exclusive(uri, b"second") is False
    assert place.storage.read_bytes(uri) == b"first"
    assert place.names() == ["deep/claim.json"]


def test_lets_one_of_many_creators_win(place: Place) -> None:
    uri = place.uri("manifest.json")
    start = threading.Barrier(16)
    winners: list[int] = []

    def create(number: int) -> None:
        start.wait()
        if place.storage.create_exclusive(uri, str(number).encode()):
            winners.append(number)

    threads = [threading.Thread(target=create, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [place.storage.read_bytes(uri)] == [str(winner).encode() for winner in winners]


def test_replaces_a_file_whole(place: Place) -> None:
    uri = place.uri("progress.json")
    place.storage.replace(uri, b"long content")
    place.storage.replace(uri, b"short")
    assert place.storage.read_bytes(uri) == b"short"
    assert place.storage.size_bytes(uri) == 5
    assert place.names() == ["progress.json"]


def test_writes_a_large_file_that_can_be_read_from_any_byte(place: Place) -> None:
    uri = place.uri("part.parquet")
    with place.storage.writing(uri) as sink:
        sink.write(BIG[:7_000_000])
        assert place.storage.size_bytes(uri) is None
        sink.write(BIG[7_000_000:])
    assert place.storage.read_bytes(uri) == BIG
    assert place.storage.local_path(uri).read_bytes() == BIG
    with place.storage.open(uri) as file:
        assert file.seek(-3, io.SEEK_END) == len(BIG) - 3
        assert (file.read(10), file.read(10)) == (b"end", b"")
        file.seek(8_999_999)
        assert file.read(2) == BIG[8_999_999:9_000_001]


def test_keeps_an_empty_file(place: Place) -> None:
    with place.storage.writing(place.uri("empty")):
        pass
    assert place.storage.read_bytes(place.uri("empty")) == b""


def test_a_file_that_failed_half_way_never_appears(place: Place) -> None:
    uri = place.uri("part.parquet")

    def write_half() -> None:
        with place.storage.writing(uri) as sink:
            sink.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert place.names() == []


def test_removes_a_folder_with_all_below_it(place: Place) -> None:
    for name in ("out/a", "out/deep/b", "other"):
        place.storage.replace(place.uri(name), b"x")
    place.storage.remove_folder(place.uri("out/"))
    place.storage.remove_folder(place.uri("out/"))
    assert place.names() == ["other"]


def test_reads_documents_by_row_group_and_checks_their_digest(place: Place) -> None:
    rows = {
        name: [f"{name} {number}" for number in range(100)] for name in ("doc_id", "source", "lang", "text")
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(rows), buffer, row_group_size=10)
    content = buffer.getvalue()
    uri = place.uri("documents.parquet")
    place.storage.replace(uri, content)
    part = DocumentRange(uri, hashlib.sha256(content).hexdigest(), len(content), 3, 5)
    verify_digest(part)
    texts = [text for batch in DocumentReader(part).batches() for text in batch.column("text").to_pylist()]
    assert texts == rows["text"][30:50]
    with pytest.raises(CorpusmillError, match="INPUT_CORRUPT"):
        verify_digest(DocumentRange(uri, "0" * 64, len(content)))


@pytest.mark.parametrize("fault", ["503", "500", "reset", "short", "etag", "outage"])
def test_writes_and_reads_the_right_bytes_through_faults(server: S3Server, fault: str) -> None:
    storage = S3Storage()
    server.set_rules({"fault": fault, "fraction": 0.25})
    try:
        for number in range(4):
            uri = f"s3://{server.bucket}/faults/{fault}/{number}"
            storage.replace(uri, BIG)
            assert storage.read_bytes(uri) == BIG
    finally:
        assert server.set_rules() > 1


@pytest.mark.parametrize("fault", ["503", "reset", "outage"])
def test_uploads_in_parts_through_faults(server: S3Server, fault: str) -> None:
    storage = S3Storage()
    uri = f"s3://{server.bucket}/parts/{fault}"
    server.set_rules({"fault": fault, "fraction": 0.3})
    try:
        with storage.writing(uri) as sink:
            sink.write(BIG)
            sink.write(BIG)
    finally:
        server.set_rules()
    assert storage.read_bytes(uri) == BIG + BIG


def test_knows_its_own_object_where_the_answer_to_its_creation_was_lost(server: S3Server) -> None:
    storage, uri = S3Storage(), f"s3://{server.bucket}/lost/claim.json"
    server.set_rules({"fault": "lost", "method": "PUT", "times": 1})
    try:
        assert storage.create_exclusive(uri, b"mine") is True
    finally:
        assert server.set_rules() == 1
    assert storage.create_exclusive(uri, b"other") is False


def test_a_store_that_is_gone_is_a_problem_that_may_pass(
    server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "TRIES", 2)
    uri = f"s3://{server.bucket}/gone"
    S3Storage().replace(uri, b"x")
    server.set_rules({"fault": "outage"})
    try:
        with pytest.raises(CorpusmillError) as caught:
            S3Storage().read_bytes(uri)
    finally:
        server.set_rules()
    assert caught.value.problem.code is ErrorCode.STORAGE_UNAVAILABLE
    assert caught.value.problem.retryable is True


def test_decodes_percent_signs_in_uris() -> None:
    assert path_of("file:///a%20b/%C3%BC") == Path("/a b/ü")


def test_refuses_a_scheme_that_it_does_not_serve() -> None:
    with pytest.raises(CorpusmillError) as caught:
        storage_for("ftp://host/file")
    assert caught.value.problem.code is ErrorCode.SPEC_INVALID


def test_names_path_and_need_where_the_disk_is_full() -> None:
    full = OSError(errno.ENOSPC, "full")
    error = disk_full(full, "file:///out/part", 1234)
    assert error is not None
    assert error.problem.code is ErrorCode.DISK_FULL
    assert error.problem.details == {"path": "/out/part", "neededBytes": 1234}
    assert disk_full(OSError(errno.EIO, "broken"), "file:///out/part", 1) is None
    aside = disk_full(full, "s3://bucket/out/part", 1)
    assert aside is not None
    assert aside.problem.details["path"] == tempfile.gettempdir()
