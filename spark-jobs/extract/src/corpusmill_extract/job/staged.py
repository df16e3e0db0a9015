"""Staged rows: what the extract tasks hand to the commit, in Arrow batches bounded by bytes.

Columns: `role` (documents, rejected, quarantine, summary), the document columns of document.md, `reason`,
`detail`, and `uri`, `offset` of quarantined records. A row of role `summary` says in `records` how many
records were seen in one input file: the commit checks the other rows against it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from corpusmill_extract.documents.outcomes import (
    Document,
    Outcome,
    Provenance,
    Quarantined,
    Rejected,
    SourceFile,
)

_STRINGS = (
    *("role", "doc_id", "id", "source", "domain", "url", "title", "fetch_time", "warc_uri"),
    *("author", "date", "licence", "opt_out", "lang", "lang_mix", "text", "metadata", "reason", "detail", "uri"),
)
_INTEGERS = ("warc_offset", "offset", "records")
_FIELDS: list[tuple[str, pa.DataType]] = [
    *((name, pa.string()) for name in _STRINGS),
    *((name, pa.int64()) for name in _INTEGERS),
    ("lang_score", pa.float64()),
]
STAGED_SCHEMA = pa.schema(_FIELDS)
MAX_BATCH_BYTES = 8 * 1024 * 1024
MAX_BATCH_ROWS = 1024
_ROW_BYTES = 256

StagedRow = dict[str, Any]


def staged_row(outcome: Outcome, file: SourceFile) -> StagedRow:
    """Return the row of an outcome; columns that it has nothing for are left out."""
    if isinstance(outcome, Quarantined):
        return {
            "role": "quarantine",
            "source": file.source,
            "uri": file.uri,
            "offset": outcome.offset,
            "reason": str(outcome.reason),
            "detail": outcome.detail,
        }
    row = _provenance_columns(outcome.provenance, file)
    row |= {"text": outcome.text, "lang": outcome.lang, "lang_score": outcome.lang_score}
    row["lang_mix"] = outcome.lang_mix
    if isinstance(outcome, Document):
        return row | {"role": "documents"}
    return row | _rejection_columns(outcome)


def summary_row(file: SourceFile, records: int) -> StagedRow:
    """Return the row that says how many records `file` had."""
    return {"role": "summary", "source": file.source, "uri": file.uri, "records": records}


def batch_rows(rows: Iterable[StagedRow]) -> Iterator[pa.RecordBatch]:
    """Group rows into Arrow batches of at most about MAX_BATCH_BYTES, one row at least."""
    held: list[StagedRow] = []
    size = 0
    for row in rows:
        row_bytes = _ROW_BYTES + _text_bytes(row)
        if held and (size + row_bytes > MAX_BATCH_BYTES or len(held) >= MAX_BATCH_ROWS):
            yield pa.RecordBatch.from_pylist(held, schema=STAGED_SCHEMA)
            held, size = [], 0
        held.append(row)
        size += row_bytes
    if held:
        yield pa.RecordBatch.from_pylist(held, schema=STAGED_SCHEMA)


def _provenance_columns(provenance: Provenance, file: SourceFile) -> StagedRow:
    return {
        "doc_id": provenance.doc_id,
        "id": provenance.id,
        "source": file.source,
        "domain": file.domain,
        "url": provenance.url,
        "title": provenance.title,
        "fetch_time": provenance.fetch_time,
        "warc_uri": file.uri,
        "warc_offset": provenance.offset,
        "metadata": provenance.metadata,
        "author": provenance.author,
        "date": provenance.date,
        "licence": provenance.licence,
        "opt_out": provenance.opt_out,
    }


def _rejection_columns(rejected: Rejected) -> StagedRow:
    return {"role": "rejected", "reason": str(rejected.reason), "detail": rejected.detail}


def _text_bytes(row: StagedRow) -> int:
    """At most how many bytes the long strings take, without encoding them."""
    return 4 * sum(len(row.get(name) or "") for name in ("text", "metadata"))
