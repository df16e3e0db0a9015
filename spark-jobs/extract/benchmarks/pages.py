"""Pages and gold of the extraction sets, and the scores that `../shared/data/README.md` of the data names."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpusmill_extract.documents.outcomes import Page, SourceFile
from corpusmill_extract.html.encoding import decode_page
from corpusmill_extract.readers import read_records

MAX_RECORD_BYTES = 1 << 26
_WORD = re.compile(r"\w+")


def read_pages(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Yield (URL, decoded HTML) of a set."""
    for path in sorted(folder.glob(f"{name}-*.warc.gz")):
        file = SourceFile("bench", "web", "warc", path.name, path.resolve().as_uri())
        for record in read_records(file, MAX_RECORD_BYTES):
            if isinstance(record, Page):
                yield record.provenance.url or "", decode_page(record.body, record.charset)


def read_gold(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the gold records of a set."""
    with gzip.open(folder / f"{name}.gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def score(texts: Sequence[str], gold: Sequence[dict[str, Any]]) -> float:
    """Mean F1 over pages, or F1 over all segments where the gold is segments."""
    return segment_f1(texts, gold) if "with" in gold[0] else mean_word_f1(texts, gold)


def mean_word_f1(texts: Sequence[str], gold: Sequence[dict[str, Any]]) -> float:
    """Mean over pages of the F1 of the word multisets."""
    return sum(word_f1(text, truth["text"]) for text, truth in zip(texts, gold, strict=True)) / len(gold)


def word_f1(text: str, truth: str) -> float:
    """F1 of two word multisets; two empty texts agree."""
    found, wanted = Counter(_words(text)), Counter(_words(truth))
    if not found or not wanted:
        return float(found == wanted)
    return 2 * (found & wanted).total() / (found.total() + wanted.total())


def segment_f1(texts: Sequence[str], gold: Sequence[dict[str, Any]]) -> float:
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
