"""Reads JSONL, line by line, plain or compressed."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from corpusmill_extract.documents.errors import BadRecordError, DamagedInputError
from corpusmill_extract.documents.identity import record_doc_id
from corpusmill_extract.documents.outcomes import Quarantined, Record
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.records.byte_stream import read_decompressed
from corpusmill_extract.records.fields import build_text_record

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without its line end; `content` is None where it is longer than a record may be."""

    offset: int
    content: bytes | None


def read_jsonl(raw: BinaryIO, source: str, max_record_bytes: int) -> Iterator[Record]:
    """Yield one value per line that is not blank; offsets are in decompressed bytes."""
    try:
        for line in _read_lines(read_decompressed(raw, max_record_bytes), max_record_bytes):
            if line.content is None:
                yield Quarantined(line.offset, Reason.LINE_TOO_LONG)
            elif line.content.strip():
                yield _read_line(line.content, line.offset, source)
    except DamagedInputError as damage:
        yield Quarantined(damage.offset, damage.reason, damage.detail)


def _read_line(line: bytes, offset: int, source: str) -> Record:
    try:
        fields = _parse_object(line.removeprefix(_BYTE_ORDER_MARK) if offset == 0 else line)
        return build_text_record(fields, record_doc_id(source, line), offset)
    except BadRecordError as damage:
        return Quarantined(offset, damage.reason, damage.detail)
    except RecursionError:
        return Quarantined(offset, Reason.INVALID_JSON)


def _parse_object(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8"), parse_constant=_parse_finite, parse_float=_parse_finite)
    except UnicodeDecodeError as error:
        raise BadRecordError(Reason.INVALID_ENCODING) from error
    except ValueError as error:
        raise BadRecordError(Reason.INVALID_JSON) from error
    if not isinstance(fields, dict):
        raise BadRecordError(Reason.INVALID_JSON, detail=type(fields).__name__)
    return fields


def _parse_finite(literal: str) -> float:
    value = float(literal)
    if not math.isfinite(value):
        raise ValueError("a number that JSON cannot hold")
    return value


def _read_lines(chunks: Iterator[bytes], max_line_bytes: int) -> Iterator[_Line]:
    """Split at newlines; of a line that is too long nothing more is held."""
    held = bytearray()
    start = position = 0  # offsets of the line and of the chunk in hand
    try:
        for chunk in chunks:
            begin = 0
            while (end := chunk.find(b"\n", begin)) >= 0:
                yield _cut(start, held, chunk[begin : min(end, begin + max_line_bytes + 1)], max_line_bytes)
                held.clear()
                begin = end + 1
                start = position + begin
            held += chunk[begin : begin + max(0, max_line_bytes + 1 - len(held))]
            position += len(chunk)
    except DamagedInputError as damage:
        raise DamagedInputError(damage.reason, start, damage.detail) from damage
    if held:
        yield _cut(start, held, b"", max_line_bytes)


def _cut(start: int, held: bytearray, rest: bytes, max_line_bytes: int) -> _Line:
    content = bytes(held) + rest
    return _Line(start, None if len(content) > max_line_bytes else content.removesuffix(b"\r"))
