"""The contracts' examples: what is valid is read, what is not is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.documents.settings import parse_settings
from corpusmill_extract.job.extract_job import source_files
from corpusmill_extract.job.staged import STAGED_SCHEMA

CONTRACTS = Path(__file__).parents[4] / "docs" / "contracts"
EXAMPLES = sorted((CONTRACTS / "examples").glob("*/*/*.json"))
VALID_SPECS = [path for path in EXAMPLES if path.parts[-3:-1] == ("job-spec", "valid")]


def _read(path: Path) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(path.read_text(encoding="utf-8"))


def _validator(contract: str) -> Draft202012Validator:
    schemas = [_read(path) for path in CONTRACTS.glob("*.schema.json")]
    registry: Registry[Any] = Registry().with_resources(
        [(schema["$id"], Resource.from_contents(schema)) for schema in schemas]
    )
    return Draft202012Validator(_read(CONTRACTS / f"{contract}.schema.json"), registry=registry)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_accepts_valid_examples_and_refuses_invalid_ones(path: Path) -> None:
    contract, expected = path.parts[-3], path.parts[-2]
    assert _validator(contract).is_valid(_read(path)) is (expected == "valid")


@pytest.mark.parametrize("path", VALID_SPECS, ids=lambda path: path.name)
def test_reads_the_files_of_every_valid_job_spec(path: Path) -> None:
    spec = _read(path)
    files = source_files(spec)
    assert len(files) == sum(len(source["files"]) for source in spec["sources"])


def test_reads_the_settings_of_an_extract_job() -> None:
    (spec,) = [spec for spec in map(_read, VALID_SPECS) if spec["stage"] == "extract"][:1]
    settings = parse_settings(spec["settings"])
    assert settings.max_record_bytes == spec["settings"]["maxRecordBytes"]
    assert list(settings.languages) == spec["settings"]["languages"]


def test_knows_every_reason_of_the_stage_and_no_other() -> None:
    lines = (CONTRACTS / "reasons.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| extract ")]
    documented = {code.strip(" `") for row in rows for code in row[3].split(",")}
    assert documented == {str(reason) for reason in Reason}


def test_stages_every_column_of_a_document() -> None:
    lines = (CONTRACTS / "document.md").read_text(encoding="utf-8").split("Added by stages")[0].splitlines()
    rows = [line.split("|")[1] for line in lines if line.startswith("| `")]
    columns = {name.strip(" `") for row in rows for name in row.split(",")}
    assert columns <= set(STAGED_SCHEMA.names)
