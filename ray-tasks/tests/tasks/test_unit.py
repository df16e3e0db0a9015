from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pytest

from attempt_store import AttemptStore, document
from corpusmill_ray.errors import ErrorCode, Problem
from corpusmill_ray.io.documents import DocumentRange
from corpusmill_ray.io.manifest import read_input_manifest
from corpusmill_ray.io.spec import parse_job_spec
from corpusmill_ray.stages.pii.span import EntityType
from corpusmill_ray.stages.scrub import ScrubAction, ScrubSettings
from corpusmill_ray.tasks.run import add_up, build_units, nested
from corpusmill_ray.tasks.unit import Unit, UnitResult, run_unit

PLAN = ScrubSettings(tuple(EntityType), ScrubAction.REPLACE)


def unit_of(store: AttemptStore) -> Unit:
    path = store.input_file()
    part = DocumentRange(f"file://{path}", sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    return Unit(0, part, PLAN, f"file://{store.root}/out/")


def test_a_unit_run_again_writes_the_same_files_over_its_own(store: AttemptStore) -> None:
    store.write_input([[document(f"a{n}@example.org", n) for n in range(20)]])
    first, second = run_unit(unit_of(store)), run_unit(unit_of(store))
    assert isinstance(first, UnitResult)
    assert isinstance(second, UnitResult)
    assert (first.files, first.content_digests) == (second.files, second.content_digests)
    assert [path.name for path in (store.root / "out/documents").iterdir()] == ["part-00000.parquet"]


def test_overwrites_what_a_killed_worker_left(store: AttemptStore) -> None:
    store.write_input([[document("a@example.org")]])
    left = store.root / "out/documents/.part-00000.parquet.tmp"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a file")
    assert isinstance(run_unit(unit_of(store)), UnitResult)
    assert not left.exists()


def test_a_failure_to_be_reported_is_a_value_and_leaves_no_file(store: AttemptStore) -> None:
    store.write_input([[document("a")]])
    unit = unit_of(store)
    store.input_file().write_bytes(store.input_file().read_bytes()[:-1])
    problem = run_unit(unit)
    assert isinstance(problem, Problem)
    assert problem.code is ErrorCode.INPUT_CORRUPT
    assert not (store.root / "out").exists()


def test_a_full_disk_names_path_and_need(store: AttemptStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write_input([[document("a")]])
    unit = unit_of(store)

    open_file = Path.open

    def fail_to_write(path: Path, mode: str = "r") -> IO[Any]:
        if "w" in mode:
            raise OSError(28, "No space left on device")
        return open_file(path, mode)

    monkeypatch.setattr(Path, "open", fail_to_write)
    monkeypatch.setattr("corpusmill_ray.tasks.unit.verify_digest", lambda _: None)
    problem = run_unit(unit)
    assert isinstance(problem, Problem)
    assert problem.code is ErrorCode.DISK_FULL
    assert problem.details == {"path": f"{store.root}/out", "neededBytes": unit.part.bytes}


def test_units_are_numbered_by_the_order_of_the_files(store: AttemptStore) -> None:
    store.write_input([[document("a")], [document("b", 1)], []])
    spec = parse_job_spec(store.place(store.scrub_spec()).spec_path.read_bytes())
    units = build_units(spec, (read_input_manifest(spec.inputs[0]),), PLAN)
    assert [(u.number, u.part.uri[-18:]) for u in units] == [(n, f"part-0000{n}.parquet") for n in range(3)]


def test_no_units_add_up_to_an_empty_outcome() -> None:
    outcome = add_up([])
    assert (outcome.files, outcome.by_source) == ((), {})
    assert outcome.content_digests == {"documents": "0" * 64, "rejected": "0" * 64}


def test_counts_under_paths_become_objects_with_sorted_names() -> None:
    assert nested({("b", "x"): 2, ("a",): 1, ("b", "c", "d"): 3}) == {"a": 1, "b": {"c": {"d": 3}, "x": 2}}
