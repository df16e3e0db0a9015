"""How input files are spread over Spark tasks, and what one task does."""

import gc
import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import pyarrow as pa

from corpusmill_extract.documents.outcomes import SourceFile
from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.job.outcome import build_outcome
from corpusmill_extract.job.staged import StagedRow, batch_rows, staged_row, summary_row
from corpusmill_extract.readers import read_records

# A task of this size costs its start-up (tens of milliseconds) many times over, and still ends within minutes.
_TASK_BYTES = 64 * 1024 * 1024
_TASKS_PER_PARTITION = 4
# Pages and rows hold no cycles; a search for some every 700 objects took a tenth of the time.
_OBJECTS_PER_COLLECTION = 100_000

FileGroup = tuple[SourceFile, ...]


def group_files(files: Sequence[SourceFile], partitions: int) -> list[FileGroup]:
    """Spread files over tasks, largest first, each to the task that has the least to do.

    The result depends on names and sizes alone; what the tasks write does not depend on the grouping.
    """
    if not files:
        return []
    total = sum(file.size_bytes or 0 for file in files)
    count = min(len(files), max(partitions * _TASKS_PER_PARTITION, -(-total // _TASK_BYTES)))
    groups: list[list[SourceFile]] = [[] for _ in range(count)]
    loads = [(0, index) for index in range(count)]
    for file in sorted(files, key=lambda file: (-(file.size_bytes or 0), file.source, file.uri)):
        load, index = heapq.heappop(loads)
        groups[index].append(file)
        heapq.heappush(loads, (load + (file.size_bytes or 0) + 1, index))
    return [tuple(group) for group in groups]


def extract_files(files: FileGroup, settings: ExtractSettings) -> Iterator[StagedRow]:
    """Yield the staged rows of `files`, each file's summary last."""
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    for file in files:
        count = 0
        for record in read_records(file, settings.max_record_bytes):
            count += 1
            yield staged_row(build_outcome(record, settings), file)
        yield summary_row(file, count)


def build_task(
    find_group: Callable[[int], FileGroup], settings: ExtractSettings
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return the function that mapInArrow calls with the numbers of a partition's groups."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        numbers = (cast("int", number) for batch in batches for number in batch.column(0).to_pylist())
        yield from batch_rows(row for number in numbers for row in extract_files(find_group(number), settings))

    return run
