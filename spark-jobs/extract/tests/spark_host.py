"""A Spark host as the local executor starts it, and job specs for it."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[3]
JOBS_JAR = REPOSITORY / "spark-jobs" / "jobs" / "target" / "corpusmill-jobs.jar"
RECIPE_SCHEMA = REPOSITORY / "docs" / "contracts" / "recipe.schema.json"
_DEADLINE_SECONDS = 120


@dataclass(frozen=True)
class RunningHost:
    """A host process and its folder."""

    folder: Path
    process: "subprocess.Popen[bytes]"

    def submit(self, attempt_id: str, spec_uri: str) -> None:
        """Put a job into the inbox as the executor does: written aside, then renamed."""
        aside = self.folder / f"aside-{attempt_id}"
        aside.write_text(spec_uri + "\n", encoding="utf-8")
        aside.rename(self.folder / "inbox" / attempt_id)

    def wait_for(self, attempt_id: str) -> dict[str, Any]:
        """Return the attempt's file once it is done."""
        return self._wait(f"attempts/{attempt_id}.json", "done")

    def wait_until(self, state: str) -> dict[str, Any]:
        """Return host.json once it has this state."""
        return self._wait("host.json", state)

    def log(self) -> bytes:
        """What the host has said."""
        return (self.folder / "host.log").read_bytes()

    def _wait(self, name: str, state: str) -> dict[str, Any]:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while time.monotonic() < deadline:
            content = _read_json(self.folder / name)
            if content is not None and content["state"] == state:
                return content
            time.sleep(0.05)
        raise AssertionError(f"{name} never said {state}: {self.log().decode(errors='replace')[-3000:]}")


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return content


def start_host(folder: Path, idle_seconds: float) -> RunningHost:
    """Start a host in a process group of its own."""
    (folder / "inbox").mkdir(parents=True)
    options = ["--dir", str(folder), "--cpus", "2", "--memory-mb", "2048", "--idle-seconds", str(idle_seconds)]
    process = subprocess.Popen(
        [sys.executable, "-m", "corpusmill_extract.host", *options],
        env=os.environ
        | {"CORPUSMILL_JOBS_JAR": str(JOBS_JAR), "PYTHONPATH": str(REPOSITORY / "spark-jobs/extract/src")},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return RunningHost(folder, process)


def stop_host(host: RunningHost) -> None:
    """Kill what is left of a host."""
    if host.process.poll() is None:
        os.killpg(host.process.pid, signal.SIGKILL)
        host.process.wait()


def write_spec(root: Path, attempt_id: str, files: list[Path], **settings: object) -> str:
    """Write an extract job's spec below `root` and return its URI."""
    control = root / "runs" / "r1" / "extract" / attempt_id
    control.mkdir(parents=True)
    described = json.loads(RECIPE_SCHEMA.read_text(encoding="utf-8"))["$defs"]["extract"]["properties"]
    defaults = {name: schema["default"] for name, schema in described.items()}
    spec = {
        "apiVersion": "corpusmill.dev/v1",
        "runId": "r1",
        "stepId": "s1",
        "stage": "extract",
        "attempt": {"id": attempt_id, "number": 1, "token": "0" * 32},
        "dataset": "demo/extract",
        "versionKey": "1" * 64,
        "codeVersion": "2" * 64,
        "settings": defaults | settings,
        "settingsDigest": "3" * 64,
        "inputs": [],
        "sources": [{"name": "crawl", "kind": "warc", "domain": "web", "files": [_described(file) for file in files]}],
        "models": [],
        "tokenizer": None,
        "output": {"versionUri": f"{(root / 'versions').as_uri()}/", "prefix": f"attempts/{attempt_id}/"},
        "control": {"uri": f"{control.as_uri()}/"},
        "resources": {"cpu": 2, "memoryMb": 2048, "partitionsPerCore": 1},
    }
    path = control / "spec.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return path.as_uri()


def _described(file: Path) -> dict[str, Any]:
    return {
        "uri": file.name,
        "location": file.as_uri(),
        "bytes": file.stat().st_size if file.exists() else None,
    }
