"""The second look: what the first model thought of a block's surroundings."""

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.columns import Column, Columns, distances, running, shifted
from corpusmill_extract.html.features import Layout
from corpusmill_extract.html.trees import SCALE


def context_columns(probabilities: NDArray[np.int64], layout: Layout) -> Columns:
    """Return columns over the first model's probabilities: of neighbours, containers, groups and the page."""
    first = (probabilities / SCALE).astype(np.float32)
    chars = layout.chars
    return (
        {"first": first}
        | _neighbours(first, chars)
        | _containers(first, layout)
        | _groups(first, layout)
        | _page(first, chars)
    )


def _neighbours(first: Column, chars: Column) -> Columns:
    found: Columns = {f"first{by:+d}": shifted(first, by, 0) for by in (1, 2, 3, -1, -2, -3)}
    mass, size, sums = running(first * chars), running(chars), running(first)
    index = np.arange(len(first))
    for width in (2, 5, 12):
        low, high = np.maximum(0, index - width), np.minimum(len(first), index + width + 1)
        found |= {
            f"first_near{width}": _mean(mass[high] - mass[low], size[high] - size[low]),
            f"first_mean{width}": _mean(sums[high] - sums[low], high - low),
            f"first_before{width}": _mean(mass[index] - mass[low], size[index] - size[low]),
            f"first_after{width}": _mean(mass[high] - mass[index + 1], size[high] - size[index + 1]),
        }
    return found


def _containers(first: Column, layout: Layout) -> Columns:
    mass, size, sums = running(first * layout.chars), running(layout.chars), running(first)
    found: Columns = {}
    for level, (low, high) in enumerate(layout.ranges):
        found |= {
            f"first_in{level}": _mean(mass[high] - mass[low], size[high] - size[low]),
            f"first_in{level}_share": _mean(mass[high] - mass[low], mass[-1]),
            f"first_in{level}_mean": _mean(sums[high] - sums[low], high - low),
        }
    return found


def _groups(first: Column, layout: Layout) -> Columns:
    found: Columns = {}
    for number, group in enumerate(layout.groups):
        mass, size = np.bincount(group, first * layout.chars), np.bincount(group, layout.chars)
        found[f"first_group{number}"] = _mean(mass, size)[group]
        found[f"first_group{number}_mean"] = _mean(np.bincount(group, first), np.bincount(group))[group]
    return found


def _page(first: Column, chars: Column) -> Columns:
    count = len(first)
    mass, total = running(first * chars), float(chars.sum())
    is_main = first > 0.5  # noqa: PLR2004 - more likely than not
    back, ahead = distances(is_main)
    sure = float((np.abs(first - 0.5) * chars).sum()) / total
    return {
        "first_pos": _mean(mass[:-1], mass[-1]),
        "first_back": back,
        "first_ahead": ahead,
        "first_mass": np.full(count, mass[-1], dtype=np.float32),
        "first_share": np.full(count, mass[-1] / total, dtype=np.float32),
        "first_sure": np.full(count, sure, dtype=np.float32),
        "first_count": np.full(count, is_main.sum(), dtype=np.float32),
    }


def _mean(part: NDArray[np.generic], whole: NDArray[np.generic] | np.float64) -> Column:
    found: Column = np.divide(part, np.maximum(whole, 1e-3)).astype(np.float32)
    return found
