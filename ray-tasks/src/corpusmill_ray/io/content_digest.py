"""The order-independent digest of rows (docs/contracts/content-digest.md), one Arrow batch at a time."""

from __future__ import annotations

import math
import struct
from hashlib import sha256
from itertools import repeat
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable

MODULUS = 1 << 256
_NULL = b"n"
_NAN = struct.pack("<Q", 0x7FF8000000000000)


class ContentDigest:
    """Sums row hashes modulo 2^256; sums of parts add up to the sum of the whole."""

    def __init__(self, total: int = 0) -> None:
        self._total = total

    def add_batch(self, batch: pa.RecordBatch) -> None:
        """Add every row of `batch`."""
        names = sorted(batch.schema.names)
        columns = [_encoded(name, batch.column(name)) for name in names]
        total = self._total
        for row in zip(*columns, strict=True):
            total += int.from_bytes(sha256(b"".join(row)).digest(), "big")
        self._total = total % MODULUS

    def add(self, other_hex: str) -> None:
        """Add the digest of another part."""
        self._total = (self._total + int(other_hex, 16)) % MODULUS

    def hex(self) -> str:
        """64 lower-case hex digits; all zero for no rows."""
        return f"{self._total:064x}"


def _encoded(name: str, column: pa.Array[Any]) -> Iterable[bytes]:
    """Name and value of each row of a column. Texts are taken as Arrow holds them: they are UTF-8 already."""
    prefix = name.encode() + b"\0"
    kind = column.type
    if column.null_count == len(column):
        return repeat(prefix + _NULL, len(column))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _sized(prefix, b"s", column.cast(pa.large_binary()).to_pylist())
    return [prefix + _value(value) for value in column.to_pylist()]


def _sized(prefix: bytes, tag: bytes, values: list[bytes | None]) -> Iterable[bytes]:
    absent = prefix + _NULL
    start = prefix + tag
    return [absent if v is None else b"".join((start, len(v).to_bytes(4, "little"), v)) for v in values]


def _value(value: object) -> bytes:  # noqa: PLR0911 - one return a type of the contract
    match value:
        case None:
            return _NULL
        case bool():
            return b"b\x01" if value else b"b\x00"
        case str():
            encoded = value.encode()
            return b"s" + len(encoded).to_bytes(4, "little") + encoded
        case int():
            return b"i" + struct.pack("<q", value)
        case float():
            return b"f" + _double(value)
        case bytes():
            return b"x" + len(value).to_bytes(4, "little") + value
        case list():
            return b"l" + len(value).to_bytes(4, "little") + b"".join(map(_value, value))
        case dict():
            fields = (name.encode() + b"\0" + _value(value[name]) for name in sorted(value))
            return b"m" + len(value).to_bytes(4, "little") + b"".join(fields)
        case _:
            raise TypeError(f"no digest is defined for values of {type(value).__name__}")


def _double(value: float) -> bytes:
    if math.isnan(value):
        return _NAN
    return struct.pack("<d", value + 0.0)
