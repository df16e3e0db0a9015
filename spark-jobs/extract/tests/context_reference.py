"""The columns of native/context_columns.zig in NumPy: what the library must give, to the last bit but for one sum."""

import numpy as np
from numpy.typing import NDArray

from column_reference import Layout
from column_steps import Column, Columns, Sums, constant, distances, running, shifted
from corpusmill_extract.html.trees import SCALE

# So many blocks on each side are a block's neighbourhood.
_WIDTHS = (2, 5, 12)
# Rows of running sums: of what the first model said times characters, of characters, of what it said.
_MASS, _SIZE, _SUM = range(3)


def reference_context(probabilities: NDArray[np.int64], layout: Layout) -> Columns:
    first = (probabilities / SCALE).astype(np.float32)
    chars = layout.chars
    sums = running(np.concatenate([first * chars, chars, first]).reshape(3, -1))
    return (
        {"first": first}
        | _neighbours(first, sums)
        | _containers(sums, layout)
        | _groups(first, layout)
        | _page(first, chars, sums[_MASS])
    )


def _neighbours(first: Column, sums: Sums) -> Columns:
    found: Columns = {f"first{by:+d}": shifted(first, by, 0) for by in (1, 2, 3, -1, -2, -3)}
    count = len(first)
    index, width = np.arange(count), np.array(_WIDTHS)[:, np.newaxis]
    low, high = np.maximum(0, index - width), np.minimum(count, index + width + 1)
    at_low, at_high = sums[:, low], sums[:, high]
    near = at_high - at_low
    before = sums[:2, np.newaxis, :-1] - at_low[:2]
    after = at_high[:2] - sums[:2, np.newaxis, 1:]
    rows = {
        "near": _mean(near[_MASS], near[_SIZE]),
        "mean": _mean(near[_SUM], high - low),
        "before": _mean(before[_MASS], before[_SIZE]),
        "after": _mean(after[_MASS], after[_SIZE]),
    }
    return found | {f"first_{name}{blocks}": rows[name][at] for at, blocks in enumerate(_WIDTHS) for name in rows}


def _containers(sums: Sums, layout: Layout) -> Columns:
    low, high = (np.stack(ends) for ends in zip(*layout.ranges, strict=True))
    within = sums[:, high] - sums[:, low]
    rows = {
        "": _mean(within[_MASS], within[_SIZE]),
        "_share": _mean(within[_MASS], sums[_MASS, -1]),
        "_mean": _mean(within[_SUM], high - low),
    }
    return {f"first_in{level}{name}": rows[name][level] for level in range(len(layout.ranges)) for name in rows}


def _groups(first: Column, layout: Layout) -> Columns:
    found: Columns = {}
    masses = first * layout.chars
    for number, group in enumerate(layout.groups):
        mass, size = np.bincount(group, masses), np.bincount(group, layout.chars)
        found[f"first_group{number}"] = _mean(mass, size)[group]
        found[f"first_group{number}_mean"] = _mean(np.bincount(group, first), np.bincount(group))[group]
    return found


def _page(first: Column, chars: Column, mass: Sums) -> Columns:
    count = len(first)
    total = float(chars.sum())
    is_main = first > 0.5
    back, ahead = distances(is_main)
    sure = float((np.abs(first - 0.5) * chars).astype(np.float64).sum()) / total
    return {
        "first_pos": _mean(mass[:-1], mass[-1]),
        "first_back": back,
        "first_ahead": ahead,
        "first_mass": constant(mass[-1], count),
        "first_share": constant(mass[-1] / total, count),
        "first_sure": constant(sure, count),
        "first_count": constant(is_main.sum(), count),
    }


def _mean(part: NDArray[np.generic], whole: NDArray[np.generic] | np.float64) -> Column:
    found: Column = np.divide(part, np.maximum(whole, 1e-3)).astype(np.float32)
    return found
