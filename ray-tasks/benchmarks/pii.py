"""Precision, recall and speed of the finders on spans marked by others.

`python benchmarks/pii.py [FILE]`: a JSON list of texts in Presidio's form, each with `full_text` and `spans`
of `entity_type`, `start_position` and `end_position`; by default Presidio's synthetic set in the shared data
beside the repository. A span counts where type, start and end are equal; in brackets, where the type is
equal and the spans overlap.
"""

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from corpusmill_ray.stages.pii.finder import find_spans, scrub_text
from corpusmill_ray.stages.pii.span import EntityType

DEFAULT_FILE = Path(__file__).parents[3] / "shared/data/pii/presidio-generated-large.json"

NAMES = {
    "EMAIL_ADDRESS": EntityType.EMAIL,
    "IBAN_CODE": EntityType.IBAN,
    "CREDIT_CARD": EntityType.CREDIT_CARD,
    "IP_ADDRESS": EntityType.IP,
    "US_SSN": EntityType.US_SSN,
    "PHONE_NUMBER": EntityType.PHONE,
}

Found = tuple[EntityType, int, int]


@dataclass(slots=True)
class Tally:
    """Spans found and marked, exactly equal or overlapping."""

    found: Counter[EntityType] = field(default_factory=Counter)
    marked: Counter[EntityType] = field(default_factory=Counter)
    exact: Counter[EntityType] = field(default_factory=Counter)
    found_overlapping: Counter[EntityType] = field(default_factory=Counter)
    marked_overlapping: Counter[EntityType] = field(default_factory=Counter)

    def add(self, found: set[Found], marked: set[Found]) -> None:
        """Count one text."""
        self.found.update(kind for kind, _, _ in found)
        self.marked.update(kind for kind, _, _ in marked)
        self.exact.update(kind for kind, _, _ in found & marked)
        self.found_overlapping.update(f[0] for f in found if any(_overlap(f, m) for m in marked))
        self.marked_overlapping.update(m[0] for m in marked if any(_overlap(f, m) for f in found))


def main(file: Path) -> None:
    """Print the table."""
    examples = json.loads(file.read_text(encoding="utf-8"))
    tally = Tally()
    for example in examples:
        found = {(s.type, s.start, s.end) for s in find_spans(example["full_text"], tuple(EntityType))}
        tally.add(found, _marked(example["spans"]))
    print("| type | marked | found | precision | recall | F1 |\n|---|---|---|---|---|---|")
    for kind in EntityType:
        print(_row(tally, kind))
    _print_speed([example["full_text"] for example in examples])


def _marked(spans: list[dict[str, object]]) -> set[Found]:
    return {
        (NAMES[str(s["entity_type"])], int(str(s["start_position"])), int(str(s["end_position"])))
        for s in spans
        if s["entity_type"] in NAMES
    }


def _overlap(one: Found, other: Found) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _row(tally: Tally, kind: EntityType) -> str:
    found, marked = tally.found[kind], tally.marked[kind]
    precision, recall = _ratio(tally.exact[kind], found), _ratio(tally.exact[kind], marked)
    f1 = _ratio(2 * precision * recall, precision + recall)
    loose = (_ratio(tally.found_overlapping[kind], found), _ratio(tally.marked_overlapping[kind], marked))
    ratios = f"{precision:.3f} ({loose[0]:.3f}) | {recall:.3f} ({loose[1]:.3f}) | {f1:.3f}"
    return f"| {kind} | {marked} | {found} | {ratios} |"


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _print_speed(texts: list[str]) -> None:
    size = sum(len(text.encode()) for text in texts)
    started = time.process_time()
    for text in texts:
        scrub_text(text, tuple(EntityType))
    seconds = time.process_time() - started
    print(f"\n{size / seconds / 1e6:.1f} MB per CPU-second, {len(texts) / seconds:.0f} texts per CPU-second")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FILE)
