"""datatrove's MinHash deduplication of a generated corpus, on one worker: `dedup_peer.py FOLDER`.

Its four steps with our bands and rows, as in its example for FineWeb. The folder is one that dedup/corpus.py made with
--jsonl.
"""

import json
import sys
import time
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.hashing import HashConfig
from datatrove.utils.typeshelper import Languages
from measured import cpu_seconds, print_report

BANDS = 14
ROWS = 8


def run(steps: list[object], tasks: int, logs: Path) -> None:
    """One step of the pipeline, its tasks one after the other in this process."""
    LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=1, logging_dir=str(logs)).run()


def main() -> None:
    """Runs the four steps one after the other."""
    folder = Path(sys.argv[1])
    source, output = str(folder / "jsonl"), folder / "datatrove"
    config = MinhashConfig(
        hash_config=HashConfig(precision=64), num_buckets=BANDS, hashes_per_bucket=ROWS, n_grams=5
    )
    tasks = len(list(Path(source).glob("*.jsonl")))
    size = json.loads((folder / "corpus.json").read_text())["textBytes"]
    cpu, wall = cpu_seconds(), time.monotonic()
    logs = output / "logs"
    signatures, buckets, remove = (str(output / name) for name in ("signatures", "buckets", "remove"))
    reader = JsonlReader(source, glob_pattern="*.jsonl")
    run([reader, MinhashDedupSignature(signatures, config=config, language=Languages.english)], tasks, logs / "1")
    run([MinhashDedupBuckets(signatures, buckets, config=config)], BANDS, logs / "2")
    run([MinhashDedupCluster(buckets, remove, config=config)], 1, logs / "3")
    removed = JsonlWriter(str(output / "removed"), compression=None)
    kept = JsonlWriter(str(output / "kept"), compression=None)
    run([reader, MinhashDedupFilter(remove, exclusion_writer=removed), kept], tasks, logs / "4")
    count = sum(1 for path in (output / "removed").glob("*.jsonl") for _ in path.open(encoding="utf-8"))
    print_report(size, cpu_seconds() - cpu, time.monotonic() - wall, removed=count)


if __name__ == "__main__":
    main()
