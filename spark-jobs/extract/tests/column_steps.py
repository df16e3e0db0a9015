"""Steps of the columns in NumPy (column_reference.py)."""

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float32]
Columns = dict[str, Column]
Numbers = NDArray[np.int64]
Sums = NDArray[np.float64]
# A distance in blocks that stands for all greater ones, and for none at all.
FAR = 200.0


def constant(value: float, count: int) -> Column:
    column = np.empty(count, dtype=np.float32)
    column.fill(value)
    return column


def shifted(column: Column, by: int, fill: float) -> Column:
    out = np.empty_like(column)
    if by > 0:
        out[:by] = fill
        out[by:] = column[:-by]
    else:
        out[by:] = fill
        out[:by] = column[-by:]
    return out


def running(columns: NDArray[np.float32]) -> Sums:
    sums = np.zeros((*columns.shape[:-1], columns.shape[-1] + 1))
    columns.cumsum(axis=-1, dtype=np.float64, out=sums[..., 1:])
    return sums


def distances(marked: NDArray[np.bool_]) -> tuple[Column, Column]:
    count = marked.shape[-1]
    index = np.arange(count)
    back = np.full(marked.shape, FAR, dtype=np.float32)
    before = np.maximum.accumulate(np.where(marked, index, -count - int(FAR)), axis=-1)[..., :-1]
    np.minimum(index[1:] - before, FAR, out=back[..., 1:], casting="same_kind")
    after = np.minimum.accumulate(np.where(marked, index, 2 * count + int(FAR))[..., ::-1], axis=-1)[..., ::-1]
    return back, np.minimum(after - index, FAR).astype(np.float32)
