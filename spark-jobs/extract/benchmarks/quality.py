"""Extractors on one gold set: F1, speed and memory of one of them, as a bench's contestant.

    python benchmarks/quality.py NAME DATA/extraction SET COPIES

The last line is one JSON object: `bytes` of HTML, CPU and wall seconds of extraction alone (pages are decoded before),
peak memory, `documents`, and `f1`. COPIES says how many times every page is extracted.
"""

import argparse
import gc
import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pages import read_gold, read_pages, score
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.utils import load_html

from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.documents.text import normalize_text
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
        "f1": round(score([normalize_text(text) for text in texts], gold), 4),
    }
    print(json.dumps(measured))


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main()
