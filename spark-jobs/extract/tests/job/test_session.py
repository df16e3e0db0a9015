"""The local session's sizing."""

import pytest

from corpusmill_extract.job.session import driver_memory_mb


@pytest.mark.parametrize(
    ("memory_mb", "cpus", "heap_mb"),
    [(4096, 2, 2560), (8192, 4, 5632), (2048, 2, 512), (512, 1, 512)],
)
def test_leaves_memory_for_python_workers(memory_mb: int, cpus: int, heap_mb: int) -> None:
    assert driver_memory_mb(memory_mb, cpus) == heap_mb
