"""Main content by every extractor, comments, titles and the guard."""

from dataclasses import replace

import pytest

from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.html.extractor import ExtractedPage
from corpusmill_extract.html.extractor import extract_page as extract_page_with_policy

SETTINGS = ExtractSettings()
FAST = replace(SETTINGS, extractor="resiliparse")
GUARDED = replace(SETTINGS, extractor="trafilatura")
SENTENCE = "The garden grows slowly through the seasons, and every plant in it tells its own story. "
PAGE = f"""<!doctype html><html><head><title> A garden
 diary </title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul></nav>
<article><h1>A garden diary</h1><p>{SENTENCE * 4}</p><p>{SENTENCE * 3}</p></article>
<div id="comments" class="comments"><h2>Comments</h2><ol class="comment-list"><li class="comment">
<p>Reader says: what a lovely thing to read on a morning like this one, thank you.</p></li></ol></div>
<footer>Copyright notice</footer></body></html>"""


def extract_page(html: str, settings: ExtractSettings) -> ExtractedPage:
    return extract_page_with_policy(html, settings, {})


@pytest.mark.parametrize("settings", [SETTINGS, FAST, GUARDED])
def test_keeps_the_article_and_leaves_navigation_and_comments(settings: ExtractSettings) -> None:
    page = extract_page(PAGE, settings)
    assert page.facts.title == "A garden diary"
    assert page.text.count("every plant in it") == 7
    assert "About us" not in page.text
    assert "Reader says" not in page.text


@pytest.mark.parametrize("settings", [SETTINGS, FAST, GUARDED])
def test_keeps_comments_where_they_are_wanted(settings: ExtractSettings) -> None:
    assert "Reader says" in extract_page(PAGE, replace(settings, comments=True)).text


def test_reads_a_page_as_deep_as_the_recipe_allows() -> None:
    page = extract_page(f"<html><body>{'<div>' * 1990}<p>{SENTENCE * 5}</p></body></html>", SETTINGS)
    assert page.text.count("every plant in it") == 5


def test_writes_headings_as_markdown() -> None:
    page = extract_page(PAGE.replace("<p>The", "<h2>Spring</h2><p>The"), replace(SETTINGS, format="markdown"))
    assert "## Spring\n\nThe garden grows" in page.text


def test_gives_the_same_text_whatever_came_before() -> None:
    first = extract_page(PAGE, SETTINGS)
    for number in range(5):
        extract_page(PAGE.replace("garden", f"forest {number}"), SETTINGS)
    assert extract_page(PAGE, SETTINGS) == first


def test_takes_the_cheap_text_where_the_parser_of_trafilatura_gives_up() -> None:
    page = extract_page(f"<html><body>{'<div>' * 1500}<p>{SENTENCE * 5}</p></body></html>", GUARDED)
    assert page.text.count("every plant in it") == 5


@pytest.mark.parametrize("settings", [SETTINGS, FAST, GUARDED])
@pytest.mark.parametrize(
    "html",
    [
        "",
        "\0",
        "   ",
        "<",
        "<html>",
        "<html></html>",
        "<body>",
        "<!doctype html>",
        "no tags at all",
        "<![CDATA[",
        "&#xD800;",
    ],
)
def test_reads_pages_that_are_hardly_any(html: str, settings: ExtractSettings) -> None:
    page = extract_page(html, settings)
    assert page.text.strip() in {"", "<", "no tags at all", "\ufffd"}
    assert page.facts.title is None


def test_reads_a_page_with_an_xml_declaration() -> None:
    page = extract_page('<?xml version="1.0" encoding="utf-8"?>' + PAGE, SETTINGS)
    assert "every plant in it" in page.text


def test_gives_no_lone_surrogate() -> None:
    page = extract_page(f"<title>a\ud800</title><p>{SENTENCE}\udfff &#xDC00;</p>", SETTINGS)
    page.text.encode("utf-8")
    assert page.facts.title == "a\ufffd"
