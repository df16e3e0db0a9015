"""From record to outcome."""

import json
from dataclasses import replace

import pytest

from corpusmill_extract.documents.outcomes import (
    Document,
    Page,
    Provenance,
    Quarantined,
    Rejected,
    TextRecord,
    WikiPage,
)
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.job import outcome as outcome_module
from corpusmill_extract.job.outcome import build_outcome
from test_pdf import build_pdf

SETTINGS = ExtractSettings()
ORIGIN = Provenance(offset=7, doc_id="0" * 32, url="http://example.org/")
ENGLISH = "The garden grows slowly through the seasons, and every plant tells its own story. " * 3


def _page(body: str, media_type: str = "text/html") -> Page:
    return Page(ORIGIN, body.encode(), media_type, "utf-8")


def test_makes_a_document_of_a_page() -> None:
    made = build_outcome(_page(f"<html><title>Garden</title><body><p>{ENGLISH}</p></body></html>"), SETTINGS)
    assert isinstance(made, Document)
    assert (made.text, made.lang, made.provenance.title) == (ENGLISH.strip(), "en", "Garden")
    assert made.lang_score > 0.9


def test_takes_plain_text_as_it_is() -> None:
    made = build_outcome(_page("<b>is text</b> here\r\n" + ENGLISH, "text/plain"), SETTINGS)
    assert isinstance(made, Document)
    assert made.text.startswith("<b>is text</b> here\nThe garden")


def test_normalizes_text_records() -> None:
    made = build_outcome(TextRecord(replace(ORIGIN, title=" A\n title\0"), f"{ENGLISH}\0\r\n\r\n\r\n\r\nend"), SETTINGS)
    assert isinstance(made, Document)
    assert made.text.endswith("story.\n\nend")
    assert made.provenance.title == "A title"


def test_rejects_what_has_no_text() -> None:
    made = build_outcome(_page("<html><body></body></html>"), SETTINGS)
    assert isinstance(made, Rejected)
    assert (made.reason, made.text, made.lang) == ("empty_text", "", None)


def test_rejects_other_languages_with_text_and_language() -> None:
    made = build_outcome(TextRecord(ORIGIN, ENGLISH), replace(SETTINGS, languages=("de", "fr")))
    assert isinstance(made, Rejected)
    assert (made.reason, made.detail, made.text, made.lang) == ("language", "en", ENGLISH.strip(), "en")


def test_rejects_a_score_below_the_minimum_and_keeps_one_at_it() -> None:
    score = build_outcome(TextRecord(ORIGIN, ENGLISH), SETTINGS)
    assert isinstance(score, Document)
    english = replace(SETTINGS, languages=("en",), min_language_score=score.lang_score)
    assert isinstance(build_outcome(TextRecord(ORIGIN, ENGLISH), english), Document)
    stricter = replace(english, min_language_score=min(1.0, score.lang_score + 0.001))
    made = build_outcome(TextRecord(ORIGIN, ENGLISH), stricter)
    assert isinstance(made, Rejected)
    assert (made.reason, made.detail) == ("language_score", f"{score.lang_score:.4f}")


def test_ignores_the_minimum_score_where_every_language_is_kept() -> None:
    assert isinstance(build_outcome(TextRecord(ORIGIN, "ok"), replace(SETTINGS, min_language_score=1.0)), Document)


@pytest.mark.parametrize(
    ("body", "reason"),
    [("<div>" * 100_000, "html_too_deep"), ("<p>x</p>" * 250_000, "html_too_many_nodes")],
)
def test_quarantines_pages_over_the_limits(body: str, reason: str) -> None:
    made = build_outcome(_page(body), SETTINGS)
    assert isinstance(made, Quarantined)
    assert (made.offset, made.reason) == (7, reason)


def test_quarantines_what_an_extractor_fails_on_without_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyError("text of the page")

    monkeypatch.setattr(outcome_module, "extract_page", fail)
    made = build_outcome(_page("<p>text of the page</p>"), SETTINGS)
    assert made == Quarantined(7, Reason.EXTRACTOR_FAILED, "KeyError")


def test_repairs_mojibake_only_where_it_is_asked_to() -> None:
    text = "schÃ¶ne GrÃ¼ÃŸe aus KÃ¶ln " * 5
    repaired = build_outcome(TextRecord(ORIGIN, text), replace(SETTINGS, fix_mojibake=True))
    assert isinstance(repaired, Document)
    assert repaired.text.startswith("schöne Grüße aus Köln")
    untouched = build_outcome(TextRecord(ORIGIN, text), SETTINGS)
    assert isinstance(untouched, Document)
    assert untouched.text.startswith("schÃ¶ne")


def test_makes_a_document_of_a_pdf() -> None:
    lines = ("The garden grows slowly through the seasons,", "and every plant in it tells its own story.")
    page = Page(ORIGIN, build_pdf(*lines), "application/pdf", None, (("x-robots-tag", "noai"),))
    made = build_outcome(page, SETTINGS)
    assert isinstance(made, Document)
    assert (made.text, made.lang) == ("\n\n".join(lines), "en")
    assert (made.provenance.title, made.provenance.author) == ("A garden", "Ann")
    assert (made.provenance.date, made.provenance.opt_out) == ("2024-05-01", "noai")


def test_quarantines_a_pdf_that_is_damaged() -> None:
    made = build_outcome(Page(ORIGIN, b"%PDF-1.4 nothing", "application/pdf", None), SETTINGS)
    assert made == Quarantined(7, Reason.NOT_PDF)


def test_carries_what_a_page_says_of_itself() -> None:
    head = (
        '<meta name="author" content="Ann"><meta name="date" content="2024-05-01"><meta name="robots" content="noai">'
    )
    made = build_outcome(_page(f"<html><head>{head}</head><body><p>{ENGLISH}</p></body></html>"), SETTINGS)
    assert isinstance(made, Document)
    origin = made.provenance
    assert (origin.author, origin.date, origin.licence, origin.opt_out) == ("Ann", "2024-05-01", None, "noai")


def test_tells_the_languages_of_a_mixed_text() -> None:
    german = "Der Garten wächst langsam im Regen. Abends kommen Nachbarn vorbei und reden über das Wetter. " * 3
    made = build_outcome(TextRecord(ORIGIN, f"{ENGLISH}\n{german}"), SETTINGS)
    assert isinstance(made, Document)
    assert made.lang_mix is not None
    shares = json.loads(made.lang_mix)
    assert set(shares) == {"de", "en"}
    assert sum(shares.values()) == pytest.approx(1, abs=0.02)
    assert min(shares.values()) > 0.3


def test_writes_a_wiki_page_as_the_recipe_asks() -> None:
    page = WikiPage(ORIGIN, f"== A ==\n{ENGLISH}[[Datei:X]]\n* b\n** c\n<pre>\nd\n  e\n</pre>", frozenset({"Datei"}))
    plain = build_outcome(page, SETTINGS)
    assert isinstance(plain, Document)
    assert plain.text == f"A\n{ENGLISH.strip()}\n- b\n- c\n\nd\ne"
    markdown = build_outcome(page, replace(SETTINGS, format="markdown"))
    assert isinstance(markdown, Document)
    assert markdown.text == f"## A\n\n{ENGLISH.strip()}\n\n- b\n  - c\n\n```\nd\n  e\n```"


def test_leaves_text_records_and_plain_text_pages_as_they_are_in_markdown() -> None:
    text = f"== A ==\n* b\n{ENGLISH.strip()}"
    for record in (TextRecord(ORIGIN, text), _page(text, "text/plain")):
        made = build_outcome(record, replace(SETTINGS, format="markdown"))
        assert isinstance(made, Document)
        assert made.text == text


def test_quarantines_a_wiki_page_that_its_reader_fails_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyError("text of the page")

    monkeypatch.setattr(outcome_module, "wikitext_to_text", fail)
    assert build_outcome(WikiPage(ORIGIN, "a"), SETTINGS) == Quarantined(7, Reason.EXTRACTOR_FAILED, "KeyError")


def test_keeps_indentation_in_markdown_only() -> None:
    code = (
        f"<html><body><article><p>{ENGLISH * 2}</p><pre>if x:\n    y</pre><p>{ENGLISH * 2}</p></article></body></html>"
    )
    markdown = build_outcome(_page(code), replace(SETTINGS, format="markdown"))
    assert isinstance(markdown, Document)
    assert "```\nif x:\n    y\n```" in markdown.text
