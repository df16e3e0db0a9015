"""One record to its outcome: text, language, and the reason where it is no document."""

from dataclasses import replace

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.documents.outcomes import (
    Document,
    Outcome,
    Page,
    Quarantined,
    Record,
    Rejected,
    TextRecord,
)
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.documents.text import fix_mojibake, normalize_line, normalize_text, replace_surrogates
from corpusmill_extract.html.encoding import decode_page
from corpusmill_extract.html.extractor import extract_page
from corpusmill_extract.html.limits import check_html_limits
from corpusmill_extract.language.codes import is_wanted
from corpusmill_extract.language.detector import detect_language
from corpusmill_extract.warc.pages import HTML_TYPES


def build_outcome(record: Record, settings: ExtractSettings) -> Outcome:
    """Return what becomes of a record. Whatever an extraction library raises is a quarantined record."""
    if isinstance(record, Rejected | Quarantined):
        return record
    try:
        text = _read_page(record, settings) if isinstance(record, Page) else record
        return _judge(_normalized(text, settings), settings)
    except BadRecordError as damage:
        return Quarantined(record.provenance.offset, damage.reason, damage.detail)
    except Exception as error:  # noqa: BLE001 - libraries raise anything; the class is kept, the message may hold text
        return Quarantined(record.provenance.offset, Reason.EXTRACTOR_FAILED, type(error).__name__)


def _read_page(page: Page, settings: ExtractSettings) -> TextRecord:
    text = decode_page(page.body, page.charset)
    if page.media_type not in HTML_TYPES:
        return TextRecord(page.provenance, text)
    check_html_limits(text, settings.max_html_nodes, settings.max_html_depth)
    extracted = extract_page(text, settings)
    return TextRecord(replace(page.provenance, title=extracted.title), extracted.text)


def _normalized(record: TextRecord, settings: ExtractSettings) -> TextRecord:
    text = fix_mojibake(record.text) if settings.fix_mojibake else record.text
    origin = record.provenance
    clean = replace(origin, title=_clean_line(origin.title), url=_clean_url(origin.url))
    return TextRecord(clean, normalize_text(replace_surrogates(text)))


def _clean_line(value: str | None) -> str | None:
    return normalize_line(replace_surrogates(value)) or None if value is not None else None


def _clean_url(value: str | None) -> str | None:
    return replace_surrogates(value.replace("\0", "")) if value is not None else None


def _judge(record: TextRecord, settings: ExtractSettings) -> Outcome:
    provenance, text = record.provenance, record.text
    if not text:
        return Rejected(provenance, Reason.EMPTY_TEXT, text="")
    language = detect_language(text)
    rejected = Rejected(provenance, Reason.LANGUAGE, language.code, text, language.code, language.score)
    if not is_wanted(language.code, settings.languages):
        return rejected
    if settings.languages and language.score < settings.min_language_score:
        return replace(rejected, reason=Reason.LANGUAGE_SCORE, detail=f"{language.score:.4f}")
    return Document(provenance, text, language.code, language.score)
