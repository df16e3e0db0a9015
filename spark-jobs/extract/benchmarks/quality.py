"""Extractors on one gold set: F1, speed and memory of one of them, as a bench's contestant.

    python benchmarks/quality.py NAME DATA/extraction SET COPIES

The last line is one JSON object: `bytes` of HTML, CPU and wall seconds of extraction alone (pages are decoded before),
peak memory, `documents`, `f1`, and per column of the gold (`columns`) the part of its values that the extractor finds,
compared without case; no clock runs for these. COPIES says how many times every page is extracted.
"""

import argparse
import gc
import json
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import trafilatura
from pages import read_gold, read_pages, score
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.utils import load_html

from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.documents.text import normalize_line, normalize_text
from corpusmill_extract.html.extractor import extract_page, extract_with_trafilatura

_SETTINGS = ExtractSettings()

Extractor = Callable[[str, str], str]


def _by_setting(name: str) -> Extractor:
    settings = replace(_SETTINGS, extractor=name)
    return lambda html, _url: extract_page(html, settings, {}).text


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "corpusmill": lambda: _by_setting("blocks"),
    "corpusmill-trafilatura": lambda: _by_setting("trafilatura"),
    "trafilatura": lambda: lambda html, _url: extract_with_trafilatura(load_html(html), comments=False),
    "resiliparse": lambda: (
        lambda html, _url: extract_plain_text(html, main_content=True, alt_texts=False, comments=False)
    ),
}


def _our_columns(html: str, url: str) -> object:
    return extract_page(html, _SETTINGS, {}, url).facts


def _columns_of_trafilatura(html: str, url: str) -> object:
    return trafilatura.extract_metadata(html, default_url=url)


COLUMNS: dict[str, Callable[[str, str], object]] = {
    "corpusmill": _our_columns,
    "trafilatura": _columns_of_trafilatura,
}


def main() -> None:
    """Measure one extractor on one set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(EXTRACTORS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("set")
    parser.add_argument("copies", type=int)
    arguments = parser.parse_args()
    extract = EXTRACTORS[arguments.name]()
    gold = read_gold(arguments.folder, arguments.set)
    pages = dict(read_pages(arguments.folder, arguments.set))
    ordered = [(truth["url"], pages[truth["url"]]) for truth in gold]
    extract(ordered[0][1], ordered[0][0])  # models are loaded before the clock runs
    gc.collect()
    gc.freeze()
    cpu, wall = _cpu_seconds(), time.monotonic()
    for _ in range(arguments.copies):
        texts = [extract(html, url) for url, html in ordered]
    cpu, wall = _cpu_seconds() - cpu, time.monotonic() - wall
    measured = {
        "bytes": arguments.copies * sum(len(html.encode("utf-8", "replace")) for _, html in ordered),
        "cpuSeconds": cpu,
        "wallSeconds": wall,
        "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "documents": arguments.copies * len(ordered),
        "columns": _columns(arguments.name, ordered, gold),
        "f1": round(score([normalize_text(text) for text in texts], gold), 4),
    }
    print(json.dumps(measured))


def _columns(name: str, pages: Sequence[tuple[str, str]], gold: Sequence[dict[str, Any]]) -> dict[str, float]:
    names = [column for column in ("title", "author", "date") if any(truth.get(column) for truth in gold)]
    if name not in COLUMNS or not names:
        return {}
    found = [COLUMNS[name](html, url) for url, html in pages]
    return {column: _found_part(column, found, gold) for column in names}


def _found_part(column: str, found: Sequence[object], gold: Sequence[dict[str, Any]]) -> float:
    pairs = [
        (_folded(getattr(page, column, None)), _folded(truth[column]))
        for page, truth in zip(found, gold, strict=True)
        if truth.get(column)
    ]
    return round(sum(ours == theirs for ours, theirs in pairs) / len(pairs), 4)


def _folded(value: object) -> str:
    return normalize_line(", ".join(map(str, value)) if isinstance(value, list) else str(value or "")).lower()


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main()
