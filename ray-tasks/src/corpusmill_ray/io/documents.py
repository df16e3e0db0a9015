"""Parquet documents: verified reading in batches, streamed writing with digests."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import RawIOBase
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from corpusmill_ray.errors import CorpusmillError, ErrorCode, fail
from corpusmill_ray.io.content_digest import ContentDigest
from corpusmill_ray.io.manifest import ManifestFile
from corpusmill_ray.io.storage import storage_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

BATCH_ROWS = 512
ROW_GROUP_BYTES = 64 << 20
HASH_CHUNK_BYTES = 1 << 20
OWN_PREFIX = "_"
TEXT_COLUMNS = ("doc_id", "source", "lang", "text")


@dataclass(frozen=True, slots=True)
class DocumentRange:
    """Row groups [first, last) of one input file; `last` None reads to the end."""

    uri: str
    sha256: str
    bytes: int
    first: int = 0
    last: int | None = None


def verify_digest(part: DocumentRange) -> None:
    """Hash the file and compare.

    Raises:
        CorpusmillError: INPUT_CORRUPT.
    """
    with storage_for(part.uri).open(part.uri) as file:
        actual = sha256_of(file)
    if actual != part.sha256:
        message = f"{part.uri} has SHA-256 {actual}, its manifest says {part.sha256}; run its stage again"
        raise fail(ErrorCode.INPUT_CORRUPT, message, uri=part.uri, sha256=actual, expectedSha256=part.sha256)


def sha256_of(file: BinaryIO) -> str:
    """SHA-256 of a file's bytes, in hex, read in chunks."""
    digest = sha256()
    while chunk := file.read(HASH_CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


class DocumentReader:
    """Reads a range of a documents file."""

    def __init__(self, part: DocumentRange) -> None:
        self._part = part
        try:
            self._file = pq.ParquetFile(storage_for(part.uri).open(part.uri))
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(part, error) from error
        self._check_columns()

    @property
    def schema(self) -> pa.Schema:
        """Columns and types, without those that only the stage which wrote them reads.

        Writers' own metadata is dropped: Spark would believe its stale column list.
        """
        shared = [field for field in self._file.schema_arrow if not field.name.startswith(OWN_PREFIX)]
        return pa.schema([field.remove_metadata() for field in shared])

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of at most BATCH_ROWS rows, in order.

        Raises:
            CorpusmillError: INPUT_CORRUPT where the file cannot be decoded.
        """
        last = self._file.num_row_groups if self._part.last is None else self._part.last
        columns = self.schema.names
        for group in range(self._part.first, last):
            try:
                yield from self._file.iter_batches(
                    BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False
                )
            except (pa.ArrowException, OSError) as error:
                raise _unreadable(self._part, error) from error

    def _check_columns(self) -> None:
        schema = self._file.schema_arrow
        for name in TEXT_COLUMNS:
            position = schema.get_field_index(name)
            if position < 0 or not _is_text(schema.field(position).type):
                message = f"{self._part.uri} has no text column `{name}`; it is no documents file"
                raise fail(ErrorCode.INPUT_CORRUPT, message, uri=self._part.uri, column=name)


def row_group_ranges(part: DocumentRange, target_bytes: int) -> tuple[DocumentRange, ...]:
    """Split a file at row group borders into ranges of about `target_bytes`. Depends on the file only."""
    if part.bytes <= target_bytes:
        return (part,)
    metadata = _footer(part)
    ranges: list[DocumentRange] = []
    first, size = 0, 0
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        size += sum(row_group.column(i).total_compressed_size for i in range(row_group.num_columns))
        if size >= target_bytes:
            ranges.append(DocumentRange(part.uri, part.sha256, size, first, group + 1))
            first, size = group + 1, 0
    if first < metadata.num_row_groups:
        ranges.append(DocumentRange(part.uri, part.sha256, size, first, metadata.num_row_groups))
    return tuple(ranges) or (part,)


class DocumentWriter:
    """Streams batches into one zstd Parquet file and knows what the manifest says of it."""

    def __init__(self, sink: BinaryIO, schema: pa.Schema) -> None:
        self._sink = _HashingSink(sink)
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sink, mode="w"), schema, compression="zstd", store_schema=False
        )
        self._digest = ContentDigest()
        self._pending: list[pa.RecordBatch] = []
        self._pending_bytes = 0
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self._digest.add_batch(batch)
        self.rows += batch.num_rows
        self._pending.append(batch)
        self._pending_bytes += batch.nbytes
        if self._pending_bytes >= ROW_GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is left and the footer."""
        self._flush()
        self._writer.close()

    def content_digest(self) -> str:
        """Digest over the rows written."""
        return self._digest.hex()

    def described(self, path: str, role: str) -> ManifestFile:
        """The file's entry in the manifest; call after `close`."""
        return ManifestFile(path, role, "parquet", self._sink.size_bytes, self._sink.hexdigest(), self.rows)

    def _flush(self) -> None:
        if self._pending:
            self._writer.write_table(pa.Table.from_batches(self._pending).combine_chunks())
        self._pending = []
        self._pending_bytes = 0


class _HashingSink(RawIOBase):
    """What pyarrow needs of a file, with a digest of every byte that goes through it."""

    def __init__(self, sink: BinaryIO) -> None:
        super().__init__()
        self._sink = sink
        self._digest = sha256()
        self.size_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, chunk: Buffer) -> int:
        self._sink.write(chunk)
        self._digest.update(chunk)
        size_bytes = memoryview(chunk).nbytes
        self.size_bytes += size_bytes
        return size_bytes

    def tell(self) -> int:
        return self.size_bytes

    def flush(self) -> None:
        self._sink.flush()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _footer(part: DocumentRange) -> pq.FileMetaData:
    try:
        with storage_for(part.uri).open(part.uri) as file:
            return pq.read_metadata(file)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(part, error) from error


def _unreadable(part: DocumentRange, error: Exception) -> CorpusmillError:
    message = f"{part.uri} cannot be read as Parquet ({type(error).__name__}); run its stage again"
    return fail(ErrorCode.INPUT_CORRUPT, message, uri=part.uri, error=type(error).__name__)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
