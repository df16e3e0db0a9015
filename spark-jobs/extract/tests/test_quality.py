"""What the models in use find in the data beside the checkout: a worse file of either may not go in unnoticed."""

import gzip
import json
from itertools import islice
from pathlib import Path

import pytest
from pages import read_gold, read_pages, score

from corpusmill_extract.documents.settings import ExtractSettings
from corpusmill_extract.documents.text import normalize_text
from corpusmill_extract.html.extractor import extract_page
from corpusmill_extract.language.detector import detect_language

_DATA = Path(__file__).parents[4] / "shared/data"
_SETTINGS = ExtractSettings()

pytestmark = pytest.mark.skipif(not _DATA.is_dir(), reason="no data beside this checkout")


# A hundredth below what all pages of a set have: of trained pages, so that it says nothing of others.
@pytest.mark.parametrize(
    ("name", "least"), [("wcxb-dev", 0.885), ("aeb", 0.96), ("dragnet-r", 0.94), ("trafilatura-a", 0.935)]
)
def test_finds_the_main_text_of_a_third_of_the_pages(name: str, least: float) -> None:
    folder = _DATA / "extraction"
    pages = dict(read_pages(folder, name))
    gold = read_gold(folder, name)[::3]
    texts = [normalize_text(extract_page(pages[truth["url"]], _SETTINGS, {}).text) for truth in gold]
    assert score(texts, gold) >= least


def test_tells_the_languages_of_sentences_with_scores_that_hold() -> None:
    with gzip.open(_DATA / "langid/lingua-sentences-a.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, None, 9)]
    found = [detect_language(normalize_text(row["text"])) for row in rows]
    right = [language.code == row["lang"] for language, row in zip(found, rows, strict=True)]
    assert sum(right) / len(right) >= 0.97
    sure = [is_right for language, is_right in zip(found, right, strict=True) if language.score >= 0.99]
    assert sum(sure) / len(sure) >= 0.99
