"""Word-multiset F1 of the extractors on the gold sets of a data folder.

    python benchmarks/quality.py DATA/extraction

Prints one row per extractor and one column per set: mean F1, and pages per CPU-second in brackets.
`with`/`without` gold: F1 over the segments that should and should not be in the text.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from trafilatura.utils import load_html

from corpusmill_extract.documents.outcomes import Page, SourceFile
from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.documents.text import normalize_text
from corpusmill_extract.html.encoding import decode_page
from corpusmill_extract.html.extractor import extract_page, extract_with_trafilatura
from corpusmill_extract.readers import read_records

SETS = ("wcxb-dev", "aeb", "dragnet-r", "trafilatura-a")
_WORD = re.compile(r"\w+")
_SETTINGS = ExtractSettings()

Extractor = Callable[[str], str]
EXTRACTORS: dict[str, Extractor] = {
    "resiliparse main content": lambda html: extract_plain_text(
        html, main_content=True, alt_texts=False, comments=False
    ),
    "trafilatura without comments": lambda html: extract_with_trafilatura(load_html(html), comments=False),
    "corpusmill resiliparse": lambda html: extract_page(html, replace(_SETTINGS, extractor="resiliparse")).text,
    "corpusmill trafilatura": lambda html: extract_page(html, _SETTINGS).text,
}


@dataclass(frozen=True, slots=True)
class Score:
    """Mean F1 over pages, or F1 over all segments, and pages per CPU-second."""

    f1: float
    pages_per_second: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    print("| extractor | " + " | ".join(SETS) + " |")
    print("|---" * (len(SETS) + 1) + "|")
    pages = {name: dict(read_pages(folder, name)) for name in SETS}
    for label, extractor in EXTRACTORS.items():
        scores = [measure(pages[name], read_gold(folder, name), extractor) for name in SETS]
        cells = [f"{score.f1:.3f} ({score.pages_per_second:.0f})" for score in scores]
        print(f"| {label} | " + " | ".join(cells) + " |", flush=True)


def read_pages(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Yield (URL, decoded HTML) of a set."""
    for path in sorted(folder.glob(f"{name}-*.warc.gz")):
        file = SourceFile("bench", "web", "warc", path.name, path.resolve().as_uri())
        for record in read_records(file, _SETTINGS.max_record_bytes):
            if isinstance(record, Page):
                yield record.provenance.url or "", decode_page(record.body, record.charset)


def read_gold(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the gold records of a set."""
    with gzip.open(folder / f"{name}.gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(pages: dict[str, str], gold: list[dict[str, Any]], extractor: Extractor) -> Score:
    """Extract every page of the gold and score it."""
    started = time.process_time()
    texts = [normalize_text(extractor(pages[truth["url"]])) for truth in gold]
    seconds = time.process_time() - started
    f1 = segment_f1(texts, gold) if "with" in gold[0] else mean_word_f1(texts, gold)
    return Score(f1, len(gold) / seconds)


def mean_word_f1(texts: list[str], gold: list[dict[str, Any]]) -> float:
    """Mean over pages of the F1 of the word multisets."""
    return sum(word_f1(text, truth["text"]) for text, truth in zip(texts, gold, strict=True)) / len(gold)


def word_f1(text: str, truth: str) -> float:
    """F1 of two word multisets; two empty texts agree."""
    found, wanted = Counter(_words(text)), Counter(_words(truth))
    if not found or not wanted:
        return float(found == wanted)
    return 2 * (found & wanted).total() / (found.total() + wanted.total())


def segment_f1(texts: list[str], gold: list[dict[str, Any]]) -> float:
    """F1 over all segments: `with` ones found are right, `without` ones found are wrong."""
    right = wrong = missed = 0
    for text, truth in zip(texts, gold, strict=True):
        flat = " ".join(text.split())
        hits = sum(" ".join(segment.split()) in flat for segment in truth["with"])
        right += hits
        missed += len(truth["with"]) - hits
        wrong += sum(" ".join(segment.split()) in flat for segment in truth["without"])
    return 2 * right / (2 * right + wrong + missed)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


if __name__ == "__main__":
    main()
