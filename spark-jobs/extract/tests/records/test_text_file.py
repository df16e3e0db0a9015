"""Plain text files."""

import bz2
import gzip
import io
from typing import BinaryIO, cast

import pytest

from corpusmill_extract.documents.identity import record_doc_id
from corpusmill_extract.documents.outcomes import Record, TextRecord
from corpusmill_extract.records.text_file import read_text
from samples import LIMIT, quarantined

CONTENT = "Grüße aus dem Garten.\n".encode()


def _read(content: bytes, limit: int = LIMIT) -> list[Record]:
    return list(read_text(cast("BinaryIO", io.BytesIO(content)), "books", limit))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress], ids=["plain", "gzip", "bzip2"])
def test_a_file_is_one_document_whatever_packs_it(pack: object) -> None:
    (record,) = _read(pack(CONTENT))  # type: ignore[operator]
    assert isinstance(record, TextRecord)
    assert record.text == "Grüße aus dem Garten.\n"
    assert record.provenance.doc_id == record_doc_id("books", CONTENT)


def test_reads_other_encodings() -> None:
    (record,) = _read("Grüße aus dem Garten, schöne Blüten.".encode("cp1252"))
    assert isinstance(record, TextRecord)
    assert record.text == "Grüße aus dem Garten, schöne Blüten."


def test_takes_a_file_of_exactly_the_limit_and_no_larger_one() -> None:
    assert quarantined(_read(b"x" * 100, limit=100)) == []
    assert quarantined(_read(b"x" * 101, limit=100)) == [(0, "payload_too_large")]


@pytest.mark.parametrize("size", [3, 20, -1])
def test_quarantines_compressed_files_that_are_cut_off(size: int) -> None:
    assert [reason for _, reason in quarantined(_read(gzip.compress(CONTENT)[:size]))] == ["truncated"]


def test_holds_no_more_than_the_limit_of_a_file_that_grows_without_end() -> None:
    assert [reason for _, reason in quarantined(_read(bz2.compress(b"0" * 50_000_000)))] == ["payload_too_large"]
