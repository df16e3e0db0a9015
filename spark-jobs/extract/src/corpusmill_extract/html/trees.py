"""Oblivious decision trees: every node of one depth asks the same question, so that a leaf's number is its answers.

Leaves are integers (thousandths of a logit), so that sums are exact and the same on every machine.
"""

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.library import check_size, library

SCALE = 1000
# Questions of a tree that native/trees.zig is made for.
MAX_DEPTH = 6


class _Model(ctypes.Structure):
    """`Model` of native/trees.zig."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("depth", "trees")),
        *((name, ctypes.c_void_p) for name in ("features", "limits", "leaves")),
        ("bias", ctypes.c_int64),
    )


@dataclass(frozen=True, slots=True)
class TreeModel:
    """A sum of trees: rows of questions, one for each depth, of which each tree has one.

    A question is which feature is asked for and whether it is above a limit; `leaves` has one row per tree.
    """

    features: tuple[str, ...]
    asked: NDArray[np.uint32]
    limits: NDArray[np.float32]
    leaves: NDArray[np.int32]
    bias: int

    def probabilities(self, columns: Mapping[str, NDArray[np.float32]]) -> NDArray[np.int64]:
        """Return for every row the probability in units of 1 / SCALE."""
        matrix = np.concatenate([columns[name] for name in self.features])
        rows = matrix.size // len(self.features)
        logits = np.empty(rows, dtype=np.int64)
        library().tree_logits(
            ctypes.byref(self._model()),
            ctypes.c_void_p(matrix.ctypes.data),
            ctypes.c_size_t(rows),
            ctypes.c_void_p(logits.ctypes.data),
        )
        return np.rint(SCALE / (1 + np.exp(-logits / SCALE))).astype(np.int64)

    def _model(self) -> _Model:
        depth, trees = self.asked.shape
        pointers = (array.ctypes.data for array in (self.asked, self.limits, self.leaves))
        return _Model(depth, trees, *pointers, self.bias)


def parse_tree_model(raw: Mapping[str, Any]) -> TreeModel:
    """Read a model as training/train.py writes it.

    Raises:
        KeyError, ValueError: it is none.
    """
    check_size(_Model, 2)
    features = tuple(raw["features"])
    questions = np.array(raw["questions"], dtype=np.int64)
    limits = np.array(raw["thresholds"], dtype=np.float32)
    leaves = np.array(raw["leaves"], dtype=np.int32)
    trees, depth = questions.shape
    if not 1 <= depth <= MAX_DEPTH:
        raise ValueError(f"trees of {depth} questions; 1 to {MAX_DEPTH} can be asked")
    if limits.shape != questions.shape or leaves.shape != (trees, 1 << depth):
        raise ValueError(f"questions, thresholds and leaves of {questions.shape}, {limits.shape} and {leaves.shape}")
    if questions.size and not 0 <= questions.min() <= questions.max() < len(features):
        raise ValueError(f"a question of a feature that is none of {len(features)}")
    return TreeModel(
        features=features,
        asked=np.ascontiguousarray(questions.T, dtype=np.uint32),
        limits=np.ascontiguousarray(limits.T),
        leaves=np.ascontiguousarray(leaves),
        bias=int(raw["bias"]),
    )
