"""The files through which executor and host talk."""

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

_ATTEMPT_ID = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_LOG = "host.log"


class HostState(StrEnum):
    """What the host does."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Job:
    """A job spec taken from the inbox."""

    attempt_id: str
    spec_uri: str


class HostDirectory:
    """The host's view of its folder."""

    def __init__(self, path: Path) -> None:
        """Make the folders that are not there yet."""
        self.path = path
        self.scratch = path / "scratch"
        for folder in (path / "inbox", path / "taken", path / "attempts", self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        self._identity = self._current_identity()

    def is_gone(self) -> bool:
        """Whether the folder was removed, in part or whole, or another one stands in its place."""
        return self._current_identity() != self._identity or not (self.path / "inbox").is_dir()

    def open_log(self) -> int:
        """Return a file descriptor that appends to the host's log."""
        return os.open(self.path / _LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def log_size(self) -> int:
        """Return the size of the host's log in bytes."""
        return (self.path / _LOG).stat().st_size

    def take_oldest(self) -> Job | None:
        """Take the oldest job by renaming its entry; one that is withdrawn meanwhile is passed over."""
        for name in self._waiting():
            taken = self.path / "taken" / name
            try:
                (self.path / "inbox" / name).rename(taken)
            except FileNotFoundError:
                continue
            return Job(name, taken.read_text(encoding="utf-8").strip())
        return None

    def write_attempt(self, attempt_id: str, log_start: int, log_end: int | None) -> None:
        """Say that an attempt runs, or where its log ends."""
        state = "running" if log_end is None else "done"
        content = {"state": state, "logStart": log_start, "logEnd": log_end}
        self._write(f"attempts/{attempt_id}.json", content)

    def write_host(self, state: HostState, attempt_id: str | None, start_time: str) -> None:
        """Say what the host does now."""
        self._write(
            "host.json",
            {
                "pid": os.getpid(),
                "pidStartTime": start_time,
                "state": str(state),
                "attemptId": attempt_id,
                "updatedAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )

    def _waiting(self) -> list[str]:
        """Names in the inbox, oldest first."""
        ages: list[tuple[int, str]] = []
        for name in self._inbox_names():
            try:
                ages.append(((self.path / "inbox" / name).stat().st_mtime_ns, name))
            except FileNotFoundError:
                continue
        return [name for _, name in sorted(ages)]

    def _inbox_names(self) -> list[str]:
        try:
            return [name for name in os.listdir(self.path / "inbox") if _ATTEMPT_ID.fullmatch(name)]  # noqa: PTH208
        except FileNotFoundError:
            return []

    def _write(self, name: str, content: dict[str, Any]) -> None:
        target = self.path / name
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        aside.write_text(json.dumps(content) + "\n", encoding="utf-8")
        aside.replace(target)

    def _current_identity(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino
