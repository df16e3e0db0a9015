"""From an input file to its records: one reader per source kind."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from corpusmill_extract.documents.outcomes import Quarantined, Record, SourceFile
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.records.jsonl import read_jsonl
from corpusmill_extract.records.parquet import read_parquet
from corpusmill_extract.records.text_file import read_text
from corpusmill_extract.records.wikipedia import read_wikipedia
from corpusmill_extract.storage import open_input
from corpusmill_extract.warc.reader import read_warc

RecordReader = Callable[[BinaryIO, SourceFile, int], Iterator[Record]]


def read_records(file: SourceFile, max_record_bytes: int) -> Iterator[Record]:
    """Yield one value per record of `file`; whatever is wrong with the file is a quarantined record."""
    try:
        with open_input(file.location) as raw:
            if not raw.read(1):
                yield Quarantined(None, Reason.EMPTY_FILE)
                return
            raw.seek(0)
            yield from READERS[file.kind](raw, file, max_record_bytes)
    except FileNotFoundError:
        yield Quarantined(None, Reason.MISSING_FILE)
    except OSError as error:
        yield Quarantined(None, Reason.UNREADABLE_FILE, type(error).__name__)


def _read_warc(raw: BinaryIO, _file: SourceFile, max_record_bytes: int) -> Iterator[Record]:
    return read_warc(raw, max_record_bytes)


def _read_jsonl(raw: BinaryIO, file: SourceFile, max_record_bytes: int) -> Iterator[Record]:
    return read_jsonl(raw, file.source, max_record_bytes)


def _read_parquet(raw: BinaryIO, file: SourceFile, max_record_bytes: int) -> Iterator[Record]:
    return read_parquet(raw, file.source, max_record_bytes)


def _read_text(raw: BinaryIO, file: SourceFile, max_record_bytes: int) -> Iterator[Record]:
    return read_text(raw, file.source, max_record_bytes)


def _read_wikipedia(raw: BinaryIO, file: SourceFile, max_record_bytes: int) -> Iterator[Record]:
    return read_wikipedia(raw, file.source, max_record_bytes)


READERS: dict[str, RecordReader] = {
    "warc": _read_warc,
    "wet": _read_warc,
    "jsonl": _read_jsonl,
    "parquet": _read_parquet,
    "text": _read_text,
    "wikipedia": _read_wikipedia,
}
