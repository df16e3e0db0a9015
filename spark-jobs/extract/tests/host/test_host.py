"""The Spark host end to end: protocol, commit, failure, end. Skipped where the jobs jar is not built."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from samples import http, members, page, record
from spark_host import JOBS_JAR, RunningHost, start_host, stop_host, write_spec

ENGLISH = "The garden grows slowly through the seasons, and every plant tells its own story. " * 3
PAGE = f"<html><head><title>T</title></head><body><p>{ENGLISH}</p></body></html>".encode()
RECORDS = [record(b"", "warcinfo"), *(page(number, PAGE) for number in range(6)), record(http(b"", status=404))]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """One host for all tests that do not end it."""
    running = _started(tmp_path_factory.mktemp("hosts") / "h1", idle_seconds=600)
    yield running
    stop_host(running)


def _crawl(folder: Path) -> list[Path]:
    """Two files, one of them cut off in its last record, and one that is not there."""
    folder.mkdir(exist_ok=True)
    whole, cut, gone = folder / "a.warc.gz", folder / "b.warc.gz", folder / "gone.warc.gz"
    whole.write_bytes(members(RECORDS))
    cut.write_bytes(members(page(number, PAGE) for number in range(10, 13))[:-5])
    return [whole, cut, gone]


def _manifest(root: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((root / "versions" / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _problem(root: Path, attempt_id: str) -> dict[str, Any]:
    path = root / "runs" / "r1" / "extract" / attempt_id / "problem.json"
    problem: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return problem


def _rows(root: Path, role: str) -> list[dict[str, Any]]:
    manifest = _manifest(root)
    paths = [file["path"] for file in manifest["files"] if file["role"] == role]
    tables = [pq.read_table(root / "versions" / manifest["prefix"] / path) for path in paths]
    return [row for table in tables for row in table.to_pylist()]


def test_commits_documents_rejected_and_quarantined_that_add_up(host: RunningHost, tmp_path: Path) -> None:
    host.submit("a1", write_spec(tmp_path, "a1", _crawl(tmp_path / "crawl")))
    done = host.wait_for("a1")
    counts = _manifest(tmp_path)["counts"]
    assert {name: counts[name] for name in ("in", "kept", "rejected", "quarantined")} == {
        "in": 12,
        "kept": 8,
        "rejected": 2,
        "quarantined": 2,
    }
    assert counts["rejectedByReason"] == {"http_status": 1, "record_type": 1}
    assert counts["quarantinedByReason"] == {"missing_file": 1, "truncated": 1}
    assert {row["url"] for row in _rows(tmp_path, "documents")} == {
        f"http://example.org/{number}" for number in (0, 1, 2, 3, 4, 5, 10, 11)
    }
    assert {row["text"] for row in _rows(tmp_path, "documents")} == {ENGLISH.strip()}
    assert b"a1" in host.log()[done["logStart"] : done["logEnd"]]


def test_gives_the_same_content_digest_whatever_the_partitions(host: RunningHost, tmp_path: Path) -> None:
    files = _crawl(tmp_path / "crawl")
    digests = []
    for number, order in enumerate((files, files[::-1])):
        attempt, root = f"digest-{number}", tmp_path / str(number)
        host.submit(attempt, write_spec(root, attempt, order))
        host.wait_for(attempt)
        digests.append(_manifest(root)["contentDigests"])
    assert digests[0] == digests[1]


def test_leaves_an_attempt_alone_that_is_claimed(host: RunningHost, tmp_path: Path) -> None:
    uri = write_spec(tmp_path, "taken", _crawl(tmp_path / "crawl"))
    (tmp_path / "runs" / "r1" / "extract" / "taken" / "claim.json").write_text("{}", encoding="utf-8")
    host.submit("taken", uri)
    host.wait_for("taken")
    assert not (tmp_path / "versions").exists()


def test_says_why_a_job_failed_and_takes_the_next(host: RunningHost, tmp_path: Path) -> None:
    bad = write_spec(tmp_path / "bad", "bad", _crawl(tmp_path / "crawl"), maxBadRecordFraction=0.1)
    good = write_spec(tmp_path / "good", "good", _crawl(tmp_path / "crawl"))
    host.submit("bad", bad)
    host.wait_for("bad")
    host.submit("good", good)
    host.wait_for("good")
    problem = _problem(tmp_path / "bad", "bad")
    assert (problem["code"], problem["retryable"]) == ("BAD_RECORD_FRACTION_EXCEEDED", False)
    assert not (tmp_path / "bad" / "versions" / "manifest.json").exists()
    assert _manifest(tmp_path / "good")["counts"]["kept"] == 8


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"not json"])
def test_outlives_a_spec_that_is_none(host: RunningHost, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "spec.json"
    path.write_bytes(content)
    attempt = f"broken-{len(content)}"
    host.submit(attempt, path.as_uri())
    host.wait_for(attempt)
    assert host.wait_until("idle")["attemptId"] is None


def test_says_nothing_of_a_page_in_its_log(host: RunningHost) -> None:
    host.wait_until("idle")
    assert b"garden" not in host.log()


def test_ends_when_it_is_told_to_and_leaves_no_scratch_files(tmp_path: Path) -> None:
    running = _started(tmp_path / "h")
    try:
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=180) == 0
        assert running.wait_until("stopped")["attemptId"] is None
        assert not (running.folder / "scratch").exists()
    finally:
        stop_host(running)


def test_ends_at_once_in_the_middle_of_a_job(tmp_path: Path) -> None:
    running = _started(tmp_path / "h")
    try:
        slow = tmp_path / "slow.warc.gz"
        slow.write_bytes(members(page(number, b"<td>" * 100_000) for number in range(50)))
        running.submit("slow", write_spec(tmp_path, "slow", [slow]))
        running.wait_until("busy")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=180) == 0
        assert running.wait_until("stopped")["attemptId"] is None
        assert not (tmp_path / "versions" / "manifest.json").exists()
    finally:
        stop_host(running)


def test_ends_when_its_folder_is_gone(tmp_path: Path) -> None:
    running = _started(tmp_path / "h")
    try:
        shutil.rmtree(running.folder)
        assert running.process.wait(timeout=180) == 0
        assert not running.folder.exists()
    finally:
        stop_host(running)


def test_ends_when_it_has_had_nothing_to_do(tmp_path: Path) -> None:
    running = _started(tmp_path / "h", idle_seconds=0.5)
    try:
        assert running.process.wait(timeout=180) == 0
        assert running.wait_until("stopped")["pid"] == running.process.pid
    finally:
        stop_host(running)


def test_ends_when_its_jvm_is_gone(tmp_path: Path) -> None:
    running = _started(tmp_path / "h")
    try:
        os.kill(_jvm_of(running.process.pid), signal.SIGKILL)
        running.submit("late", write_spec(tmp_path, "late", _crawl(tmp_path / "crawl")))
        assert running.process.wait(timeout=180) == 1
        assert running.wait_for("late")["logEnd"] is not None
    finally:
        stop_host(running)


def _started(folder: Path, idle_seconds: float = 60) -> RunningHost:
    if not JOBS_JAR.exists():
        pytest.skip("the jobs jar is not built")
    running = start_host(folder, idle_seconds)
    try:
        running.wait_until("idle")
    except AssertionError:
        stop_host(running)
        raise
    return running


def _jvm_of(host_pid: int) -> int:
    children = Path(f"/proc/{host_pid}/task/{host_pid}/children").read_text(encoding="utf-8").split()
    return next(int(pid) for pid in children if "java" in Path(f"/proc/{pid}/comm").read_text(encoding="utf-8"))
