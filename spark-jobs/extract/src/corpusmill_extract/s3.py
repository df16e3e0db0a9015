"""Objects in S3 as files that can seek: read by ranges, of which each is whole or asked for again.

Endpoint, region and credentials come from the environment (docs/operations/s3.md).
"""

from __future__ import annotations

import io
import os
import random
import time
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as EndpointError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

S3_SCHEME = "s3"

_READ_AHEAD_BYTES = 4 << 20
_CONNECT_SECONDS = 5
_READ_SECONDS = 60

# An outage of a minute must not end a task. Pauses double from 0.2 s to 8 s, each a random part of its length: two
# minutes and a quarter on the average for an endpoint that refuses connections, longer for one that is silent.
_TRIES = 40
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 8.0

_ABSENT = 404
_TOO_MANY = 429
_SERVER_FAULT = 500

_Result = TypeVar("_Result")


class StorageUnavailableError(Exception):
    """The object store did not answer, or refused, or changed an object under us. No fault of the record's."""


class _ShortBodyError(Exception):
    """Fewer bytes came than were asked for."""


def open_object(uri: str) -> BinaryIO:
    """Open an object for reading; it can seek.

    Raises:
        FileNotFoundError: there is none.
        StorageUnavailableError: the store does not answer.
    """
    return io.BufferedReader(_S3File(uri), _READ_AHEAD_BYTES)


class _S3File(io.RawIOBase):
    """One object as it was when it was opened."""

    def __init__(self, uri: str) -> None:
        super().__init__()
        self._uri = uri
        self._address = _address(uri)
        head = _persist(uri, lambda: _client().head_object(**self._address))
        self._size = int(head["ContentLength"])
        self._modified = head["LastModified"]
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        target = memoryview(buffer).cast("B")
        count = min(len(target), self._size - self._position)
        if count <= 0:
            return 0
        target[:count] = self._take(count)
        return count

    def readall(self) -> bytes:
        # The default asks for 8 KiB at a time.
        pieces = []
        while self._position < self._size:
            pieces.append(self._take(min(_READ_AHEAD_BYTES, self._size - self._position)))
        return b"".join(pieces)

    def _take(self, count: int) -> bytes:
        content = _persist(self._uri, lambda: self._fetch(count))
        self._position += count
        return content

    def _fetch(self, count: int) -> bytes:
        answer = _client().get_object(
            **self._address,
            Range=f"bytes={self._position}-{self._position + count - 1}",
        )
        # Not by If-Match or If-Unmodified-Since: servers do not agree on fractions of seconds.
        if answer["LastModified"] != self._modified:
            raise StorageUnavailableError(f"{self._uri} was replaced while it was read")
        content = bytes(answer["Body"].read())
        if len(content) != count:
            raise _ShortBodyError
        return content


def _persist(uri: str, action: Callable[[], _Result]) -> _Result:
    """Carry out `action`, again and again where the store fails it."""
    for attempt in range(_TRIES):
        try:
            return action()
        except (BotoCoreError, ClientError, _ShortBodyError, OSError) as error:
            if _status(error) == _ABSENT:
                raise FileNotFoundError(uri) from error
            if not _is_transient(error) or attempt == _TRIES - 1:
                raise StorageUnavailableError(f"{uri}: {_reason(error)}") from error
            longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
            time.sleep(random.uniform(0, longest))  # noqa: S311 - pauses are no secrets
    raise AssertionError("unreachable")


def _is_transient(error: Exception) -> bool:
    """Broken connections, bodies and servers; not what the store refuses, nor missing credentials."""
    if isinstance(error, ClientError):
        status = _status(error)
        return status is None or status >= _SERVER_FAULT or status == _TOO_MANY
    return isinstance(error, EndpointError | HTTPClientError | IncompleteReadError | _ShortBodyError | OSError)


def _status(error: Exception) -> int | None:
    if not isinstance(error, ClientError):
        return None
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) or None


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__


def _address(uri: str) -> dict[str, str]:
    """Bucket and key; the key is literal."""
    bucket, _, key = uri.removeprefix(f"{S3_SCHEME}://").partition("/")
    return {"Bucket": bucket, "Key": key}


@cache
def _client() -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region or ("us-east-1" if endpoint else None),
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": 1},
            # Other servers than Amazon's seldom have a host name for each bucket.
            s3={"addressing_style": "path" if endpoint else "auto"},
        ),
    )


def is_object(location: str) -> bool:
    """Whether a location is an s3:// URI."""
    return urlsplit(location).scheme == S3_SCHEME
