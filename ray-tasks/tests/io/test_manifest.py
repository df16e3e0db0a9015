import dataclasses
import json
from collections import Counter

import jsonschema
import pytest

from attempt_store import EXAMPLES, SCHEMAS, AttemptStore, document, read_json
from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io.manifest import (
    ManifestFile,
    Outcome,
    SourceCounts,
    Timings,
    check_counts,
    check_sizes,
    commit,
    read_input_manifest,
)
from corpusmill_ray.io.spec import JobSpec, parse_job_spec

TIMINGS = Timings(1.25, {"scrub": 1.0})


def file_entry(role: str, rows: int) -> ManifestFile:
    return ManifestFile(f"{role}/part-00000.parquet", role, "parquet", 10, "a" * 64, rows)


OUTCOME = Outcome(
    rows_in=Counter(crawl=2, notes=1),
    by_source={"crawl": SourceCounts(1, 1), "notes": SourceCounts(1, 0)},
    rejected_by_reason=Counter(score_below_minimum=1),
    by_language=Counter(en=2),
    files=(file_entry("rejected", 1), file_entry("documents", 2)),
    content_digests={"documents": "b" * 64, "rejected": "c" * 64},
)


def spec_in(store: AttemptStore) -> JobSpec:
    return parse_job_spec(store.place(store.scrub_spec()).spec_path.read_bytes())


def code_of(caught: pytest.ExceptionInfo[CorpusmillError]) -> ErrorCode:
    return caught.value.problem.code


def test_commits_a_manifest_that_fits_its_contract_once(store: AttemptStore) -> None:
    store.write_input([[document("a")]])
    spec = spec_in(store)
    inputs = (read_input_manifest(spec.inputs[0]),)
    assert commit(spec, inputs, OUTCOME, TIMINGS) is True
    assert commit(spec, inputs, OUTCOME, TIMINGS) is False
    manifest = read_json(store.root / spec.manifest_uri.removeprefix(f"file://{store.root}/"))
    schema = read_json(SCHEMAS / "manifest.schema.json")
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(manifest)
    counts = manifest["counts"]
    assert isinstance(counts, dict)
    assert [counts[n] for n in ("in", "kept", "rejected", "quarantined")] == [3, 2, 1, 0]
    assert counts["bySource"]["crawl"] == {"in": 2, "kept": 1, "rejected": 1, "quarantined": 0}
    files = manifest["files"]
    assert isinstance(files, list)
    assert [f["path"] for f in files] == ["documents/part-00000.parquet", "rejected/part-00000.parquet"]


@pytest.mark.parametrize(
    "change",
    [
        {"rows_in": Counter(crawl=3, notes=1)},
        {"rows_in": Counter(crawl=1, notes=2)},
        {"rows_in": Counter(crawl=2, notes=1, other=1)},
        {"rejected_by_reason": Counter()},
        {"files": (file_entry("documents", 2),)},
        {"files": (file_entry("documents", 3), file_entry("rejected", 1))},
    ],
    ids=["one lost", "sources swapped", "source lost", "reason lost", "file lost", "row written twice"],
)
def test_refuses_counts_that_do_not_add_up(change: dict[str, object]) -> None:
    with pytest.raises(CorpusmillError) as caught:
        check_counts(dataclasses.replace(OUTCOME, **change))  # type: ignore[arg-type]
    assert code_of(caught) is ErrorCode.COUNTS_DO_NOT_ADD_UP


def test_counts_that_add_up_pass() -> None:
    check_counts(OUTCOME)


def test_names_a_manifest_that_is_gone(store: AttemptStore) -> None:
    with pytest.raises(CorpusmillError) as caught:
        read_input_manifest(spec_in(store).inputs[0])
    assert code_of(caught) is ErrorCode.INPUT_MISSING


@pytest.mark.parametrize(
    "change",
    ["{", "[]", {"files": [{"path": "../x"}]}, {"prefix": "elsewhere/"}, {"versionKey": "e" * 64}],
    ids=["cut", "no object", "climbing path", "wrong prefix", "another version"],
)
def test_rejects_a_manifest_that_is_damaged(store: AttemptStore, change: str | dict[str, object]) -> None:
    store.write_input([[document("a")]])
    path = store.input_folder / "manifest.json"
    path.write_text(change if isinstance(change, str) else json.dumps({**read_json(path), **change}))
    with pytest.raises(CorpusmillError) as caught:
        read_input_manifest(spec_in(store).inputs[0])
    assert code_of(caught) is ErrorCode.INPUT_CORRUPT


def test_compares_sizes_before_reading(store: AttemptStore) -> None:
    store.write_input([[document("a")]])
    manifest = read_input_manifest(spec_in(store).inputs[0])
    check_sizes(manifest)
    store.input_file().write_bytes(b"PAR1")
    with pytest.raises(CorpusmillError) as caught:
        check_sizes(manifest)
    assert code_of(caught) is ErrorCode.INPUT_CORRUPT
    store.input_file().unlink()
    with pytest.raises(CorpusmillError) as caught:
        check_sizes(manifest)
    assert code_of(caught) is ErrorCode.INPUT_MISSING


def test_reads_every_valid_example_of_its_contract(store: AttemptStore) -> None:
    version = spec_in(store).inputs[0]
    for example in sorted((EXAMPLES / "manifest/valid").glob("*.json")):
        store.input_folder.mkdir(parents=True, exist_ok=True)
        content = {**read_json(example), "versionKey": version.version_key}
        (store.input_folder / "manifest.json").write_text(json.dumps(content))
        assert len(read_input_manifest(version).files) >= 2
