"""The attempt's control folder: claim.json, progress.json, problem.json. Standard library only."""

import contextlib
import json
import os
import socket
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from corpusmill_ray.errors import CorpusmillError, Problem
from corpusmill_ray.io.spec import API_VERSION, ControlFolder, JobSpec
from corpusmill_ray.io.storage import storage_for

PROGRESS_SECONDS = 2.0
"""Well below the 15 s that progress.schema.json asks for."""

MAX_MESSAGE_CHARS = 4000


def utc_now() -> str:
    """Now, as RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def make_claim(spec: JobSpec) -> bool:
    """Claim the attempt for this process group; False where somebody holds it."""
    claim = {
        "apiVersion": API_VERSION,
        "attemptId": spec.attempt.id,
        "token": spec.attempt.token,
        "holder": "workload",
        "pid": os.getpgid(0),
        "host": socket.gethostname(),
        "claimedAt": utc_now(),
    }
    uri = spec.control_uri + "claim.json"
    return storage_for(uri).create_exclusive(uri, _json_bytes(claim))


def write_problem(control: ControlFolder, problem: Problem) -> None:
    """Write problem.json."""
    content = {
        "apiVersion": API_VERSION,
        "attemptId": control.attempt_id,
        "code": problem.code.value,
        "message": problem.message[:MAX_MESSAGE_CHARS],
        "details": dict(problem.details),
        "retryable": problem.retryable,
    }
    uri = control.uri + "problem.json"
    storage_for(uri).replace(uri, _json_bytes(content))


@dataclass(frozen=True, slots=True)
class ProgressState:
    """Where a job stands. Rows and bytes are of the input."""

    phase: str = "start"
    units_done: int = 0
    units_total: int | None = None
    rows: int | None = None
    bytes: int | None = None


class Progress:
    """Rewrites progress.json from a thread of its own while the job lives."""

    def __init__(self, spec: JobSpec, seconds: float = PROGRESS_SECONDS) -> None:
        self._attempt_id = spec.attempt.id
        self._uri = spec.control_uri + "progress.json"
        self._seconds = seconds
        self._state = ProgressState()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Self:
        """Write the first progress.json and keep it fresh."""
        self._write()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and write the last state."""
        self._stop.set()
        self._thread.join()
        self._try_to_write()

    def phase(self, name: str, units_total: int | None = None) -> None:
        """A new phase begins."""
        self._state = ProgressState(name, 0, units_total, self._state.rows, self._state.bytes)

    def unit_done(self, rows: int, size_bytes: int) -> None:
        """One more unit of the phase is done."""
        state = self._state
        self._state = replace(
            state,
            units_done=state.units_done + 1,
            rows=(state.rows or 0) + rows,
            bytes=(state.bytes or 0) + size_bytes,
        )

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            self._try_to_write()

    def _try_to_write(self) -> None:
        """A disk that is full must not hide why the job failed; silence for long ends the attempt anyway."""
        with contextlib.suppress(OSError, CorpusmillError):
            self._write()

    def _write(self) -> None:
        state = self._state
        content = {
            "apiVersion": API_VERSION,
            "attemptId": self._attempt_id,
            "phase": state.phase,
            "unitsDone": state.units_done,
            "unitsTotal": state.units_total,
            "rows": state.rows,
            "bytes": state.bytes,
            "updatedAt": utc_now(),
        }
        storage_for(self._uri).replace(self._uri, _json_bytes(content))


def _json_bytes(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
