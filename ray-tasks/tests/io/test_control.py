import time
from pathlib import Path

import jsonschema

from attempt_store import SCHEMAS, AttemptStore, read_json
from corpusmill_ray.errors import ErrorCode, Problem
from corpusmill_ray.io.control import Progress, make_claim, write_problem
from corpusmill_ray.io.spec import JobSpec, parse_job_spec


def validate(content: dict[str, object], contract: str) -> None:
    schema = read_json(SCHEMAS / f"{contract}.schema.json")
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(content)


def placed_spec(store: AttemptStore) -> tuple[JobSpec, Path]:
    files = store.place(store.scrub_spec())
    return parse_job_spec(files.spec_path.read_bytes()), files.control


def test_claims_an_attempt_once(store: AttemptStore) -> None:
    spec, control = placed_spec(store)
    assert make_claim(spec) is True
    claim = read_json(control / "claim.json")
    assert make_claim(spec) is False
    assert read_json(control / "claim.json") == claim
    assert (claim["holder"], claim["token"]) == ("workload", spec.attempt.token)
    validate(claim, "claim")


def test_writes_a_problem_that_fits_its_contract(store: AttemptStore) -> None:
    spec, control = placed_spec(store)
    write_problem(spec.control, Problem(ErrorCode.JOB_FAILED, "m" * 5000, {"error": "OSError"}))
    problem = read_json(control / "problem.json")
    validate(problem, "problem")
    assert (problem["code"], problem["retryable"]) == ("JOB_FAILED", True)


def test_rewrites_progress_until_the_job_ends(store: AttemptStore) -> None:
    spec, control = placed_spec(store)
    with Progress(spec, seconds=0.01) as progress:
        first = read_json(control / "progress.json")
        progress.phase("scrub", 2)
        progress.unit_done(rows=10, size_bytes=100)
        deadline = time.monotonic() + 5
        while read_json(control / "progress.json")["unitsDone"] != 1:
            assert time.monotonic() < deadline
        progress.unit_done(rows=5, size_bytes=50)
    last = read_json(control / "progress.json")
    validate(first, "progress")
    validate(last, "progress")
    assert (first["phase"], first["unitsTotal"], first["rows"]) == ("start", None, None)
    assert [last[n] for n in ("phase", "unitsDone", "unitsTotal", "rows", "bytes")] == [
        "scrub",
        2,
        2,
        15,
        150,
    ]
