import copy
import json
import random
from pathlib import Path

import jsonschema
import pytest

from attempt_store import EXAMPLES, SCHEMAS, read_json
from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io.spec import Resources, find_control_folder, parse_job_spec

VALID = sorted((EXAMPLES / "job-spec/valid").glob("*.json"))
INVALID = sorted((EXAMPLES / "job-spec/invalid").glob("*.json"))


def problems_of(text: str) -> list[str]:
    with pytest.raises(CorpusmillError) as caught:
        parse_job_spec(text)
    assert caught.value.problem.code is ErrorCode.SPEC_INVALID
    errors = caught.value.problem.details.get("errors", [])
    assert isinstance(errors, list)
    return [error["pointer"] for error in errors]


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_accepts_every_valid_example(path: Path) -> None:
    spec = parse_job_spec(path.read_bytes())
    assert spec.attempt.number == 1
    assert spec.resources == Resources(cpu=2, memory_mb=4096, partitions_per_core=2)
    assert spec.output_uri == spec.version_uri + spec.prefix


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_rejects_every_invalid_example(path: Path) -> None:
    assert len(problems_of(path.read_text())) >= 1


def test_reports_all_problems_at_once_with_their_pointers() -> None:
    spec = read_json(EXAMPLES / "job-spec/valid/score.json")
    spec.update(stage="bake", versionKey="abc", surplus=1, inputs=[{"dataset": "d", "stage": "s"}])
    spec.pop("runId")
    assert sorted(problems_of(json.dumps(spec))) == [
        "/inputs/0/manifestUri",
        "/inputs/0/versionKey",
        "/runId",
        "/stage",
        "/surplus",
        "/versionKey",
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"x"'])
def test_rejects_what_is_no_object(text: str) -> None:
    problems_of(text)


def test_finds_the_control_folder_of_a_spec_that_is_wrong_elsewhere() -> None:
    spec = read_json(EXAMPLES / "job-spec/valid/score.json")
    spec["stage"] = "bake"
    found = find_control_folder(json.dumps(spec))
    assert found is not None
    assert found.attempt_id == "filter-0000000000a2-1"


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"attempt": {"id": "a"}, "control": {"uri": "http://x/"}}']
)
def test_finds_no_control_folder_where_that_part_is_wrong(text: str) -> None:
    assert find_control_folder(text) is None


def mutated(value: object, chooser: random.Random) -> object:
    """The value with one place in it replaced, removed or added to."""
    junk: list[object] = [None, "", "x", 0, -1, 1.5, 2.0, True, [], {}, "A" * 64, "file:///x/", 10**6]
    if isinstance(value, dict) and value and chooser.random() < 0.85:
        name = chooser.choice(sorted(value))
        action = chooser.random()
        if action < 0.1:
            return {k: v for k, v in value.items() if k != name}
        if action < 0.15:
            return {**value, "surplus": 1}
        return {**value, name: mutated(value[name], chooser)}
    if isinstance(value, list) and value and chooser.random() < 0.85:
        position = chooser.randrange(len(value))
        return [mutated(v, chooser) if i == position else v for i, v in enumerate(value)]
    return chooser.choice(junk)


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_agrees_with_the_json_schema_on_a_thousand_mutations(path: Path) -> None:
    validator = jsonschema.Draft202012Validator(read_json(SCHEMAS / "job-spec.schema.json"))
    original = read_json(path)
    chooser = random.Random(path.stem)
    for _ in range(1000):
        spec = mutated(copy.deepcopy(original), chooser)
        try:
            parse_job_spec(json.dumps(spec))
            accepted = True
        except CorpusmillError:
            accepted = False
        assert accepted == validator.is_valid(spec), json.dumps(spec)
