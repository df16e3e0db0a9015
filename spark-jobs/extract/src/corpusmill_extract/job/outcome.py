"""One record to its outcome: text, language, and the reason where it is no document."""

import json
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
    WikiPage,
)
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.documents.text import fix_mojibake, normalize_line, normalize_text, replace_surrogates
from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.encoding import decode_page
from corpusmill_extract.html.extractor import extract_page
from corpusmill_extract.html.page_facts import read_page_facts
from corpusmill_extract.language.codes import is_wanted
from corpusmill_extract.language.detector import detect_language
from corpusmill_extract.pdf import read_pdf
from corpusmill_extract.records.wikitext import wikitext_to_text
from corpusmill_extract.records.wikitext_markdown import wikitext_to_markdown
from corpusmill_extract.warc.pages import HTML_TYPES, PDF_TYPE


def build_outcome(record: Record, settings: ExtractSettings) -> Outcome:
    """Return what becomes of a record. Whatever an extraction library raises is a quarantined record."""
    if isinstance(record, Rejected | Quarantined):
        return record
    try:
        return _judge(_read(record, settings), settings)
    except BadRecordError as damage:
        return Quarantined(record.provenance.offset, damage.reason, damage.detail)
    except Exception as error:  # noqa: BLE001 - libraries raise anything; the class is kept, the message may hold text
        return Quarantined(record.provenance.offset, Reason.EXTRACTOR_FAILED, type(error).__name__)


def _read(record: Page | WikiPage | TextRecord, settings: ExtractSettings) -> TextRecord:
    match record:
        case Page():
            return _read_page(record, settings)
        case WikiPage():
            return _read_wiki_page(record, settings)
        case TextRecord():
            return _normalized(record, settings)


def _read_wiki_page(page: WikiPage, settings: ExtractSettings) -> TextRecord:
    is_markdown = settings.format == "markdown"
    convert = wikitext_to_markdown if is_markdown else wikitext_to_text
    record = TextRecord(page.provenance, convert(page.source, page.own_names))
    return _normalized(record, settings, keep_indent=is_markdown)


def _read_page(page: Page, settings: ExtractSettings) -> TextRecord:
    if page.media_type == PDF_TYPE:
        return _normalized(_read_pdf(page, settings), settings)
    text = decode_page(page.body, page.charset)
    if page.media_type not in HTML_TYPES:
        return _normalized(TextRecord(page.provenance, text), settings)
    extracted = extract_page(text, settings, dict(page.policy), page.provenance.url)
    facts = extracted.facts
    provenance = replace(
        page.provenance,
        title=facts.title,
        author=facts.author,
        date=facts.date,
        licence=facts.licence,
        opt_out=facts.opt_out,
    )
    record = TextRecord(provenance, extracted.text)
    return _normalized(record, settings, keep_indent=settings.format == "markdown")


def _read_pdf(page: Page, settings: ExtractSettings) -> TextRecord:
    pdf = read_pdf(page.body, settings.max_record_bytes)
    facts = read_page_facts(PageBlocks(), dict(page.policy))
    provenance = replace(page.provenance, title=pdf.title, author=pdf.author, date=pdf.date, opt_out=facts.opt_out)
    return TextRecord(provenance, pdf.text)


def _normalized(record: TextRecord, settings: ExtractSettings, *, keep_indent: bool = False) -> TextRecord:
    text = fix_mojibake(record.text) if settings.fix_mojibake else record.text
    origin = record.provenance
    clean = replace(origin, title=_clean_line(origin.title), url=_clean_url(origin.url))
    return TextRecord(clean, normalize_text(replace_surrogates(text), keep_indent=keep_indent))


def _clean_line(value: str | None) -> str | None:
    return normalize_line(replace_surrogates(value)) or None if value is not None else None


def _clean_url(value: str | None) -> str | None:
    return replace_surrogates(value.replace("\0", "")) if value is not None else None


def _judge(record: TextRecord, settings: ExtractSettings) -> Outcome:
    provenance, text = record.provenance, record.text
    if not text:
        return Rejected(provenance, Reason.EMPTY_TEXT, text="")
    language = detect_language(text)
    mix = json.dumps(language.mix, separators=(",", ":")) if language.mix else None
    rejected = Rejected(provenance, Reason.LANGUAGE, language.code, text, language.code, language.score, mix)
    if not is_wanted(language.code, settings.languages):
        return rejected
    if settings.languages and language.score < settings.min_language_score:
        return replace(rejected, reason=Reason.LANGUAGE_SCORE, detail=f"{language.score:.4f}")
    return Document(provenance, text, language.code, language.score, mix)
