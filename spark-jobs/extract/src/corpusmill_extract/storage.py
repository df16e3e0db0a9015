"""Where input files are read: the one place that knows URI schemes."""

from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from corpusmill_extract.s3 import is_object, open_object


class UnsupportedSchemeError(Exception):
    """A location that this storage cannot open."""


def open_input(location: str) -> BinaryIO:
    """Open an input file, which can seek.

    Raises:
        OSError: it is not there or cannot be read.
        StorageUnavailableError: the object store that it is in does not answer.
        UnsupportedSchemeError: no `file://` or `s3://` URI.
    """
    if is_object(location):
        return open_object(location)
    return local_path(location).open("rb")


def read_text(location: str) -> str:
    """Read a small UTF-8 file whole, such as a job spec."""
    with open_input(location) as file:
        return file.read().decode("utf-8")


def local_path(location: str) -> Path:
    """Return the path that a `file://` URI names.

    Raises:
        UnsupportedSchemeError: another scheme.
    """
    parts = urlsplit(location)
    if parts.scheme != "file":
        raise UnsupportedSchemeError(f"cannot read {parts.scheme or 'no'}:// here; use a file:// or s3:// URI")
    return Path(unquote(location.removeprefix("file://")))
