"""Whole attempts as an executor starts them: a process, a real Ray, files on disk."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from attempt_store import SCHEMAS, AttemptFiles, AttemptStore, document, read_json
from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io.content_digest import ContentDigest
from corpusmill_ray.io.spec import parse_job_spec
from corpusmill_ray.tasks.run import run_attempt

TIMEOUT_SECONDS = 240

Start = Callable[[AttemptFiles], "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts attempts; ends what a failed test left."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(files: AttemptFiles) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "corpusmill_ray", files.uri]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with (files.control / "log.txt").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        started.append(process)
        return process

    yield begin
    for process in started:
        if group_members(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def group_members(group: int) -> dict[int, str]:
    """Command lines of the live processes of a process group, by pid."""
    members: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            members[int(folder.name)] = command
    return members


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_for_phase(files: AttemptFiles, phase: str) -> None:
    path = files.control / "progress.json"
    wait_until(lambda: path.exists() and read_json(path)["phase"] == phase)


def finish(process: "subprocess.Popen[bytes]", files: AttemptFiles) -> int:
    status = process.wait(TIMEOUT_SECONDS)
    wait_until(lambda: not group_members(process.pid))
    assert status == 0 or (files.control / "problem.json").exists(), (files.control / "log.txt").read_text()
    return status


def is_valid(content: dict[str, object], contract: str) -> bool:
    schema = read_json(SCHEMAS / f"{contract}.schema.json")
    return bool(jsonschema.Draft202012Validator(schema).is_valid(content))


def content_digest_of(path: Path) -> str:
    digest = ContentDigest()
    for batch in pq.read_table(path).to_batches():
        digest.add_batch(batch)
    return digest.hex()


def rich_documents(file: int, count: int) -> list[dict[str, object]]:
    text = "Ask u{n}@example.org or call 415-555-0{n:03d}, card 4111 1111 1111 1111, at 10.0.{f}.1. " * 8
    source = ("crawl", "notes")[file % 2]
    return [document(text.format(n=n % 1000, f=file), n + file * count, source) for n in range(count)]


def test_scrub_commits_a_version_that_its_contract_allows(store: AttemptStore, start: Start) -> None:
    store.write_input([[document("Ask bob@example.org."), document("Nothing.", 1, "notes", "de")], []])
    files = store.place(store.scrub_spec())
    process = start(files)
    assert finish(process, files) == 0

    manifest = files.manifest
    assert is_valid(manifest, "manifest")
    assert is_valid(files.claim, "claim")
    assert is_valid(files.progress, "progress")
    assert files.claim["pid"] == process.pid
    assert [row["text"] for row in files.rows("documents")] == ["Ask <EMAIL_1>.", "Nothing."]
    counts, report, listed = manifest["counts"], manifest["report"], manifest["files"]
    assert isinstance(counts, dict)
    assert isinstance(listed, list)
    assert [counts[n] for n in ("in", "kept", "rejected")] == [2, 2, 0]
    assert counts["byLanguage"] == {"de": 1, "en": 1}
    assert report == {
        "documentsWithSpans": {"crawl": 1},
        "spansBySource": {"crawl": {"EMAIL": 1}},
        "spansByType": {"EMAIL": 1},
    }
    assert [(f["path"], f["rows"]) for f in listed] == [
        ("documents/part-00000.parquet", 2),
        ("documents/part-00001.parquet", 0),
    ]
    first = files.version / str(manifest["prefix"]) / "documents/part-00000.parquet"
    assert manifest["contentDigests"] == {"documents": content_digest_of(first), "rejected": "0" * 64}
    assert pq.read_schema(first).metadata is None


def test_score_rejects_below_the_minimum_and_runs_once_for_a_claim(
    store: AttemptStore, start: Start, quality_model: Path
) -> None:
    good, poor = "science of history and music", "buy cheap now click free win"
    store.write_input([[document(good), document(poor, 1)]])
    files = store.place(store.score_spec(quality_model, minScore=0.5))
    assert finish(start(files), files) == 0
    (kept,), (rejected,) = files.rows("documents"), files.rows("rejected")
    assert kept["text"] == good
    assert isinstance(kept["score_quality"], float)
    assert kept["score_quality"] > 0.5
    assert [rejected[n] for n in ("text", "reason", "detail")] == [poor, "score_below_minimum", "quality"]
    before = written_files(store.root)
    assert finish(start(files), files) == 0
    assert written_files(store.root) == before


def written_files(root: Path) -> dict[Path, int]:
    """When each file but the log was written, in nanoseconds."""
    files = (path for path in root.rglob("*") if path.is_file() and path.name != "log.txt")
    return {path: path.stat().st_mtime_ns for path in files}


def test_workers_and_their_deaths_change_no_byte(store: AttemptStore, start: Start) -> None:
    store.write_input([rich_documents(n, 1200) for n in range(3)])
    outcomes = []
    for cpus, kills in ((1, 0), (3, 1)):
        spec = store.scrub_spec()
        spec["resources"] = {"cpu": cpus, "memoryMb": 1024, "partitionsPerCore": 2}
        files = store.place(spec)
        process = start(files)
        for _ in range(kills):
            wait_until(lambda: bool(busy_workers(process.pid)))  # noqa: B023 - called at once
            os.kill(busy_workers(process.pid)[0], signal.SIGKILL)
        assert finish(process, files) == 0
        listed = files.manifest["files"]
        assert isinstance(listed, list)
        outcomes.append(
            (files.manifest["contentDigests"], [f["sha256"] for f in listed], files.manifest["counts"])
        )
        log = (files.control / "log.txt").read_text()
        assert ("will be retried" in log) == (kills > 0)
        assert "example.org" not in log
    assert outcomes[0] == outcomes[1]


def busy_workers(group: int) -> list[int]:
    return [pid for pid, command in group_members(group).items() if command.startswith("ray::run_unit")]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_leader(store: AttemptStore, start: Start, how: signal.Signals) -> None:
    store.write_input([rich_documents(n, 4000) for n in range(3)])
    files = store.place(store.scrub_spec())
    process = start(files)
    wait_for_phase(files, "scrub")
    assert len(group_members(process.pid)) > 4
    os.kill(process.pid, how)
    assert process.wait(10) == -how
    wait_until(lambda: not group_members(process.pid))
    assert not any(f"cmray-{process.pid}-" in command for command in all_commands())
    assert not (files.version / "manifest.json").exists()


def all_commands() -> list[str]:
    commands = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            commands.append((folder / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return commands


def test_a_flipped_bit_in_an_input_file_fails_the_step(store: AttemptStore, start: Start) -> None:
    store.write_input([[document("first")], rich_documents(1, 50)])
    path = store.input_file(1)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    files = store.place(store.scrub_spec())
    assert finish(start(files), files) == 1
    assert is_valid(files.problem, "problem")
    assert (files.problem["code"], files.problem["retryable"]) == ("INPUT_CORRUPT", False)
    assert path.name in str(files.problem["message"])
    assert [path for path in files.version.rglob("*") if path.is_file()] == []


def test_a_wrong_spec_is_told_to_its_control_folder(store: AttemptStore, start: Start) -> None:
    spec = store.scrub_spec()
    spec["stage"] = "bake"
    files = store.place(spec)
    assert finish(start(files), files) == 1
    assert files.problem["code"] == "SPEC_INVALID"
    assert not (files.control / "claim.json").exists()


def failure_of(files: AttemptFiles) -> ErrorCode:
    """How the attempt fails before any Ray starts."""
    with pytest.raises(CorpusmillError) as caught:
        run_attempt(parse_job_spec(files.spec_path.read_bytes()))
    return caught.value.problem.code


def test_names_an_input_that_is_gone_or_cut(store: AttemptStore) -> None:
    assert failure_of(store.place(store.scrub_spec())) is ErrorCode.INPUT_MISSING
    store.write_input([[document("a")]])
    store.input_file().write_bytes(store.input_file().read_bytes()[:-1])
    assert failure_of(store.place(store.scrub_spec())) is ErrorCode.INPUT_CORRUPT
    store.input_file().unlink()
    assert failure_of(store.place(store.scrub_spec())) is ErrorCode.INPUT_MISSING


def test_checks_the_model_before_any_work(store: AttemptStore, quality_model: Path, tmp_path: Path) -> None:
    store.write_input([[document("a")]])
    broken = tmp_path / "broken.ftz"
    broken.write_bytes(quality_model.read_bytes()[:1000])
    assert failure_of(store.place(store.score_spec(broken))) is ErrorCode.MODEL_INVALID
    assert failure_of(store.place(store.score_spec(quality_model, label="none"))) is ErrorCode.MODEL_INVALID


def test_leaves_a_version_that_is_committed_already(store: AttemptStore) -> None:
    files = store.place(store.scrub_spec())
    files.version.mkdir(parents=True)
    (files.version / "manifest.json").write_text(json.dumps({"kept": True}))
    assert run_attempt(parse_job_spec(files.spec_path.read_bytes())) is False
    assert files.manifest == {"kept": True}
