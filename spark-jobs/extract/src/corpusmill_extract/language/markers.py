"""Close languages told apart by marks: words and parts of words that are more common in one than in its siblings.

The marks and their weights (of a softmax over the group) are part of the model that
training/train_language.py writes.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

CLOSE_LANGUAGES = (
    ("bs", "hr"),
    ("da", "nb", "nn", "sv"),
    ("af", "nl"),
    ("am", "ti"),
    ("xh", "zu"),
    ("cs", "sk", "sl"),
    ("ca", "es", "gl", "pt"),
    ("st", "tn"),
    ("id", "ms"),
)
_WORD = re.compile(r"[^\W\d_]+")
_PART_CHARS = (2, 3, 4)
# Marks of more text than this say nothing new.
_MAX_CHARS = 2000


@dataclass(frozen=True, slots=True)
class Markers:
    """Marks of one group: per mark the weight for each of `languages`, in thousandths."""

    languages: tuple[str, ...]
    weights: Mapping[str, Sequence[int]]

    def scores(self, marks: AbstractSet[str]) -> dict[str, int]:
        """Return per language how far it is behind the best one: 0 for that, else negative."""
        found = [self.weights[mark] for mark in self.weights.keys() & marks]
        sums = [sum(column) for column in zip(*found, strict=True)] or [0] * len(self.languages)
        best = max(sums)
        return {language: value - best for language, value in zip(self.languages, sums, strict=True)}


def marks_of(text: str) -> set[str]:
    """Return the words of a text and their parts, with a space where a word begins or ends."""
    marks: set[str] = set()
    for word in {word.lower() for word in _WORD.findall(text[:_MAX_CHARS])}:
        marks.add(word)
        padded = f" {word} "
        for size in _PART_CHARS:
            marks.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    return marks


def parse_markers(raw: Sequence[Mapping[str, Any]]) -> tuple[Markers, ...]:
    """Read the groups of a model."""
    return tuple(Markers(tuple(group["languages"]), group["weights"]) for group in raw)
