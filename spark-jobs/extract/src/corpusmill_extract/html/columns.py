"""Columns over a page's blocks, and what can be told of a column by the order of blocks alone."""

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float32]
Columns = dict[str, Column]
Numbers = NDArray[np.int64]
Sums = NDArray[np.float64]
# A distance in blocks that stands for all greater ones, and for none at all.
FAR = 200.0


def constant(value: float, count: int) -> Column:
    """Return a column of `count` equal values."""
    return np.full(count, value, dtype=np.float32)


def shifted(column: Column, by: int, fill: float) -> Column:
    """Return the value of the block `by` places before; `fill` where there is none."""
    out = np.full_like(column, fill)
    if by > 0:
        out[by:] = column[:-by]
    else:
        out[:by] = column[-by:]
    return out


def running(column: NDArray[np.float32]) -> Sums:
    """Return the running sums of a column, one more than it has entries."""
    return np.concatenate(([0.0], np.cumsum(column, dtype=np.float64)))


def distances(marked: NDArray[np.bool_]) -> tuple[Column, Column]:
    """Return how many blocks back and ahead the nearest marked block stands; `FAR` where there is none."""
    index = np.arange(len(marked))
    places = np.flatnonzero(marked)
    if not len(places):
        far = constant(FAR, len(marked))
        return far, far
    after = np.searchsorted(places, index)
    back = np.where(after > 0, index - places[np.maximum(after - 1, 0)], FAR)
    ahead = np.where(after < len(places), places[np.minimum(after, len(places) - 1)] - index, FAR)
    return np.minimum(back, FAR).astype(np.float32), np.minimum(ahead, FAR).astype(np.float32)
