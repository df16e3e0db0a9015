import json
from pathlib import Path

import pytest

from attempt_store import AttemptStore
from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io.spec import JobSpec, parse_job_spec
from corpusmill_ray.stages.pii.span import EntityType
from corpusmill_ray.stages.score import ScoreModel
from corpusmill_ray.stages.scrub import ScrubAction, ScrubSettings
from corpusmill_ray.tasks.settings import parse_settings


def parsed(spec: dict[str, object]) -> JobSpec:
    return parse_job_spec(json.dumps(spec))


def pointers(spec: dict[str, object]) -> list[str]:
    with pytest.raises(CorpusmillError) as caught:
        parse_settings(parsed(spec))
    assert caught.value.problem.code is ErrorCode.SPEC_INVALID
    errors = caught.value.problem.details["errors"]
    assert isinstance(errors, list)
    return sorted(error["pointer"] for error in errors)


def test_reads_scrub_settings_in_a_fixed_order_of_entities(store: AttemptStore) -> None:
    spec = store.scrub_spec(entities=["PHONE", "EMAIL"], action="annotate")
    expected = ScrubSettings((EntityType.EMAIL, EntityType.PHONE), ScrubAction.ANNOTATE)
    assert parse_settings(parsed(spec)) == expected


def test_reads_score_settings(store: AttemptStore, quality_model: Path) -> None:
    spec = parsed(store.score_spec(quality_model, minScore=0.5))
    expected = (ScoreModel("quality", spec.models[0].sha256, "__label__hq", 0.5),)
    assert parse_settings(spec) == expected


def test_reports_every_wrong_scrub_setting(store: AttemptStore) -> None:
    spec = store.scrub_spec(entities=["EMAIL", "EMAIL", "PERSON"], action="drop", surplus=1)
    assert pointers(spec) == [
        "/settings/action",
        "/settings/entities/1",
        "/settings/entities/2",
        "/settings/surplus",
    ]


def test_reports_every_wrong_score_setting(store: AttemptStore, quality_model: Path) -> None:
    spec = store.score_spec(quality_model, name="Bad Name", minScore=2)
    assert pointers(spec) == ["/settings/models/0", "/settings/models/0/minScore", "/settings/models/0/name"]


def test_a_stage_without_settings_or_input_is_refused(store: AttemptStore) -> None:
    assert pointers({**store.scrub_spec(), "settings": {}}) == ["/settings/action", "/settings/entities"]
    assert pointers({**store.scrub_spec(), "inputs": []}) == ["/inputs"]
    assert pointers({**store.scrub_spec(), "stage": "filter"}) == ["/stage"]
