"""Oblivious decision trees: every node of one depth asks the same question, so that a leaf's number is its answers.

Leaves are integers (thousandths of a logit), so that sums are exact and the same on every machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.text_features import Column, Columns

SCALE = 1000
# Rows that are looked at together: bounds memory for pages of hundreds of thousands of blocks.
_SLICE_ROWS = 4096


@dataclass(frozen=True, slots=True)
class TreeModel:
    """A sum of trees; `questions` and `thresholds` have one row per tree and one column per depth."""

    features: tuple[str, ...]
    questions: NDArray[np.int64]
    thresholds: Column
    leaves: NDArray[np.int64]
    bias: int

    def probabilities(self, columns: Columns) -> NDArray[np.int64]:
        """Return for every row the probability in units of 1 / SCALE."""
        rows = len(next(iter(columns.values())))
        parts = [self._logits(columns, start) for start in range(0, rows, _SLICE_ROWS)]
        logits = np.concatenate(parts) / SCALE
        return np.rint(SCALE / (1 + np.exp(-logits))).astype(np.int64)

    def _logits(self, columns: Columns, start: int) -> NDArray[np.int64]:
        matrix = np.stack([columns[name][start : start + _SLICE_ROWS] for name in self.features])
        leaf = np.zeros((len(self.questions), matrix.shape[1]), dtype=np.uint8)
        for depth, (questions, thresholds) in enumerate(zip(self.questions.T, self.thresholds.T, strict=True)):
            answers = matrix[questions] > thresholds[:, np.newaxis]
            leaf |= answers.view(np.uint8) << depth
        found: NDArray[np.int64] = np.take_along_axis(self.leaves, leaf.astype(np.int64), axis=1).sum(axis=0)
        return found + self.bias


def parse_tree_model(raw: Mapping[str, Any]) -> TreeModel:
    """Read a model as training/train.py writes it.

    Raises:
        KeyError, ValueError: it is none.
    """
    return TreeModel(
        features=tuple(raw["features"]),
        questions=np.array(raw["questions"], dtype=np.int64),
        thresholds=np.array(raw["thresholds"], dtype=np.float32),
        leaves=np.array(raw["leaves"], dtype=np.int64),
        bias=int(raw["bias"]),
    )
