"""Reads a WARC or WET file record by record, past every kind of damage."""

from collections.abc import Iterator
from typing import BinaryIO

from corpusmill_extract.documents.errors import BadRecordError, DamagedInputError
from corpusmill_extract.documents.outcomes import Quarantined, Record
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.warc.cursor import RecordCursor
from corpusmill_extract.warc.members import open_members
from corpusmill_extract.warc.pages import interpret_record


def read_warc(raw: BinaryIO, max_record_bytes: int) -> Iterator[Record]:
    """Yield one value per record of `raw`, a file that can seek; memory is bounded by `max_record_bytes`.

    A damaged stretch is one quarantined record: reading goes on at the next place where one begins.
    """
    cursor = RecordCursor(open_members(raw, max_record_bytes))
    found = True
    while found:
        try:
            record = _next_record(cursor, max_record_bytes)
        except DamagedInputError as damage:
            offset = cursor.record_offset if damage.offset is None else damage.offset
            recovery = cursor.recover()
            found = recovery.found
            is_whole_file = not found and cursor.records_found == 0
            record = _quarantined(_cause(damage, recovery.damage), offset, is_whole_file=is_whole_file)
        if record is None:
            return
        yield record


def _next_record(cursor: RecordCursor, max_record_bytes: int) -> Record | None:
    head = cursor.next_head()
    if head is None:
        return None
    try:
        record = interpret_record(head, cursor, max_record_bytes)
    except BadRecordError as damage:
        record = Quarantined(head.offset, damage.reason, damage.detail)
    cursor.finish_record()
    return record


def _cause(damage: DamagedInputError, later: DamagedInputError | None) -> DamagedInputError:
    """A member that is damaged further on is no record because of that."""
    return later if later is not None and damage.reason == Reason.NOT_WARC else damage


def _quarantined(damage: DamagedInputError, offset: int, *, is_whole_file: bool) -> Quarantined:
    """A file in which no record was found is no WARC file as a whole, whatever stands at its start."""
    has_no_offset = is_whole_file and damage.reason == Reason.NOT_WARC
    return Quarantined(None if has_no_offset else offset, damage.reason, damage.detail)
