"""The text layer of PDF files (PDFium, the engine of Chromium, in this process and without scripts).

Scanned pages have none: a file of only such pages gives an empty text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pypdfium2

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.documents.text import normalize_line, replace_surrogates

# Pages of one file that are read, and characters of text: what is over them is a catalogue or made up.
_MAX_PAGES = 20_000
_MAX_LINE_CHARS = 1000
# PDFium writes U+FFFE or U+0002 where a hyphen breaks a word at the end of a line.
_BROKEN_WORD = re.compile("[\ufffe\x02]\r?\n?")
_DATE = re.compile(r"D:((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class PdfText:
    """The pages' text, and what the file says of itself."""

    text: str
    title: str | None
    author: str | None
    date: str | None


def read_pdf(content: bytes, max_chars: int) -> PdfText:
    """Return the text of a file, its pages parted by an empty line.

    Raises:
        BadRecordError: it is damaged, locked by a password, or over a limit.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise BadRecordError(Reason.NOT_PDF) from error
    try:
        if len(document) > _MAX_PAGES:
            raise BadRecordError(Reason.PAYLOAD_TOO_LARGE)
        facts = document.get_metadata_dict(skip_empty=True)
        return PdfText(_text(document, max_chars), _line(facts, "Title"), _line(facts, "Author"), _date(facts))
    finally:
        document.close()


def _text(document: pypdfium2.PdfDocument, max_chars: int) -> str:
    parts: list[str] = []
    size = 0
    for number in range(len(document)):
        text = _page_text(document, number)
        size += len(text)
        if size > max_chars:
            raise BadRecordError(Reason.PAYLOAD_TOO_LARGE)
        if text:
            parts.append(text)
    return "\n\n".join(parts)


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    """A damaged page is an empty one, as a viewer shows it."""
    try:
        page = document[number]
        text: str = page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    return _BROKEN_WORD.sub("", text).strip()


def _line(facts: Mapping[str, str], name: str) -> str | None:
    value = facts.get(name)
    return normalize_line(replace_surrogates(value))[:_MAX_LINE_CHARS].rstrip() or None if value else None


def _date(facts: Mapping[str, str]) -> str | None:
    match = _DATE.match(facts.get("CreationDate", ""))
    return "-".join(match.groups()) if match else None
