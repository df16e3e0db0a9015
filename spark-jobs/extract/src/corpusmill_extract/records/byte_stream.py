"""The decompressed bytes of a .gz, .bz2, .zst or plain file, in bounded chunks."""

import bz2
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa

from corpusmill_extract.documents.errors import DamagedInputError
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.warc.members import GZIP_MAGIC, GzipMembers

if TYPE_CHECKING:
    import io

CHUNK_BYTES = 1 << 20
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_BZIP2_MAGIC = b"BZh"


def read_decompressed(raw: BinaryIO, max_record_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of `raw`, decompressed where its first bytes say that they are compressed.

    Raises:
        DamagedInputError: damaged or cut-off compressed data; what stands before it was yielded.
    """
    raw.seek(0)
    magic = raw.read(len(_ZSTD_MAGIC))
    raw.seek(0)
    if magic.startswith(GZIP_MAGIC):
        return _read_gzip(raw, max_record_bytes)
    if magic == _ZSTD_MAGIC:
        return _read_zstd(raw)
    if magic.startswith(_BZIP2_MAGIC):
        return _read_bzip2(raw)
    return iter(lambda: raw.read(CHUNK_BYTES), b"")


def _read_gzip(raw: BinaryIO, max_record_bytes: int) -> Iterator[bytes]:
    members = GzipMembers(raw, max_record_bytes)
    while members.open_next():
        while chunk := members.read():
            if b"\n" in chunk:
                members.mark_record()
            yield chunk


def _read_zstd(raw: BinaryIO) -> Iterator[bytes]:
    with pa.CompressedInputStream(pa.PythonFile(cast("io.IOBase", raw), "r"), "zstd") as stream:
        while chunk := _read_zstd_chunk(stream):
            yield chunk


def _read_zstd_chunk(stream: pa.NativeFile) -> bytes:
    try:
        return bytes(stream.read(CHUNK_BYTES))
    except (OSError, zlib.error) as error:
        reason = Reason.TRUNCATED if "Truncated" in str(error) else Reason.CORRUPT_GZIP
        raise DamagedInputError(reason) from error


def _read_bzip2(raw: BinaryIO) -> Iterator[bytes]:
    """A file may hold several streams, as dumps made for many readers at once do."""
    stream = bz2.BZ2Decompressor()
    while True:
        held = b""
        if stream.eof:
            held = stream.unused_data or raw.read(CHUNK_BYTES)
            if not held:
                return
            stream = bz2.BZ2Decompressor()
        elif stream.needs_input:
            held = raw.read(CHUNK_BYTES)
            if not held:
                raise DamagedInputError(Reason.TRUNCATED)
        yield _inflate_bzip2(stream, held)


def _inflate_bzip2(stream: bz2.BZ2Decompressor, held: bytes) -> bytes:
    try:
        return stream.decompress(held, CHUNK_BYTES)
    except (OSError, ValueError) as error:
        raise DamagedInputError(Reason.CORRUPT_GZIP) from error
