"""Identity, fetch times and settings."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest

from corpusmill_extract.documents.fetch_time import as_fetch_time, parse_fetch_time
from corpusmill_extract.documents.identity import record_doc_id, web_doc_id
from corpusmill_extract.documents.settings import ExtractSettings, parse_settings

RECIPE_SCHEMA = Path(__file__).parents[4] / "docs" / "contracts" / "recipe.schema.json"


def test_identifies_a_web_document_by_url_time_and_payload() -> None:
    payload = hashlib.sha256(b"x").hexdigest()
    expected = hashlib.sha256(f"http://a/\n2024-01-01T00:00:00Z\n{payload}".encode()).hexdigest()[:32]
    assert web_doc_id("http://a/", "2024-01-01T00:00:00Z", payload) == expected


def test_counts_a_missing_url_and_time_as_empty() -> None:
    assert web_doc_id(None, None, "p") == web_doc_id("", "", "p")


def test_tells_the_same_record_of_two_sources_apart() -> None:
    assert record_doc_id("a", b"{}") != record_doc_id("b", b"{}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05.678901Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05Z"),
        ("2024-01-02", "2024-01-02T00:00:00Z"),
        ("20240102030405", "2024-01-02T03:04:05Z"),
        (" 2024-01-02 03:04:05 ", "2024-01-02T03:04:05Z"),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+23:00", None),
        (None, None),
    ],
)
def test_reads_fetch_times(value: str | None, expected: str | None) -> None:
    assert parse_fetch_time(value) == expected


def test_writes_years_with_four_digits() -> None:
    assert as_fetch_time(datetime(33, 4, 5, 6, 7, 8)) == "0033-04-05T06:07:08Z"  # noqa: DTZ001 - none is UTC


def test_has_the_defaults_of_the_recipe() -> None:
    properties = json.loads(RECIPE_SCHEMA.read_text(encoding="utf-8"))["$defs"]["extract"]["properties"]
    defaults = {name: described["default"] for name, described in properties.items()}
    assert parse_settings(defaults) == ExtractSettings()
