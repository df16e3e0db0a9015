"""One small storage interface over URIs: file:// here, s3:// in its own module."""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from corpusmill_ray.errors import CorpusmillError, ErrorCode, fail
from corpusmill_ray.io.s3 import S3_SCHEME, S3Storage

FILE_SCHEME = "file"


class Storage(Protocol):
    """What the jobs need of a file system or an object store. All URIs are absolute."""

    def read_bytes(self, uri: str) -> bytes | None:
        """The whole object, or None where there is none."""

    def size_bytes(self, uri: str) -> int | None:
        """Its size, or None where there is none."""

    def create_exclusive(self, uri: str, content: bytes) -> bool:
        """Create it whole; False, and nothing changed, where it exists already."""

    def replace(self, uri: str, content: bytes) -> None:
        """Write it whole; a reader sees the old or the new content."""

    def writing(self, uri: str) -> AbstractContextManager[BinaryIO]:
        """A sink that becomes the object when the block ends well, and nothing otherwise."""

    def open(self, uri: str) -> BinaryIO:
        """The object as a file that can seek; FileNotFoundError where there is none."""

    def local_path(self, uri: str) -> Path:
        """A local file with the object's content; no file is there where there is no object."""

    def remove_folder(self, uri: str) -> None:
        """Remove everything below a folder, as far as that can be done."""


class FileStorage:
    """file:// URIs. Every write is to a temporary name beside the target, then fsync, then link or rename."""

    def read_bytes(self, uri: str) -> bytes | None:
        """The whole file, or None where there is none."""
        try:
            return path_of(uri).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def size_bytes(self, uri: str) -> int | None:
        """The file's size, or None where there is none."""
        try:
            return path_of(uri).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def create_exclusive(self, uri: str, content: bytes) -> bool:
        """Create the file whole by link(2), which never overwrites."""
        target = path_of(uri)
        temporary = _write_beside(target, content)
        try:
            os.link(temporary, target)
        except FileExistsError:
            return False
        finally:
            temporary.unlink()
        _sync_folder(target.parent)
        return True

    def replace(self, uri: str, content: bytes) -> None:
        """Write the file whole by rename(2)."""
        target = path_of(uri)
        _write_beside(target, content).replace(target)

    @contextmanager
    def writing(self, uri: str) -> Iterator[BinaryIO]:
        """A sink whose file appears under its name when the block ends well."""
        target = path_of(uri)
        target.parent.mkdir(parents=True, exist_ok=True)
        # One name per target: what a killed worker left behind is overwritten by its retry.
        temporary = target.with_name(f".{target.name}.tmp")
        try:
            with temporary.open("wb") as sink:
                yield sink
                sink.flush()
                os.fsync(sink.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def open(self, uri: str) -> BinaryIO:
        """The file, open for reading."""
        return path_of(uri).open("rb")

    def local_path(self, uri: str) -> Path:
        """The file itself."""
        return path_of(uri)

    def remove_folder(self, uri: str) -> None:
        """Remove the folder, as far as that can be done."""
        shutil.rmtree(path_of(uri), ignore_errors=True)


def storage_for(uri: str) -> Storage:
    """The storage that serves `uri`.

    Raises:
        CorpusmillError: SPEC_INVALID for a scheme that is not served.
    """
    scheme = urlsplit(uri).scheme
    if scheme == S3_SCHEME:
        return S3Storage()
    if scheme != FILE_SCHEME:
        message = f"{scheme}:// is not served here; give file:// or s3:// URIs"
        raise fail(ErrorCode.SPEC_INVALID, message, uri=uri)
    return FileStorage()


def path_of(uri: str) -> Path:
    """The path of a file:// URI."""
    return Path(unquote(urlsplit(uri).path))


def disk_full(error: OSError, uri: str, needed_bytes: int) -> CorpusmillError | None:
    """DISK_FULL where that is what `error` says, else None."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return None
    # What goes to an object store is collected in the temporary folder first.
    path = str(path_of(uri)) if urlsplit(uri).scheme == FILE_SCHEME else tempfile.gettempdir()
    message = f"no space left for {path}: about {needed_bytes} bytes are needed; free space and retry"
    return fail(ErrorCode.DISK_FULL, message, path=path, neededBytes=needed_bytes)


def _write_beside(target: Path, content: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
