"""Reads Parquet, one row group at a time; `offset` is the row's number in its file."""

import base64
import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.documents.fetch_time import as_fetch_time
from corpusmill_extract.documents.identity import record_doc_id
from corpusmill_extract.documents.outcomes import Quarantined, Record
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.records.fields import build_text_record, canonical_json

_BATCH_ROWS = 64


def read_parquet(raw: BinaryIO, source: str, max_record_bytes: int) -> Iterator[Record]:
    """Yield one value per row; a row group that cannot be decoded is one quarantined record from there on."""
    try:
        parquet = pq.ParquetFile(raw)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Quarantined(None, Reason.NOT_PARQUET, type(error).__name__)
        return
    first_row = 0
    for group in range(parquet.num_row_groups):
        yield from _RowGroup(parquet, group, first_row).records(source, max_record_bytes)
        first_row += parquet.metadata.row_group(group).num_rows


class _RowGroup:
    """One row group; `first_row` is the number of its first row in the file."""

    def __init__(self, parquet: pq.ParquetFile, index: int, first_row: int) -> None:
        self._parquet = parquet
        self._index = index
        self._row = first_row

    def records(self, source: str, max_record_bytes: int) -> Iterator[Record]:
        batches = self._parquet.iter_batches(batch_size=_BATCH_ROWS, row_groups=[self._index])
        try:
            for batch in batches:
                for position in range(batch.num_rows):
                    yield _read_row(batch, position, _RowContext(source, self._row, max_record_bytes))
                    self._row += 1
        except (pa.ArrowException, OSError) as error:
            yield Quarantined(self._row, Reason.NOT_PARQUET, type(error).__name__)


class _RowContext:
    """What a row needs besides its values."""

    def __init__(self, source: str, row: int, max_record_bytes: int) -> None:
        self.source = source
        self.row = row
        self.max_record_bytes = max_record_bytes


def _read_row(batch: pa.RecordBatch, position: int, context: _RowContext) -> Record:
    try:
        fields = _row_fields(batch, position)
        line = canonical_json(fields).encode("utf-8")
        if len(line) > context.max_record_bytes:
            return Quarantined(context.row, Reason.PAYLOAD_TOO_LARGE)
        return build_text_record(fields, record_doc_id(context.source, line), context.row)
    except BadRecordError as damage:
        return Quarantined(context.row, damage.reason, damage.detail)
    except UnicodeError:
        return Quarantined(context.row, Reason.INVALID_ENCODING)


def _row_fields(batch: pa.RecordBatch, position: int) -> dict[str, Any]:
    columns = zip(batch.schema.names, batch.columns, strict=True)
    return {name: _json_value(column[position].as_py()) for name, column in columns}


def _json_value(value: Any) -> Any:  # noqa: ANN401 - any Arrow value in, any JSON value out
    """Return the JSON value of an Arrow value: times in ISO 8601, bytes in base64, NaN and infinities null."""
    match value:
        case list() | tuple():
            return [_json_value(item) for item in value]
        case dict():
            return {str(name): _json_value(item) for name, item in value.items()}
        case _:
            return _json_scalar(value)


def _json_scalar(value: object) -> str | float | None:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return as_fetch_time(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            return str(value)
