"""The fields of a text record: `text` is required; id, url, title and timestamp have columns; the rest is metadata."""

import json
from collections.abc import Mapping
from typing import Any

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.documents.fetch_time import parse_fetch_time
from corpusmill_extract.documents.outcomes import Provenance, TextRecord
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.documents.text import has_surrogates

_OWN_COLUMNS = frozenset({"text", "url", "title"})


def build_text_record(fields: Mapping[str, Any], doc_id: str, offset: int) -> TextRecord:
    """Build the record; a field whose type its column cannot hold stays in the metadata.

    Raises:
        BadRecordError: no string `text`, or text with lone surrogates.
    """
    text = fields.get("text")
    if not isinstance(text, str):
        raise BadRecordError(Reason.MISSING_TEXT)
    rest = {name: value for name, value in fields.items() if not _has_column(name, value)}
    provenance = Provenance(
        offset=offset,
        doc_id=doc_id,
        id=None if "id" in rest or fields.get("id") is None else str(fields["id"]),
        url=_string(fields, "url"),
        title=_string(fields, "title"),
        fetch_time=parse_fetch_time(_string(fields, "timestamp")),
        metadata=canonical_json(rest) if rest else None,
    )
    columns = (text, provenance.id, provenance.url, provenance.title, provenance.metadata)
    if any(map(has_surrogates, columns)):
        raise BadRecordError(Reason.INVALID_ENCODING)
    return TextRecord(provenance, text)


def canonical_json(value: object) -> str:
    """Write JSON with sorted keys and no white space."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _string(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _has_column(name: str, value: object) -> bool:
    if name in _OWN_COLUMNS:
        return value is None or isinstance(value, str)
    if name == "timestamp":
        return value is None or (isinstance(value, str) and parse_fetch_time(value) is not None)
    if name == "id":
        return value is None or (isinstance(value, str | int) and not isinstance(value, bool))
    return False
