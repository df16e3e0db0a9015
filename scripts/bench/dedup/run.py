"""Runs our dedup job on a generated corpus: `run.py FOLDER`, the folder that corpus.py has made.

`run.py FOLDER --earlier FOLDER` first deduplicates the second corpus, which is not measured, and measures the dedup of
the first one against that version.

One core (`local[1]`), whole job: verified input, exact and near duplicates, written output, manifest. The last line is
one JSON object; CPU and memory are those of the whole process, its start included.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from corpusmill_extract.job.session import class_archive_options

ROOT = Path(__file__).resolve().parents[3]
DIGEST = "0" * 64
HEAP = "2g"
PARTITION_BYTES = 128_000_000
# Those of the local session (spark-jobs/extract, job/session.py): on one core the second compiler pays off late. With a
# young generation of this size a row group is written before most of it is moved to the old one. The order of the
# class path is the local session's too, as its class archive wants.
JVM_OPTIONS = (
    "-XX:+UseSerialGC -Xmn400m -XX:Tier4InvocationThreshold=40000 -XX:Tier4MinInvocationThreshold=5000 "
    "-XX:Tier4CompileThreshold=120000 -XX:Tier4BackEdgeThreshold=320000"
)


def write_spec(corpus: Path, output: Path, text_bytes: int, earlier: Path | None = None) -> Path:
    """The job spec of a dedup of the corpus, against an earlier version where there is one."""
    control = output / "control"
    control.mkdir(parents=True)
    partitions = min(64, max(4, round(text_bytes / PARTITION_BYTES)))
    spec = {
        "apiVersion": "corpusmill.dev/v1", "runId": "bench", "stepId": "bench", "stage": "dedup",
        "attempt": {"id": "bench", "number": 1, "token": "0" * 32},
        "dataset": "bench/dedup", "versionKey": DIGEST, "codeVersion": DIGEST, "settings": {}, "settingsDigest": DIGEST,
        "inputs": [version_of("extract", corpus), *([] if earlier is None else [version_of("dedup", earlier)])],
        "sources": [], "models": [], "tokenizer": None,
        "output": {"versionUri": f"{output.as_uri()}/", "prefix": "attempts/bench/"},
        "control": {"uri": f"{control.as_uri()}/"},
        "resources": {"cpu": 1, "memoryMb": 2048, "partitionsPerCore": partitions},
    }  # fmt: skip
    path = output / "spec.json"
    path.write_text(json.dumps(spec))
    return path


def version_of(stage: str, folder: Path) -> dict[str, str]:
    """A committed version, as a job spec names it."""
    manifest = (folder / "manifest.json").as_uri()
    return {"dataset": f"bench/{stage}", "stage": stage, "versionKey": DIGEST, "manifestUri": manifest}


def command(spec: Path, scratch: Path) -> list[str]:
    """spark-submit of the job's jar on one core."""
    home = next((ROOT / ".venv" / "lib").glob("python3*/site-packages/pyspark"))
    jar = ROOT / "spark-jobs" / "jobs" / "target" / "corpusmill-jobs.jar"
    options = " ".join((JVM_OPTIONS, *class_archive_options()))
    return [
        str(home / "bin" / "spark-submit"), "--master", "local[1]", "--driver-memory", HEAP,
        "--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.driver.bindAddress=127.0.0.1",
        "--conf", "spark.ui.enabled=false", "--conf", f"spark.local.dir={scratch}",
        "--conf", f"spark.driver.extraJavaOptions={options}",
        "--conf", f"spark.driver.extraClassPath={home / 'jars'}/*:{jar}",
        "--class", "dev.corpusmill.jobs.Main",
        str(jar), spec.as_uri(),
    ]  # fmt: skip


def text_bytes_of(corpus: Path) -> int:
    """Bytes of the corpus's texts."""
    return int(json.loads((corpus / "corpus.json").read_text())["textBytes"])


def deduplicate(corpus: Path, earlier: Path | None = None) -> dict[str, object]:
    """Runs the job, whose version stands in `ours` then; returns what it cost."""
    output, scratch = corpus / "ours", corpus / "scratch"
    scratch.mkdir()
    spec = write_spec(corpus, output, text_bytes_of(corpus), earlier)
    started = time.monotonic()
    process = subprocess.Popen(
        command(spec, scratch), stdout=sys.stderr, env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"the job ended with {process.returncode}")
    shutil.rmtree(scratch)
    manifest = json.loads((output / "manifest.json").read_text())
    return {
        "bytes": text_bytes_of(corpus),
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "wallSeconds": time.monotonic() - started,
        "peakMemoryBytes": usage.ru_maxrss * 1024,
        "removed": manifest["counts"]["rejected"],
        "phases": manifest["timings"]["phases"],
    }


def main() -> None:
    """Runs the job and prints what it cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--earlier", type=Path)
    options = parser.parse_args()
    made = []
    if options.earlier is not None:
        deduplicate(options.earlier)
        made.append(options.earlier / "ours")
    measured = deduplicate(options.corpus, *made)
    for version in [*made, options.corpus / "ours"]:
        shutil.rmtree(version)
    print(json.dumps(measured))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
