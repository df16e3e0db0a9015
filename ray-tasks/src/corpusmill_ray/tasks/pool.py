"""Runs units as Ray tasks: a bounded number at a time, each tried again where its worker was killed."""

import logging
from collections.abc import Callable, Iterator, Sequence

import ray
from ray.exceptions import OutOfMemoryError, RayError, RayTaskError

from corpusmill_ray.errors import CorpusmillError, ErrorCode, Problem, fail
from corpusmill_ray.tasks.unit import Unit, UnitResult, run_unit

WORKER_RETRIES = 5
UNITS_PER_CPU = 2
WAIT_SECONDS = 0.5

log = logging.getLogger(__name__)


def run_units(units: Sequence[Unit], on_done: Callable[[UnitResult], None]) -> list[UnitResult]:
    """Run all units; results are in the order of the units, whatever order they end in.

    Raises:
        CorpusmillError: the problem of the first unit that failed.
    """
    task = ray.remote(run_unit).options(num_cpus=1, max_retries=WORKER_RETRIES)
    cpus = ray.cluster_resources().get("CPU", 1)  # type: ignore[no-untyped-call]
    in_flight = max(1, int(cpus)) * UNITS_PER_CPU
    waiting = iter(units)
    running: dict[ray.ObjectRef[UnitResult | Problem], int] = {}
    results: dict[int, UnitResult] = {}
    while len(results) < len(units):
        for unit in _up_to(waiting, in_flight - len(running)):
            running[task.remote(unit)] = unit.number
        done, _ = ray.wait(list(running), num_returns=1, timeout=WAIT_SECONDS)
        for reference in done:
            number = running.pop(reference)
            results[number] = _result(reference)
            on_done(results[number])
    return [results[unit.number] for unit in units]


def _up_to(units: Iterator[Unit], count: int) -> Iterator[Unit]:
    for _ in range(count):
        unit = next(units, None)
        if unit is None:
            return
        yield unit


def _result(reference: "ray.ObjectRef[UnitResult | Problem]") -> UnitResult:
    try:
        outcome = ray.get(reference)
    except OutOfMemoryError as error:
        message = "a worker needed more memory than there is; raise resources.memoryMb or lower resources.cpu"
        raise fail(ErrorCode.MEMORY_EXCEEDED, message) from error
    except RayTaskError as error:
        kind = type(error.cause).__name__
        log.error("%s in a worker at\n%s", kind, _places(error))
        raise fail(ErrorCode.JOB_FAILED, f"a worker failed with {kind}; see log.txt", error=kind) from error
    except RayError as error:
        kind = type(error).__name__
        message = f"a worker was lost {WORKER_RETRIES + 1} times ({kind})"
        raise fail(ErrorCode.JOB_FAILED, message, error=kind) from error
    if isinstance(outcome, Problem):
        raise CorpusmillError(outcome)
    return outcome


def _places(error: RayTaskError) -> str:
    """Files and lines of a worker's trace: the error's own message may quote data and is left out."""
    return "\n".join(line for line in error.traceback_str.splitlines() if line.startswith("  File "))
