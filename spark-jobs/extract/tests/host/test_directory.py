"""The host's folder and loop, without Spark."""

import json
import os
import re
from pathlib import Path

import pytest
from py4j.protocol import Py4JNetworkError

from corpusmill_extract.host.__main__ import parse_options
from corpusmill_extract.host.directory import HostDirectory, HostState, Job
from corpusmill_extract.host.loop import HostConfig, HostLoop, JvmLostError
from corpusmill_extract.host.process import own_start_time


@pytest.fixture
def directory(tmp_path: Path) -> HostDirectory:
    """An empty host folder with a log."""
    made = HostDirectory(tmp_path / "host")
    os.close(made.open_log())
    return made


def _put(directory: HostDirectory, name: str, age: int = 0) -> None:
    entry = directory.path / "inbox" / name
    entry.write_text(f"file:///{name}\n", encoding="utf-8")
    os.utime(entry, (1_000_000 - age, 1_000_000 - age))


def _config(*, alive: bool = True) -> HostConfig:
    return HostConfig(idle_seconds=0.2, start_time="1", is_session_alive=lambda: alive)


def test_takes_the_oldest_job_first(directory: HostDirectory) -> None:
    _put(directory, "young", age=1)
    _put(directory, "old", age=9)
    assert directory.take_oldest() == Job("old", "file:///old")
    assert directory.take_oldest() == Job("young", "file:///young")
    assert directory.take_oldest() is None
    assert sorted(path.name for path in (directory.path / "taken").iterdir()) == ["old", "young"]


def test_passes_over_names_that_are_no_attempts(directory: HostDirectory) -> None:
    for name in (".hidden", "a.tmp", "-x", "UPPER"):
        _put(directory, name)
    assert directory.take_oldest() is None


def test_writes_host_and_attempt_files_whole(directory: HostDirectory) -> None:
    directory.write_host(HostState.BUSY, "a1", "77")
    directory.write_attempt("a1", 5, None)
    host = json.loads((directory.path / "host.json").read_text(encoding="utf-8"))
    assert (host["pid"], host["pidStartTime"], host["state"], host["attemptId"]) == (os.getpid(), "77", "busy", "a1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", host["updatedAt"])
    attempt = json.loads((directory.path / "attempts" / "a1.json").read_text(encoding="utf-8"))
    assert attempt == {"state": "running", "logStart": 5, "logEnd": None}
    assert not list(directory.path.glob(".*"))


def test_notices_that_another_folder_stands_in_its_place(directory: HostDirectory) -> None:
    assert directory.is_gone() is False
    directory.path.rename(directory.path.with_name("moved"))
    assert directory.is_gone() is True
    directory.path.mkdir()
    assert directory.is_gone() is True


def test_runs_every_job_then_ends(directory: HostDirectory) -> None:
    _put(directory, "a1", age=2)
    _put(directory, "a2", age=1)
    ran: list[str] = []

    def run(spec_uri: str) -> int:
        ran.append(spec_uri)
        with (directory.path / "host.log").open("ab") as log:
            log.write(b"12345")
        return 0

    HostLoop(directory, _config(), run).run()
    assert ran == ["file:///a1", "file:///a2"]
    second = json.loads((directory.path / "attempts" / "a2.json").read_text(encoding="utf-8"))
    assert second == {"state": "done", "logStart": 5, "logEnd": 10}
    assert json.loads((directory.path / "host.json").read_text(encoding="utf-8"))["state"] == "stopped"


def test_outlives_a_job_that_raises(directory: HostDirectory) -> None:
    _put(directory, "a1", age=2)
    _put(directory, "a2", age=1)
    ran: list[str] = []

    def run(spec_uri: str) -> int:
        ran.append(spec_uri)
        raise ValueError(spec_uri)

    HostLoop(directory, _config(), run).run()
    assert ran == ["file:///a1", "file:///a2"]


def test_ends_where_the_gateway_is_lost(directory: HostDirectory) -> None:
    _put(directory, "a1")

    def run(_spec_uri: str) -> int:
        raise Py4JNetworkError

    with pytest.raises(JvmLostError):
        HostLoop(directory, _config(), run).run()
    attempt = json.loads((directory.path / "attempts" / "a1.json").read_text(encoding="utf-8"))
    assert attempt["state"] == "done"


def test_ends_where_the_session_was_stopped(directory: HostDirectory) -> None:
    _put(directory, "a1")
    with pytest.raises(JvmLostError):
        HostLoop(directory, _config(alive=False), lambda _spec_uri: 1).run()


def test_knows_its_start_time_as_proc_has_it() -> None:
    fields = Path(f"/proc/{os.getpid()}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    assert own_start_time() == fields[19]


def test_refuses_to_start_without_the_jar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUSMILL_JOBS_JAR", str(tmp_path / "none.jar"))
    arguments = ["--dir", str(tmp_path), "--cpus", "1", "--memory-mb", "1024", "--idle-seconds", "1"]
    with pytest.raises(SystemExit) as refused:
        parse_options(arguments)
    assert refused.value.code == 2
