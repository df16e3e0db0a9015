"""Makes the corpus of the dedup benchmark: documents of sentences of ../shared/data/text, with seeded copies.

    python corpus.py --texts ../shared/data/text --out FOLDER --megabytes 1000 [--jsonl] [--follows 250]

Every document is a function of (seed, its number), so that any part can be made on its own and a larger corpus has
the same mixture: about 35 % of the documents are on their own, the others belong to clusters whose members are equal
(40 %) or edited word by word to a Jaccard similarity of word 5-grams between 0.5 and 1. Written as the committed
`extract` version that the dedup job reads (Parquet and manifest), with --jsonl also as JSON lines for other programs;
with --follows, the documents that come after those of the corpus of so many megabytes, of its clusters or on their own.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20260101
DOCUMENTS_PER_PART = 25_000
MEAN_DOCUMENT_BYTES = 3_050
ALONE_FRACTION = 0.35
CLUSTERS_PER_DOCUMENT = 0.15
EXACT_FRACTION = 0.4
SHINGLE_WORDS = 5
LATIN_LIMIT = "\u0250"
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("doc_id", "id", "source", "domain", "url", "title", "fetch_time")),
        ("warc_uri", pa.string()),
        ("warc_offset", pa.int64()),
        ("lang", pa.string()),
        ("lang_score", pa.float64()),
        ("text", pa.string()),
        ("metadata", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Part:
    """One file: documents `first` to `last`, of the clusters of a corpus of `documents`."""

    texts: Path
    path: Path
    first: int
    last: int
    documents: int


@cache
def sentences(texts: Path) -> tuple[str, ...]:
    """Sentences of 5 to 60 words; one in ten may be of a script other than Latin."""
    found: dict[str, None] = {}
    others = 0
    for file in sorted(texts.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                for part in json.loads(line)["text"].replace("\n", " ").split(". "):
                    if not 5 <= part.count(" ") < 60:  # noqa: PLR2004 - as the docstring says
                        continue
                    if max(part) > LATIN_LIMIT:
                        others += 1
                        if others % 10:
                            continue
                    found[part.strip() + "."] = None
    return tuple(found)


def base_text(texts: Path, cluster: int) -> str:
    """The text that a cluster's members are made of."""
    random = np.random.default_rng((SEED, 1, cluster))
    pool = sentences(texts)
    count = max(2, int(random.lognormal(2.85, 0.75)))
    chosen = random.integers(0, len(pool), count)
    breaks = random.random(count) < 0.2  # noqa: PLR2004 - about five sentences a paragraph
    return "".join(pool[index] + ("\n" if end else " ") for index, end in zip(chosen, breaks, strict=True)).strip()


def text_of(texts: Path, number: int, documents: int) -> str:
    """The text of a document: its own, a copy of its cluster's, or one with words changed."""
    random = np.random.default_rng((SEED, 2, number))
    alone, place, copied, similarity = random.random(4)
    if alone < ALONE_FRACTION:
        return base_text(texts, documents + number)
    base = base_text(texts, int(documents * CLUSTERS_PER_DOCUMENT * place**1.5))
    return base if copied < EXACT_FRACTION else edited(base, 0.5 + similarity / 2, random)


def edited(text: str, similarity: float, random: np.random.Generator) -> str:
    """Changes as many words as bring the Jaccard similarity of word 5-grams down to about `similarity`."""
    words = text.split(" ")
    changes = round(len(words) * (1 - similarity) / ((1 + similarity) * SHINGLE_WORDS))
    for place, name in zip(
        random.integers(0, len(words), changes), random.integers(0, 1 << 30, changes), strict=True
    ):
        words[place] = f"w{name:x}"
    return " ".join(words)


def rows(part: Part) -> Iterator[tuple[int, str]]:
    """Numbers and texts of a part."""
    for number in range(part.first, part.last):
        yield number, text_of(part.texts, number, part.documents)


def document(number: int, text: str) -> dict[str, object]:
    """The columns of an extracted document."""
    return {
        "doc_id": hashlib.sha256(str(number).encode()).hexdigest()[:32],
        "id": str(number),
        "source": f"source-{number % 4}",
        "domain": "web",
        "url": f"https://host-{number % 997}.example/page/{number}",
        "fetch_time": f"2026-01-{1 + number % 28:02d}T00:00:00Z",
        "warc_uri": "bench",
        "warc_offset": number,
        "lang": "en",
        "lang_score": 0.9,
        "text": text,
    }


def write_parquet(part: Part) -> tuple[int, int, str]:
    """Writes a part; returns its rows, the bytes of its texts and its file's SHA-256."""
    text_bytes = 0
    with pq.ParquetWriter(part.path, SCHEMA, compression="zstd") as writer:
        batch = []
        for number, text in rows(part):
            text_bytes += len(text.encode())
            batch.append(document(number, text))
            if len(batch) == DOCUMENTS_PER_PART // 5:
                writer.write_table(pa.Table.from_pylist(batch, SCHEMA))
                batch = []
        if batch:
            writer.write_table(pa.Table.from_pylist(batch, SCHEMA))
    with part.path.open("rb") as file:
        return part.last - part.first, text_bytes, hashlib.file_digest(file, "sha256").hexdigest()


def write_jsonl(part: Part) -> None:
    """The same as JSON lines of `id` and `text`."""
    with part.path.open("w", encoding="utf-8") as file:
        for number, text in rows(part):
            file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")


def manifest(files: list[dict[str, object]], counts: dict[str, int]) -> dict[str, object]:
    """A manifest of the `extract` version that the files are."""
    digest = "0" * 64

    def of(kept: int) -> dict[str, int]:
        return {"in": kept, "kept": kept, "rejected": 0, "quarantined": 0}

    return {
        "apiVersion": "corpusmill.dev/v1", "stage": "extract", "dataset": "bench/extract", "versionKey": digest,
        "runId": "bench", "attempt": {"id": "bench", "number": 1}, "createdAt": "2026-01-01T00:00:00Z",
        "codeVersion": digest, "settings": {}, "settingsDigest": digest, "inputs": [], "sources": [], "models": [],
        "tokenizer": None, "prefix": "attempts/bench/", "files": files,
        "counts": {
            **of(sum(counts.values())), "rejectedByReason": {}, "quarantinedByReason": {},
            "bySource": {source: of(kept) for source, kept in sorted(counts.items())},
            "byLanguage": {"en": sum(counts.values())}, "tokens": None,
        },
        "contentDigests": {"documents": digest}, "timings": {"wallSeconds": 0}, "report": {},
    }  # fmt: skip


def documents_of(megabytes: int) -> int:
    """How many documents a corpus has."""
    return megabytes * 1_000_000 // MEAN_DOCUMENT_BYTES


def main() -> None:
    """Writes the corpus, and {"documents", "textBytes"} as corpus.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--megabytes", type=int, required=True)
    parser.add_argument("--jsonl", action="store_true")
    parser.add_argument("--follows", type=int, default=0)
    options = parser.parse_args()
    documents = documents_of(options.megabytes)
    before = documents_of(options.follows)
    starts = range(before, before + documents, DOCUMENTS_PER_PART)

    def parts(folder: Path, suffix: str) -> list[Part]:
        folder.mkdir(parents=True, exist_ok=True)
        return [
            Part(
                options.texts, folder / f"part-{index:05d}.{suffix}", first,
                min(first + DOCUMENTS_PER_PART, before + documents), before or documents,
            )
            for index, first in enumerate(starts)
        ]  # fmt: skip

    with ProcessPoolExecutor(2) as pool:
        made = parts(options.out / "attempts" / "bench" / "documents", "parquet")
        written = list(pool.map(write_parquet, made))
        if options.jsonl:
            list(pool.map(write_jsonl, parts(options.out / "jsonl", "jsonl")))
    files = [
        {"path": f"documents/{part.path.name}", "role": "documents", "format": "parquet",
         "bytes": part.path.stat().st_size, "sha256": sha256, "rows": count, "tokens": None}
        for part, (count, _, sha256) in zip(made, written, strict=True)
    ]  # fmt: skip
    numbers = range(before, before + documents)
    counts = {f"source-{index}": sum(number % 4 == index for number in numbers) for index in range(4)}
    (options.out / "manifest.json").write_text(json.dumps(manifest(files, counts), indent=2))
    made_of = {"documents": documents, "textBytes": sum(size for _, size, _ in written)}
    (options.out / "corpus.json").write_text(json.dumps(made_of))


if __name__ == "__main__":
    main()
