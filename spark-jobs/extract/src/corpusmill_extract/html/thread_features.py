"""Where readers' words begin: labels like `3 Comments`, bylines like `Ann says:`, and dates that follow each other."""

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.columns import Column, Columns, constant, distances, running

# A date is this short, with so many digits.
_DATE_CHARS, _DATE_DIGITS = 80, 4
# Blocks on each side within which marks are counted.
_NEAR = 10


def thread_columns(columns: Columns, prose: NDArray[np.bool_]) -> Columns:
    """Return the columns; `columns` are those of a block's own text."""
    label, says = columns["comment_label"] > 0, columns["says"] > 0
    digits = columns["digits"] * columns["chars"]
    dated = (columns["chars"] < _DATE_CHARS) & (digits >= _DATE_DIGITS)
    found = _after_first(label, prose * columns["chars"])
    marked = np.stack([label, says, dated])
    back, ahead = distances(marked)
    near = _near(marked)
    for number, name in enumerate(("comments", "says", "dated")):
        found |= {f"{name}_back": back[number], f"{name}_ahead": ahead[number], f"{name}_near": near[number]}
    return found


def _after_first(label: NDArray[np.bool_], prose: Column) -> Columns:
    """How many labels stand before a block, and the share of the page's prose before the first and the last label."""
    count = len(label)
    places = np.flatnonzero(label)
    if not len(places):
        return {
            "comments_count": constant(0, count),
            "comments_first": constant(-1, count),
            "comments_last": constant(-1, count),
        }
    sums = running(prose)
    whole = max(1.0, sums[-1])
    return {
        "comments_count": np.cumsum(label).astype(np.float32),
        "comments_first": constant(sums[places[0]] / whole, count),
        "comments_last": constant(sums[places[-1]] / whole, count),
    }


def _near(marked: NDArray[np.bool_]) -> Column:
    sums = running(marked.astype(np.float32))
    count = marked.shape[-1]
    index = np.arange(count)
    low, high = np.maximum(0, index - _NEAR), np.minimum(count, index + _NEAR + 1)
    found: Column = ((sums[..., high] - sums[..., low]) / (high - low)).astype(np.float32)
    return found
