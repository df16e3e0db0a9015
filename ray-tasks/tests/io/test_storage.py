import errno
import threading
from pathlib import Path

import pytest

from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io.storage import FileStorage, disk_full, path_of, storage_for

STORAGE = FileStorage()


def test_reads_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    assert STORAGE.read_bytes(f"file://{tmp_path}/absent") is None
    assert STORAGE.size_bytes(f"file://{tmp_path}/absent/below") is None


def test_creates_a_file_once_and_never_overwrites_it(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/deep/claim.json"
    assert STORAGE.create_exclusive(uri, b"first") is True
    assert STORAGE.create_exclusive(uri, b"second") is False
    assert STORAGE.read_bytes(uri) == b"first"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["claim.json"]


def test_lets_one_of_many_creators_win(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/manifest.json"
    start = threading.Barrier(16)
    winners: list[int] = []

    def create(number: int) -> None:
        start.wait()
        if STORAGE.create_exclusive(uri, str(number).encode()):
            winners.append(number)

    threads = [threading.Thread(target=create, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [STORAGE.read_bytes(uri)] == [str(winner).encode() for winner in winners]


def test_replaces_a_file_whole(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/progress.json"
    STORAGE.replace(uri, b"long content")
    STORAGE.replace(uri, b"short")
    assert STORAGE.read_bytes(uri) == b"short"
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_a_file_that_failed_half_way_never_appears(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/part.parquet"

    def write_half() -> None:
        with STORAGE.writing(uri) as sink:
            sink.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert [path.name for path in tmp_path.iterdir()] == []


def test_decodes_percent_signs_in_uris() -> None:
    assert path_of("file:///a%20b/%C3%BC") == Path("/a b/ü")


def test_refuses_a_scheme_that_it_does_not_serve() -> None:
    with pytest.raises(CorpusmillError) as caught:
        storage_for("s3://bucket/key")
    assert caught.value.problem.code is ErrorCode.SPEC_INVALID


def test_names_path_and_need_where_the_disk_is_full() -> None:
    error = disk_full(OSError(errno.ENOSPC, "full"), "file:///out/part", 1234)
    assert error is not None
    assert error.problem.code is ErrorCode.DISK_FULL
    assert error.problem.details == {"path": "/out/part", "neededBytes": 1234}
    assert disk_full(OSError(errno.EIO, "broken"), "file:///out/part", 1) is None
