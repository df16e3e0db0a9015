"""Oblivious decision trees: every node of one depth asks the same question, so that a leaf's number is its answers.

Leaves are integers (thousandths of a logit), so that sums are exact and the same on every machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.columns import Column, Columns, Numbers

SCALE = 1000
# Rows that are looked at together: bounds memory for pages of hundreds of thousands of blocks.
_SLICE_ROWS = 4096


@dataclass(frozen=True, slots=True)
class TreeModel:
    """A sum of trees. A question is whether feature `asked` is above `limits`; trees share them.

    `answers` has one row per depth and one column per tree, numbers of questions; `leaves` one row per tree.
    """

    features: tuple[str, ...]
    asked: Numbers
    limits: Column
    answers: Numbers
    leaves: NDArray[np.int32]
    bias: int

    def probabilities(self, columns: Columns) -> Numbers:
        """Return for every row the probability in units of 1 / SCALE."""
        matrix = np.concatenate([columns[name] for name in self.features]).reshape(len(self.features), -1)
        parts = [self._logits(matrix[:, at : at + _SLICE_ROWS]) for at in range(0, matrix.shape[1], _SLICE_ROWS)]
        logits = np.concatenate(parts) / SCALE
        return np.rint(SCALE / (1 + np.exp(-logits))).astype(np.int64)

    def _logits(self, matrix: Column) -> Numbers:
        answered = (matrix.take(self.asked, axis=0) > self.limits[:, np.newaxis]).view(np.uint8)
        leaf = answered.take(self.answers[-1], axis=0)
        for answers in self.answers[-2::-1]:
            leaf += leaf
            leaf |= answered.take(answers, axis=0)
        numbers = leaf + np.arange(0, self.leaves.size, self.leaves.shape[1])[:, np.newaxis]
        # Clipped, because every number is one of a leaf: not to check them takes half the time.
        # Summed as they are stored: a sum of thousandths of logits is far below 2^31, and to widen each takes longer.
        found: NDArray[np.int32] = self.leaves.ravel().take(numbers, mode="clip").sum(axis=0, dtype=np.int32)
        return found.astype(np.int64) + self.bias


def parse_tree_model(raw: Mapping[str, Any]) -> TreeModel:
    """Read a model as training/train.py writes it.

    Raises:
        KeyError, ValueError: it is none.
    """
    questions = np.array(raw["questions"], dtype=np.int64)
    thresholds = np.array(raw["thresholds"], dtype=np.float32)
    pairs = np.stack([questions.ravel().astype(np.float64), thresholds.ravel().astype(np.float64)], axis=1)
    distinct, numbers = np.unique(pairs, axis=0, return_inverse=True)
    return TreeModel(
        features=tuple(raw["features"]),
        asked=distinct[:, 0].astype(np.int64),
        limits=distinct[:, 1].astype(np.float32),
        answers=np.ascontiguousarray(numbers.reshape(questions.shape).T),
        leaves=np.array(raw["leaves"], dtype=np.int32),
        bias=int(raw["bias"]),
    )
