"""Runs our dedup job on a generated corpus: `run.py FOLDER`, the folder that corpus.py has made.

`run.py FOLDER --earlier FOLDER` first deduplicates the second corpus, which is not measured, and measures the dedup of
the first one against that version. `run.py FOLDER --after FOLDER` deduplicates the second one, not measured, and then
the first one in the same session, as the local executor's Spark host does.

One core (`local[1]`), whole job: verified input, exact and near duplicates, written output, manifest. The last line is
one JSON object; CPU and memory are those of the whole process, its start included but after another job.
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

from corpusmill_extract.job.dispatch import run_spec
from corpusmill_extract.job.session import (
    LocalResources,
    class_archive_options,
    local_settings,
    start_local_session,
)

ROOT = Path(__file__).resolve().parents[3]
DIGEST = "0" * 64
PARTITION_BYTES = 128_000_000
# With a young generation of this size a row group is written before most of it is moved to the old one.
YOUNG_GENERATION = "-Xmn400m"
JAR = ROOT / "spark-jobs" / "jobs" / "target" / "corpusmill-jobs.jar"
# Of the local session: on one core, 1,024 of them stand for Python and for the JVM beside its heap.
SESSION_MB = 2048 + 1024


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


def java_options() -> tuple[str, ...]:
    """What the JVM gets beside the local session's options."""
    return (*class_archive_options(), YOUNG_GENERATION)


def command(spec: Path, scratch: Path) -> list[str]:
    """spark-submit of the job's jar on one core, with the settings of the local session."""
    home = next((ROOT / ".venv" / "lib").glob("python3*/site-packages/pyspark"))
    settings = local_settings(LocalResources(1, SESSION_MB, scratch), str(JAR), java_options())
    return [
        str(home / "bin" / "spark-submit"), "--master", "local[1]",
        *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")),
        "--class", "dev.corpusmill.jobs.Main", str(JAR), spec.as_uri(),
    ]  # fmt: skip


def text_bytes_of(corpus: Path) -> int:
    """Bytes of the corpus's texts."""
    return int(json.loads((corpus / "corpus.json").read_text())["textBytes"])


def deduplicate(corpus: Path, earlier: Path | None = None) -> dict[str, object]:
    """Runs the job in a process of its own, whose version stands in `ours` then; returns what it cost."""
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
    return {
        "bytes": text_bytes_of(corpus),
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "wallSeconds": time.monotonic() - started,
        "peakMemoryBytes": usage.ru_maxrss * 1024,
        **outcome_of(output),
    }


def deduplicate_after(corpus: Path, first: Path) -> dict[str, object]:
    """Runs the job in a session that has deduplicated `first`; returns what it cost beyond that."""
    scratch = corpus / "scratch"
    spark = start_local_session(LocalResources(1, SESSION_MB, scratch), str(JAR), *java_options())
    # spark-submit becomes the JVM.
    jvm = spark.sparkContext._gateway.proc.pid  # noqa: SLF001 - nothing public names the process
    run_spec(spark, write_spec(first, first / "ours", text_bytes_of(first)).as_uri())
    spec = write_spec(corpus, corpus / "ours", text_bytes_of(corpus))
    started, before = time.monotonic(), cpu_seconds(jvm)
    run_spec(spark, spec.as_uri())
    measured = {
        "bytes": text_bytes_of(corpus),
        "cpuSeconds": cpu_seconds(jvm) - before,
        "wallSeconds": time.monotonic() - started,
        "peakMemoryBytes": peak_memory_bytes(jvm),
        **outcome_of(corpus / "ours"),
    }
    spark.stop()
    shutil.rmtree(scratch)
    return measured


def outcome_of(output: Path) -> dict[str, object]:
    """What the version's manifest tells; the job has failed where there is none."""
    manifest = json.loads((output / "manifest.json").read_text())
    return {"removed": manifest["counts"]["rejected"], "phases": manifest["timings"]["phases"]}


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory_bytes(pid: int) -> int:
    """The most memory that a process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main() -> None:
    """Runs the job and prints what it cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--earlier", type=Path, help="deduplicate against this corpus, deduplicated before")
    parser.add_argument("--after", type=Path, help="deduplicate in a session that has deduplicated this corpus")
    options = parser.parse_args()
    if options.after is not None:
        measured = deduplicate_after(options.corpus, options.after)
    elif options.earlier is not None:
        deduplicate(options.earlier)
        measured = deduplicate(options.corpus, options.earlier / "ours")
    else:
        measured = deduplicate(options.corpus)
    for folder in filter(None, (options.corpus, options.earlier, options.after)):
        shutil.rmtree(folder / "ours")
    print(json.dumps(measured))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
