"""The extract stage's rows through Spark beside a plain loop over the same files, on one core.

    python benchmarks/end_to_end.py loop|spark FILE.warc.gz... --copies N

The last line is one JSON object: `bytes` of input, CPU and wall seconds, peak memory, `rows`. Spark's CPU and
memory are those of this process, the JVM and the Python workers together, from a session that has run one task before;
memory is the sum of what each process held at its own peak, so that it is never too small.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from corpusmill_extract.documents.outcomes import SourceFile
from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.job.extract_job import stage_rows
from corpusmill_extract.job.session import LocalResources, start_local_session
from corpusmill_extract.job.staged import batch_rows
from corpusmill_extract.job.tasks import extract_files

_SETTINGS = ExtractSettings()
_MEMORY_MB = 4096


def main() -> None:
    """Measure one of both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=["loop", "spark"])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--copies", type=int, default=1)
    arguments = parser.parse_args()
    files = [
        SourceFile("bench", "web", "warc", f"{copy}/{path.name}", path.resolve().as_uri(), path.stat().st_size)
        for copy in range(arguments.copies)
        for path in arguments.files
    ]
    measure = _loop if arguments.way == "loop" else _spark
    print(json.dumps({"bytes": sum(file.size_bytes or 0 for file in files)} | measure(files)))


def _loop(files: list[SourceFile]) -> dict[str, float]:
    list(batch_rows(extract_files(tuple(files[:1]), _SETTINGS)))
    cpu, wall = _cpu_seconds(), time.monotonic()
    rows = sum(batch.num_rows for batch in batch_rows(extract_files(tuple(files), _SETTINGS)))
    return _measured(cpu, wall, rows)


def _spark(files: list[SourceFile]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        session = start_local_session(LocalResources(1, _MEMORY_MB, Path(scratch)), str(Path(scratch) / "none.jar"))
        try:
            stage_rows(session, files[:1], _SETTINGS, 1).write.format("noop").mode("overwrite").save()
            cpu, wall = _cpu_seconds(), time.monotonic()
            stage_rows(session, files, _SETTINGS, 1).write.format("noop").mode("overwrite").save()
            return _measured(cpu, wall, 0)
        finally:
            session.stop()


def _measured(cpu: float, wall: float, rows: int) -> dict[str, float]:
    return {
        "cpuSeconds": _cpu_seconds() - cpu,
        "wallSeconds": time.monotonic() - wall,
        "peakMemoryBytes": _peak_memory_bytes(),
        "rows": rows,
    }


def _cpu_seconds() -> float:
    """User and system time of this process and of all below it, those that have ended included (Linux)."""
    return sum(int(tick) for fields in _tree().values() for tick in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _peak_memory_bytes() -> int:
    """Sum of the peaks of resident memory of this process and of all below it that live (Linux)."""
    return sum(map(_peak_of, _tree()))


def _peak_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _tree() -> dict[int, list[str]]:
    """This process and all below it: what /proc/PID/stat says after the name."""
    found: dict[int, list[str]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(entry.parent.name)] = (
                entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            )
        except OSError:  # it has ended
            continue
    parents = {pid: int(fields[1]) for pid, fields in found.items()}
    return {pid: fields for pid, fields in found.items() if _is_below(pid, parents)}


def _is_below(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents and pid != os.getpid():
        pid = parents[pid]
    return pid == os.getpid()


if __name__ == "__main__":
    main()
