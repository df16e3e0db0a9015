"""What a stage makes of a batch, and the columns it adds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

REASON = pa.field("reason", pa.string())
DETAIL = pa.field("detail", pa.string())


@dataclass(frozen=True, slots=True)
class StageBatch:
    """Documents kept, documents rejected, and facts for the report, counted under paths of names."""

    kept: pa.RecordBatch
    rejected: pa.RecordBatch
    facts: Counter[tuple[str, ...]] = field(default_factory=Counter)


class Stage(Protocol):
    """One stage over Arrow batches of documents (docs/contracts/document.md)."""

    def kept_schema(self, documents: pa.Schema) -> pa.Schema:
        """Columns of kept documents, for input columns `documents`."""

    def rejected_schema(self, documents: pa.Schema) -> pa.Schema:
        """Columns of rejected documents: the input's, `reason` and `detail`."""

    def apply(self, batch: pa.RecordBatch) -> StageBatch:
        """Decide on every document of the batch."""


def with_columns(schema: pa.Schema, fields: "list[pa.Field[pa.DataType]]") -> pa.Schema:
    """The schema with `fields` at its end; one that is there already gives way."""
    names = {field.name for field in fields}
    return pa.schema([*(field for field in schema if field.name not in names), *fields])


def rejected_columns(schema: pa.Schema) -> pa.Schema:
    """The input's columns and the reason."""
    return with_columns(schema, [REASON, DETAIL])


def no_rows(schema: pa.Schema) -> pa.RecordBatch:
    """A batch of these columns without a row."""
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)


def strings_of(batch: pa.RecordBatch, name: str) -> list[str]:
    """A text column. Those that stages read are never null in a documents file; a null reads as empty."""
    return [value or "" for value in batch.column(name).to_pylist()]


def with_values(
    batch: pa.RecordBatch, schema: pa.Schema, added: Mapping[str, Sequence[object]]
) -> pa.RecordBatch:
    """The batch in the columns of `schema`: `added` where it names one, the batch's own otherwise."""
    columns = [
        pa.array(added[field.name], field.type) if field.name in added else batch.column(field.name)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
