"""Document identity: the first 128 bits of a SHA-256 over content, never a position (document.md)."""

import hashlib

DOC_ID_HEX_DIGITS = 32


def web_doc_id(url: str | None, fetch_time: str | None, payload_sha256: str) -> str:
    """Return the id of a WARC or WET record; a missing URL or time counts as empty."""
    return _first_half(f"{url or ''}\n{fetch_time or ''}\n{payload_sha256}")


def record_doc_id(source: str, record: bytes) -> str:
    """Return the id of a JSONL line (without its line end) or a Parquet row (as canonical JSON)."""
    return _first_half(f"{source}\n{hashlib.sha256(record).hexdigest()}")


def _first_half(identity: str) -> str:
    encoded = identity.encode("utf-8", "surrogatepass")
    return hashlib.sha256(encoded).hexdigest()[:DOC_ID_HEX_DIGITS]
