"""What every Python peer of a bench does alike: texts in batches, CPU time of the work alone, one JSON line at the end."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

BATCH_BYTES = 4_000_000
MEASURED_SECONDS = 1.0


def texts(path: str) -> Iterator[str]:
    """The texts of JSON lines with `text`."""
    for text, _ in documents(path):
        yield text


def documents(path: str) -> Iterator[tuple[str, str | None]]:
    """The texts of JSON lines with `text`, each with its `url`."""
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            yield document["text"], document.get("url")


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
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def report(
    path: str,
    new_work: Callable[[], Callable[[list], object]],
    prepare: Callable[[list[str]], list] = list,
) -> None:
    """Do the work on every batch of the input, made ready by `prepare` while the clock stands; print what it cost.

    The input is worked on again until enough time is counted, each time by a new work that remembers nothing.
    """
    size, cpu, wall = 0, 0.0, 0.0
    while cpu < MEASURED_SECONDS:
        work = new_work()
        for batch in batches(path):
            size += sum(len(text.encode()) for text in batch)
            prepared = prepare(batch)
            cpu_before, wall_before = cpu_seconds(), time.monotonic()
            work(prepared)
            cpu += cpu_seconds() - cpu_before
            wall += time.monotonic() - wall_before
        if size == 0:
            sys.exit(f"no texts in {path}")
    print_report(size, cpu, wall)


def print_report(size: int, cpu: float, wall: float, **more: object) -> None:
    """Print the last line of a contestant, the process' peak memory added."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"bytes": size, "cpuSeconds": cpu, "wallSeconds": wall, "peakMemoryBytes": peak, **more}))  # noqa: T201
