import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from corpusmill_ray.errors import CorpusmillError, ErrorCode
from corpusmill_ray.io.spec import ModelFile
from corpusmill_ray.stages.score import ScoreModel
from corpusmill_ray.tasks import model_check
from corpusmill_ray.tasks.model_check import check_models


def described(path: Path, label: str = "__label__hq") -> tuple[ModelFile, ScoreModel]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return ModelFile("quality", f"file://{path}", digest), ScoreModel("quality", digest, label)


def complaint(file: ModelFile, model: ScoreModel) -> str:
    with pytest.raises(CorpusmillError) as caught:
        check_models([file], [model])
    problem = caught.value.problem
    assert problem.code is ErrorCode.MODEL_INVALID
    assert file.uri in problem.message
    return problem.message


def test_accepts_a_whole_model_and_tells_where_it_is(quality_model: Path) -> None:
    file, model = described(quality_model)
    assert check_models([file], [model]) == {"quality": f"file://{quality_model}"}


def test_names_a_model_that_is_not_there(quality_model: Path, tmp_path: Path) -> None:
    file, model = described(quality_model)
    assert "is not there" in complaint(replace(file, uri=f"file://{tmp_path}/absent.ftz"), model)


def test_names_the_digest_of_another_file(quality_model: Path) -> None:
    file, model = described(quality_model)
    assert "restore it" in complaint(replace(file, sha256="0" * 64), model)


def test_names_the_labels_that_there_are(quality_model: Path) -> None:
    assert "__label__lq" in complaint(*described(quality_model, "__label__good"))


def test_refuses_a_damaged_model_that_has_the_right_digest(quality_model: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.ftz"
    damaged.write_bytes(quality_model.read_bytes()[:-100])
    assert "train it again" in complaint(*described(damaged))


def test_refuses_a_model_that_ends_the_library(quality_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_check, "PROBE_MODULE", "antigravity_that_is_no_module")
    assert "library fail" in complaint(*described(quality_model))
