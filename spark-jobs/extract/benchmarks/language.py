"""Accuracy of language identification on a JSONL file with `text` and `lang`.

    python benchmarks/language.py DATA/langid/lingua-sentences-a.jsonl.gz

Prints accuracy over all languages and over the 20 most used on the web, sentences per CPU-second, and the
languages that are mistaken most often.
"""

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from corpusmill_extract.documents.text import normalize_text
from corpusmill_extract.language import detector
from corpusmill_extract.language.detector import Language, detect_language

TOP_20 = frozenset(
    [
        "ar",
        "cs",
        "de",
        "en",
        "es",
        "fa",
        "fr",
        "id",
        "it",
        "ja",
        "ko",
        "nl",
        "pl",
        "pt",
        "ru",
        "sv",
        "tr",
        "uk",
        "vi",
        "zh",
    ]
)
_WORST = 12

DETECTORS: dict[str, Callable[[str], Language]] = {
    "cld2": detector._detect_with_cld2,  # noqa: SLF001 - the parts are measured beside the whole
    "lid.176": detector._detect_with_lid,  # noqa: SLF001
    "corpusmill": detect_language,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    with gzip.open(parser.parse_args().file, "rt", encoding="utf-8") as lines:
        sentences = [(normalize_text(row["text"]), str(row["lang"])) for row in map(json.loads, lines)]
    print("| detector | all | top 20 | sentences/s | most mistaken |")
    print("|---|---|---|---|---|")
    for name, detect in DETECTORS.items():
        print(_row(name, detect, sentences), flush=True)


def _row(name: str, detect: Callable[[str], Language], sentences: list[tuple[str, str]]) -> str:
    started = time.process_time()
    found = [detect(text).code for text, _ in sentences]
    speed = len(sentences) / (time.process_time() - started)
    pairs = [(truth, code) for (_, truth), code in zip(sentences, found, strict=True)]
    mistakes = Counter(f"{truth}→{code}" for truth, code in pairs if truth != code)
    worst = " ".join(f"{pair} {count}" for pair, count in mistakes.most_common(_WORST))
    top = [pair for pair in pairs if pair[0] in TOP_20]
    return f"| {name} | {_accuracy(pairs):.4f} | {_accuracy(top):.4f} | {speed:.0f} | {worst} |"


def _accuracy(pairs: list[tuple[str, str]]) -> float:
    return sum(truth == code for truth, code in pairs) / len(pairs)


if __name__ == "__main__":
    main()
