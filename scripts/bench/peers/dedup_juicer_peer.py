"""data-juicer's MinHash deduplication of a generated corpus, in one process: `dedup_juicer_peer.py FOLDER`.

Its operator with our shingles, bands and rows, on a Hugging Face data set of the JSON lines that dedup/corpus.py made
with --jsonl; what stays is written as JSON lines. The operator's own runner would load torch, so its steps are called.
"""

import json
import sys
import time
from pathlib import Path

import datasets
from data_juicer.ops.deduplicator.document_minhash_deduplicator import DocumentMinhashDeduplicator
from measured import cpu_seconds, print_report

BANDS = 14
ROWS = 8
MIN_JACCARD = 0.8


def main() -> None:
    """Hashes the documents, clusters them and writes what stays."""
    folder = Path(sys.argv[1])
    size = json.loads((folder / "corpus.json").read_text())["textBytes"]
    files = [str(path) for path in sorted((folder / "jsonl").glob("*.jsonl"))]
    cpu, wall = cpu_seconds(), time.monotonic()
    documents = datasets.load_dataset(
        "json", data_files=files, split="train", cache_dir=str(folder / "data-juicer" / "cache")
    )
    operator = DocumentMinhashDeduplicator(
        tokenization="space", window_size=5, lowercase=True, jaccard_threshold=MIN_JACCARD,
        num_permutations=BANDS * ROWS, num_bands=BANDS, num_rows_per_band=ROWS,
        num_proc=1, accelerator="cpu", auto_op_parallelism=False,
    )  # fmt: skip
    hashed = documents.map(operator.compute_hash)
    kept, _ = operator.process(hashed)
    kept.to_json(str(folder / "data-juicer" / "kept.jsonl"))
    print_report(size, cpu_seconds() - cpu, time.monotonic() - wall, removed=len(documents) - len(kept))


if __name__ == "__main__":
    main()
