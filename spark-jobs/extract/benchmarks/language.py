"""Language identification on a JSONL file with `text` and `lang`, by one detector, as a bench's contestant.

    python benchmarks/language.py NAME DATA/langid/lingua-sentences-a.jsonl.gz COPIES

The last line is one JSON object: `bytes` of text, CPU and wall seconds, peak memory, `sentences`, `all` and `top20`
(accuracy over all languages, and over the 20 most used on the web), and ours' `calibration`: per range of scores the
number of sentences, their mean score and the part of them that is right.
"""

import argparse
import gzip
import itertools
import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

from corpusmill_extract.documents.text import normalize_text
from corpusmill_extract.language.answers import ask_cld2, ask_lid
from corpusmill_extract.language.codes import UNKNOWN
from corpusmill_extract.language.detector import detect_language

TOP_20 = frozenset(
    ["ar", "cs", "de", "en", "es", "fa", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "uk"]
) | {"vi", "zh"}

_SCORES = (0.0, 0.5, 0.7, 0.9, 0.95, 0.99, 1.01)

DETECTORS: dict[str, Callable[[str], str]] = {
    "corpusmill": lambda text: detect_language(text).code,
    "cld2": lambda text: next((guess.code for guess in ask_cld2(text)[0]), UNKNOWN),
    "lid.176": lambda text: next(iter(ask_lid(text)), UNKNOWN),
}


def main() -> None:
    """Measure one detector."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(DETECTORS))
    parser.add_argument("file", type=Path)
    parser.add_argument("copies", type=int)
    arguments = parser.parse_args()
    detect = DETECTORS[arguments.name]
    with gzip.open(arguments.file, "rt", encoding="utf-8") as lines:
        sentences = [(normalize_text(row["text"]), str(row["lang"])) for row in map(json.loads, lines)]
    detect(sentences[0][0])  # models are loaded before the clock runs
    cpu, wall = _cpu_seconds(), time.monotonic()
    for _ in range(arguments.copies):
        found = [detect(text) for text, _ in sentences]
    cpu, wall = _cpu_seconds() - cpu, time.monotonic() - wall
    pairs = [(lang, code) for (_, lang), code in zip(sentences, found, strict=True)]
    measured = {
        "bytes": arguments.copies * sum(len(text.encode()) for text, _ in sentences),
        "cpuSeconds": cpu,
        "wallSeconds": wall,
        "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "sentences": arguments.copies * len(sentences),
        "all": _accuracy(pairs),
        "top20": _accuracy([pair for pair in pairs if pair[0] in TOP_20]),
        "calibration": _calibration(sentences) if arguments.name == "corpusmill" else [],
    }
    print(json.dumps(measured))


def _accuracy(pairs: list[tuple[str, str]]) -> float:
    return round(sum(lang == code for lang, code in pairs) / max(1, len(pairs)), 4)


def _calibration(sentences: list[tuple[str, str]]) -> list[dict[str, float]]:
    found = [(detect_language(text), lang) for text, lang in sentences]
    ranges = []
    for low, high in itertools.pairwise(_SCORES):
        some = [(language.score, language.code == lang) for language, lang in found if low <= language.score < high]
        if some:
            score, right = (round(sum(values) / len(some), 4) for values in zip(*some, strict=True))
            ranges.append({"from": low, "sentences": len(some), "score": score, "right": right})
    return ranges


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main()
