"""The layout of fastText model files, checked from end to end before the native library reads one.

The library trusts its files: a damaged one ends the process. Layout after fastText's own
`FastText::saveModel`, `Dictionary::save`, `DenseMatrix::save`, `QuantMatrix::save`, version 12.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = 793712314
VERSIONS = (11, 12)
SUPERVISED = 3
LOSSES = (1, 2, 3, 4)
LABEL = 1
CENTROIDS = 256
MAX_ENTRIES = 30_000_000
"""The library's own limit (MAX_VOCAB_SIZE)."""
MAX_WORD_BYTES = 1 << 20
CHUNK_BYTES = 1 << 20
MAX_NGRAM = 64
"""Of words or characters; the library's time on a text grows with it."""


class ModelFileError(Exception):
    """The file is no whole fastText model; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class _Arguments:
    dimension: int
    bucket: int


@dataclass(frozen=True, slots=True)
class _Dictionary:
    words: int
    labels: tuple[str, ...]
    pruned: int


def check_model_file(path: Path) -> tuple[str, ...]:
    """Check the whole file and return its labels in order.

    Raises:
        ModelFileError: what is wrong with it.
    """
    size_bytes = path.stat().st_size
    with path.open("rb") as file:
        reader = _Reader(file, size_bytes)
        arguments = _read_arguments(reader)
        dictionary = _read_dictionary(reader)
        _read_matrices(reader, arguments, dictionary)
        if reader.position != size_bytes:
            raise ModelFileError(f"has {size_bytes - reader.position} bytes after the model's end")
    return dictionary.labels


class _Reader:
    """Reads little-endian values and never beyond the file's end."""

    def __init__(self, file: BinaryIO, size_bytes: int) -> None:
        self._file = file
        self._size_bytes = size_bytes
        self._buffer = b""
        self._start = 0

    @property
    def position(self) -> int:
        return self._file.tell() - len(self._buffer) + self._start

    def values(self, layout: str) -> tuple[int, ...]:
        layout = "<" + layout
        raw = self._take(struct.calcsize(layout))
        return struct.unpack(layout, raw)

    def flag(self) -> bool:
        (value,) = self.values("B")
        if value > 1:
            raise ModelFileError(f"has the flag {value} where 0 or 1 stands")
        return value == 1

    def word(self) -> bytes:
        pieces: list[bytes] = []
        length = 0
        while (end := self._buffer.find(b"\0", self._start)) < 0:
            pieces.append(self._buffer[self._start :])
            length += len(pieces[-1])
            if length > MAX_WORD_BYTES or not self._refill():
                raise ModelFileError("ends within its dictionary")
        pieces.append(self._buffer[self._start : end])
        self._start = end + 1
        return b"".join(pieces)

    def skip(self, count: int) -> None:
        if count < 0 or self.position + count > self._size_bytes:
            raise ModelFileError(
                f"is cut short: {self.position + count} bytes are named, {self._size_bytes} are there"
            )
        self._file.seek(self.position + count)
        self._buffer, self._start = b"", 0

    def _take(self, count: int) -> bytes:
        while len(self._buffer) - self._start < count:
            if not self._refill():
                raise ModelFileError(f"is cut short at byte {self._size_bytes}")
        raw = self._buffer[self._start : self._start + count]
        self._start += count
        return raw

    def _refill(self) -> bool:
        chunk = self._file.read(CHUNK_BYTES)
        self._buffer, self._start = self._buffer[self._start :] + chunk, 0
        return bool(chunk)


def _read_arguments(reader: _Reader) -> _Arguments:
    magic, version = reader.values("ii")
    if magic != MAGIC or version not in VERSIONS:
        raise ModelFileError("does not begin as a fastText model does")
    dimension, _, _, _, _, word_ngrams, loss, model, bucket, shortest, longest, _ = reader.values("12i")
    reader.values("d")
    if model != SUPERVISED or loss not in LOSSES:
        raise ModelFileError("is no supervised model")
    if dimension < 1 or bucket < 0:
        raise ModelFileError(f"has the dimension {dimension} and {bucket} buckets")
    if word_ngrams > MAX_NGRAM or shortest > MAX_NGRAM or longest > MAX_NGRAM:
        raise ModelFileError(f"has n-grams of {max(word_ngrams, shortest, longest)}")
    return _Arguments(dimension, bucket)


def _read_dictionary(reader: _Reader) -> _Dictionary:
    size, words, labels, _, pruned = reader.values("iiiqq")
    if not 0 < labels <= size <= MAX_ENTRIES or words < 0 or words + labels != size or pruned < -1:
        raise ModelFileError(f"names {size} entries, {words} words and {labels} labels")
    names: list[str] = []
    for position in range(size):
        word = reader.word()
        count, kind = reader.values("qb")
        if count < 0 or kind != (LABEL if position >= words else 0):
            raise ModelFileError(f"has a wrong entry {position} in its dictionary")
        if kind == LABEL:
            names.append(word.decode("utf-8", "replace"))
    for _ in range(max(pruned, 0)):
        reader.values("ii")
    return _Dictionary(words, tuple(names), pruned)


def _read_matrices(reader: _Reader, arguments: _Arguments, dictionary: _Dictionary) -> None:
    quantised_input = reader.flag()
    if quantised_input:
        input_rows = _skip_quantised(reader, arguments.dimension)
    else:
        input_rows = _skip_dense(reader, arguments.dimension)
    buckets = arguments.bucket if dictionary.pruned < 0 else dictionary.pruned
    if input_rows != dictionary.words + buckets:
        raise ModelFileError(
            f"has {input_rows} input rows for {dictionary.words} words and {buckets} buckets"
        )
    quantised_output = reader.flag()
    skip = _skip_quantised if quantised_output and quantised_input else _skip_dense
    output_rows = skip(reader, arguments.dimension)
    if output_rows != len(dictionary.labels):
        raise ModelFileError(f"has {output_rows} output rows for {len(dictionary.labels)} labels")


def _skip_dense(reader: _Reader, dimension: int) -> int:
    rows, columns = reader.values("qq")
    if rows < 0 or columns != dimension:
        raise ModelFileError(f"has a matrix of {rows} by {columns} for the dimension {dimension}")
    reader.skip(rows * columns * 4)
    return rows


def _skip_quantised(reader: _Reader, dimension: int) -> int:
    with_norms = reader.flag()
    rows, columns = reader.values("qq")
    (code_bytes,) = reader.values("i")
    if rows < 0 or columns != dimension or code_bytes < 0:
        raise ModelFileError(f"has a matrix of {rows} by {columns} for the dimension {dimension}")
    reader.skip(code_bytes)
    parts = _skip_quantiser(reader, columns)
    if code_bytes != rows * parts:
        raise ModelFileError(f"has {code_bytes} code bytes for {rows} rows")
    if with_norms:
        reader.skip(rows)
        _skip_quantiser(reader, 1)
    return rows


def _skip_quantiser(reader: _Reader, columns: int) -> int:
    dimension, parts, part_size, last_size = reader.values("4i")
    fits = part_size > 0 and parts > 0 and 0 < last_size <= part_size
    if dimension != columns or not fits or (parts - 1) * part_size + last_size != dimension:
        raise ModelFileError("has a quantiser that does not fit its matrix")
    reader.skip(dimension * CENTROIDS * 4)
    return parts
