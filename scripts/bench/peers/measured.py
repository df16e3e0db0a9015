"""What every Python peer of a bench does alike: texts in batches, CPU time of the work alone, one JSON line at the end."""

import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

BATCH_BYTES = 4_000_000


def texts(path: str) -> Iterator[str]:
    """The texts of JSON lines with `text`."""
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def batches(path: str) -> Iterator[list[str]]:
    """Texts of about BATCH_BYTES each time, so that memory does not grow with the input."""
    batch: list[str] = []
    size = 0
    for text in texts(path):
        batch.append(text)
        size += len(text.encode())
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def cpu_seconds() -> float:
    """User and system time of this process, all threads, and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def report(path: str, work: Callable[[list[str]], object], **more: object) -> None:
    """Does `work` on every batch of the input and prints what it cost."""
    size, cpu, wall = 0, 0.0, 0.0
    for batch in batches(path):
        size += sum(len(text.encode()) for text in batch)
        cpu_before, wall_before = cpu_seconds(), time.monotonic()
        work(batch)
        cpu += cpu_seconds() - cpu_before
        wall += time.monotonic() - wall_before
    print_report(size, cpu, wall, **more)


def print_report(size: int, cpu: float, wall: float, **more: object) -> None:
    """Print the last line of a contestant, the process' peak memory added."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"bytes": size, "cpuSeconds": cpu, "wallSeconds": wall, "peakMemoryBytes": peak, **more}))  # noqa: T201
