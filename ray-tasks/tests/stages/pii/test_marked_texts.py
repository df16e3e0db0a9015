"""The finders on texts that others marked; the table is printed by benchmarks/pii.py."""

import json
from collections import Counter
from pathlib import Path

import pytest

from corpusmill_ray.stages.pii.finder import find_spans
from corpusmill_ray.stages.pii.span import EntityType

MARKED_TEXTS = Path(__file__).parents[5] / "shared/data/pii/presidio-generated-large.json"

NAMES = {
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "IBAN",
    "CREDIT_CARD": "CREDIT_CARD",
    "IP_ADDRESS": "IP",
    "US_SSN": "US_SSN",
    "PHONE_NUMBER": "PHONE",
}


@pytest.mark.skipif(not MARKED_TEXTS.exists(), reason="the shared data is not here")
def test_precision_and_recall_stay_above_their_floors() -> None:
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for item in json.loads(MARKED_TEXTS.read_text(encoding="utf-8")):
        spans = {(s.type.value, s.start, s.end) for s in find_spans(item["full_text"], tuple(EntityType))}
        gold = {
            (NAMES[s["entity_type"]], s["start_position"], s["end_position"])
            for s in item["spans"]
            if s["entity_type"] in NAMES
        }
        for counter, chosen in ((right, spans & gold), (found, spans), (marked, gold)):
            counter.update(kind for kind, _, _ in chosen)
    floors = {kind: 0.95 if kind is EntityType.PHONE else 0.98 for kind in EntityType}
    assert [kind for kind in EntityType if right[kind] < floors[kind] * found[kind]] == []
    assert [kind for kind in EntityType if right[kind] < floors[kind] * marked[kind]] == []
