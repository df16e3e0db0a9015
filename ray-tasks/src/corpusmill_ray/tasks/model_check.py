"""Checks models before any work starts: digest, layout, label, and one answer in a process of its own."""

import subprocess
import sys
from collections.abc import Sequence

from corpusmill_ray.errors import CorpusmillError, ErrorCode, fail
from corpusmill_ray.io.documents import sha256_of
from corpusmill_ray.io.spec import ModelFile
from corpusmill_ray.io.storage import storage_for
from corpusmill_ray.models.fasttext_file import ModelFileError, check_model_file
from corpusmill_ray.stages.score import ScoreModel

PROBE_MODULE = "corpusmill_ray.models.probe"
SHOWN_LABELS = 10


def check_models(files: Sequence[ModelFile], settings: Sequence[ScoreModel]) -> dict[str, str]:
    """Check every model of the settings; returns their URIs by name.

    Raises:
        CorpusmillError: MODEL_INVALID, naming the file and what to do.
    """
    by_name = {file.name: file for file in files}
    return {model.name: _check(by_name[model.name], model) for model in settings}


def _check(file: ModelFile, model: ScoreModel) -> str:
    path = storage_for(file.uri).local_path(file.uri)
    if not path.is_file():
        raise _invalid(file, "is not there; put it there or correct the path in the recipe")
    with path.open("rb") as content:
        actual = sha256_of(content)
    if actual != file.sha256:
        raise _invalid(file, f"has SHA-256 {actual}, not {file.sha256}; restore it or plan the recipe again")
    try:
        labels = check_model_file(path)
    except ModelFileError as error:
        raise _invalid(file, f"{error}; train it again") from error
    if model.label not in labels:
        known = ", ".join(labels[:SHOWN_LABELS])
        raise _invalid(file, f"has no label {model.label}; set `label` to one of its {len(labels)}: {known}")
    command = [sys.executable, "-m", PROBE_MODULE, str(path), model.label]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:  # noqa: S603 - our own module
        raise _invalid(file, "makes the fastText library fail; train it again")
    return file.uri


def _invalid(file: ModelFile, what: str) -> CorpusmillError:
    return fail(
        ErrorCode.MODEL_INVALID, f"model {file.name}: {file.uri} {what}", model=file.name, uri=file.uri
    )
