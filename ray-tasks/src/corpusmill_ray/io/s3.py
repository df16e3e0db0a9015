"""Objects in S3 behind the storage interface. What the store fails is tried again, by whole requests.

Endpoint, region and credentials come from the environment (docs/operations/s3.md). boto3 is imported with the
first request: a job makes its claim early.
"""

from __future__ import annotations

import atexit
import io
import os
import random
import shutil
import tempfile
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from corpusmill_ray.errors import CorpusmillError, ErrorCode, fail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Buffer

S3_SCHEME = "s3"

READ_AHEAD_BYTES = 4 << 20
CONNECT_SECONDS = 5
READ_SECONDS = 60

# An outage of a minute must not end a job. Pauses double from 0.2 s to 8 s, each a random part of its length:
# about 135 s in all for an endpoint that refuses connections, longer for one that is silent.
TRIES = 40
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 8.0

ABSENT, CONFLICT, PRECONDITION_FAILED, TOO_MANY, SERVER_FAULT = 404, 409, 412, 429, 500

Result = TypeVar("Result")


class S3Storage:
    """s3:// URIs; keys are literal, without percent escapes."""

    def read_bytes(self, uri: str) -> bytes | None:
        """The whole object, or None where there is none."""
        try:
            with self.open(uri) as file:
                return file.read()
        except FileNotFoundError:
            return None

    def size_bytes(self, uri: str) -> int | None:
        """The object's size, or None where there is none."""
        try:
            return int(_head(uri)["ContentLength"])
        except FileNotFoundError:
            return None

    def open(self, uri: str) -> BinaryIO:
        """The object as a file that can seek, read by ranges."""
        return io.BufferedReader(_S3File(uri), READ_AHEAD_BYTES)

    def create_exclusive(self, uri: str, content: bytes) -> bool:
        """Create the object by a conditional write.

        A try whose answer was lost leaves the object for the next one to find: equal bytes are our own.
        """
        address = _address(uri)
        try:
            _persist(uri, lambda: _client().put_object(**address, Body=content, IfNoneMatch="*"))
        except FileExistsError:
            return self.read_bytes(uri) == content
        return True

    def replace(self, uri: str, content: bytes) -> None:
        """Write the object whole."""
        address = _address(uri)
        _persist(uri, lambda: _client().put_object(**address, Body=content))

    @contextmanager
    def writing(self, uri: str) -> Iterator[BinaryIO]:
        """A sink on the local disk, uploaded in parts when the block ends well."""
        address = _address(uri)
        with tempfile.TemporaryFile(prefix="corpusmill-") as sink:
            yield cast("BinaryIO", sink)
            sink.flush()
            _persist(uri, lambda: _upload(sink.fileno(), address))

    def local_path(self, uri: str) -> Path:
        """A copy that lives as long as this process; no file is there where there is no object."""
        return _local_copy(uri)

    def remove_folder(self, uri: str) -> None:
        """Delete everything below the folder, as far as that can be done."""
        try:
            _persist(uri, lambda: _delete_below(_address(uri)))
        except CorpusmillError:
            return


class _S3File(io.RawIOBase):
    """One object as it was when it was opened."""

    def __init__(self, uri: str) -> None:
        super().__init__()
        self._uri = uri
        head = _head(uri)
        self._size = int(head["ContentLength"])
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
            pieces.append(self._take(min(READ_AHEAD_BYTES, self._size - self._position)))
        return b"".join(pieces)

    def _take(self, count: int) -> bytes:
        content = _persist(self._uri, lambda: self._fetch(count))
        self._position += count
        return content

    def _fetch(self, count: int) -> bytes:
        last = self._position + count - 1
        answer = _client().get_object(**_address(self._uri), Range=f"bytes={self._position}-{last}")
        content = bytes(answer["Body"].read())
        if len(content) != count:
            raise ConnectionError("the body is short")
        return content


def _head(uri: str) -> dict[str, Any]:
    address = _address(uri)
    return cast("dict[str, Any]", _persist(uri, lambda: _client().head_object(**address)))


def _upload(descriptor: int, address: dict[str, str]) -> None:
    with os.fdopen(os.dup(descriptor), "rb") as source:
        source.seek(0)
        _client().upload_fileobj(source, **address)


def _delete_below(address: dict[str, str]) -> None:
    pages = (
        _client().get_paginator("list_objects_v2").paginate(Bucket=address["Bucket"], Prefix=address["Key"])
    )
    for page in pages:
        keys = [{"Key": found["Key"]} for found in page.get("Contents", [])]
        if keys:
            _client().delete_objects(Bucket=address["Bucket"], Delete={"Objects": keys, "Quiet": True})


@cache
def _local_copy(uri: str) -> Path:
    target = _local_folder() / f"{len(list(_local_folder().iterdir()))}-{uri.rpartition('/')[2]}"
    try:
        with S3Storage().open(uri) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, READ_AHEAD_BYTES)
    except FileNotFoundError:
        target.unlink(missing_ok=True)
    return target


@cache
def _local_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="corpusmill-objects-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _persist(uri: str, action: Callable[[], Result]) -> Result:
    """Carry out `action`, again and again where the store fails it.

    Raises:
        FileNotFoundError: there is no such object.
        FileExistsError: a conditional write found one.
        CorpusmillError: STORAGE_UNAVAILABLE.
    """
    from boto3.exceptions import S3UploadFailedError  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see the module's docstring

    for attempt in range(TRIES):
        try:
            return action()
        except (BotoCoreError, ClientError, S3UploadFailedError, ConnectionError) as error:
            status = _status(error)
            if status == ABSENT:
                raise FileNotFoundError(uri) from error
            if status == PRECONDITION_FAILED:
                raise FileExistsError(uri) from error
            if not _is_transient(error, status) or attempt == TRIES - 1:
                message = f"the object store did not answer for {uri}: {_reason(error)}"
                raise fail(ErrorCode.STORAGE_UNAVAILABLE, message, uri=uri) from error
            longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
            time.sleep(random.uniform(0, longest))  # noqa: S311 - pauses are no secrets
    raise RuntimeError("no try was made")


def _is_transient(error: Exception, status: int | None) -> bool:
    """Broken connections, bodies and servers; not what the store refuses, nor missing credentials."""
    from botocore.exceptions import CredentialRetrievalError, NoCredentialsError, NoRegionError  # noqa: PLC0415

    if isinstance(error, CredentialRetrievalError | NoCredentialsError | NoRegionError):
        return False
    return status is None or status >= SERVER_FAULT or status in {CONFLICT, TOO_MANY}


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return None
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) or None


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return str(response.get("Error", {}).get("Code", type(error).__name__))
    return type(error).__name__


def _address(uri: str) -> dict[str, str]:
    """Bucket and key."""
    bucket, _, key = uri.removeprefix(f"{S3_SCHEME}://").partition("/")
    return {"Bucket": bucket, "Key": key}


@cache
def _client() -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    import boto3  # noqa: PLC0415 - see the module's docstring
    from botocore.config import Config  # noqa: PLC0415

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region or ("us-east-1" if endpoint else None),
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 3, "mode": "standard"},
            # Other servers than Amazon's seldom have a host name for each bucket.
            s3={"addressing_style": "path" if endpoint else "auto"},
        ),
    )
