"""Reads a plain text file, also compressed: the file is one document."""

from collections.abc import Iterator
from typing import BinaryIO

from corpusmill_extract.documents.errors import DamagedInputError
from corpusmill_extract.documents.identity import record_doc_id
from corpusmill_extract.documents.outcomes import Provenance, Quarantined, Record, TextRecord
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.html.encoding import decode_page
from corpusmill_extract.records.byte_stream import read_decompressed


def read_text(raw: BinaryIO, source: str, max_record_bytes: int) -> Iterator[Record]:
    """Yield the one document, in whatever encoding it is; no more than `max_record_bytes` are held."""
    content = bytearray()
    try:
        for chunk in read_decompressed(raw, max_record_bytes):
            content += chunk
            if len(content) > max_record_bytes:
                yield Quarantined(0, Reason.PAYLOAD_TOO_LARGE)
                return
    except DamagedInputError as damage:
        yield Quarantined(0, damage.reason, damage.detail)
        return
    record = bytes(content)
    yield TextRecord(Provenance(offset=0, doc_id=record_doc_id(source, record)), decode_page(record, None))
