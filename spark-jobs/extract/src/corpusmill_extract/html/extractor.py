"""A page's main text, by one of three extractors, and what the page says of itself.

`blocks` is ours (main_content.py). `trafilatura` runs behind a guard: it now and then finds next to nothing on a page
that is no article. Where its text is far shorter than what a cheap pass finds (resiliparse), it is asked again with
recall in mind, and where even that is next to nothing, resiliparse's text is taken.
Nothing here looks at a clock, a network or an earlier page: the same page always gives the same text.
"""

import logging
from collections.abc import Mapping
from configparser import ConfigParser
from copy import deepcopy
from dataclasses import dataclass

import trafilatura
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.settings import DEFAULT_CONFIG
from trafilatura.utils import load_html

from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.documents.text import replace_surrogates
from corpusmill_extract.html.blocks import HtmlLimits, PageBlocks, read_blocks
from corpusmill_extract.html.limits import check_html_limits
from corpusmill_extract.html.main_content import select_main_content
from corpusmill_extract.html.page_facts import PageFacts, read_page_facts
from corpusmill_extract.html.render import render_markdown, render_text
from corpusmill_extract.html.structure import with_structure

# Lengths are compared in characters. With these no set of benchmarks/quality.py loses against trafilatura alone
# and two gain; taking resiliparse's text at SUSPICIOUS_FRACTION instead gains 0.010 on one and loses 0.020 on another.
SUSPICIOUS_FRACTION = 0.5
RETRY_GAIN = 1.5
HOPELESS_FRACTION = 0.1

# Libraries log what they read, page text included; none of that may reach a job's log.
for _name in ("trafilatura", "htmldate", "courlan", "readability", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """A page's main text, not yet normalised, and its facts."""

    text: str
    facts: PageFacts


def extract_page(
    html: str, settings: ExtractSettings, policy: Mapping[str, str], url: str | None = None
) -> ExtractedPage:
    """Return the main text of a page; `policy` are its HTTP fields.

    Raises:
        BadRecordError: it has more tags or nests deeper than the settings allow.
    """
    if not html or html.isspace():
        return ExtractedPage("", PageFacts())
    limits = HtmlLimits(settings.max_html_nodes, settings.max_html_depth)
    if settings.extractor != "blocks":
        check_html_limits(html, limits.nodes, limits.depth)  # by the rules of parsers that build trees
    page = read_blocks(html, limits)
    return ExtractedPage(replace_surrogates(_text(html, page, settings)), read_page_facts(page, policy, url))


def extract_with_trafilatura(tree: HtmlElement | None, *, comments: bool, recall: bool = False) -> str:
    """Return trafilatura's text, empty where it finds none; `tree` stays as it is."""
    if tree is None:
        return ""
    text = trafilatura.extract(tree, include_comments=comments, favor_recall=recall, deduplicate=False, config=_CONFIG)
    return text or ""


def _text(html: str, page: PageBlocks, settings: ExtractSettings) -> str:
    if settings.extractor == "blocks":
        numbers = select_main_content(page, comments=settings.comments)
        if settings.format == "markdown":
            return render_markdown(page, with_structure(page, numbers))
        return render_text(page, numbers)
    html = replace_surrogates(html.replace("\0", ""))
    text = extract_plain_text(html, main_content=True, alt_texts=False, comments=settings.comments)
    return _extract_guarded(html, text, comments=settings.comments) if settings.extractor == "trafilatura" else text


def _extract_guarded(html: str, cheap: str, *, comments: bool) -> str:
    tree = load_html(html)
    text = extract_with_trafilatura(tree, comments=comments)
    if len(text) < SUSPICIOUS_FRACTION * len(cheap):
        retry = extract_with_trafilatura(tree, comments=comments, recall=True)
        text = retry if len(retry) > RETRY_GAIN * len(text) else text
    return cheap if len(text) < HOPELESS_FRACTION * len(cheap) else text


def _unlimited_config() -> ConfigParser:
    """Sizes are limited before, so that every limit is in one place and has a reason code."""
    config: ConfigParser = deepcopy(DEFAULT_CONFIG)
    config.set("DEFAULT", "MAX_FILE_SIZE", str(2**31))
    config.set("DEFAULT", "MIN_FILE_SIZE", "0")
    return config


_CONFIG = _unlimited_config()
