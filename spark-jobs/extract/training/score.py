"""Scores of selected blocks against the gold, per set and page type."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from gold import LabelledPage
from numpy.typing import NDArray
from pages import score


def mean_scores(pages: Sequence[LabelledPage], keep: Sequence[NDArray[np.bool_]]) -> dict[str, float]:
    """Return the score of each set, and of each page type where pages have one."""
    groups: defaultdict[str, list[tuple[str, LabelledPage]]] = defaultdict(list)
    for page, kept in zip(pages, keep, strict=True):
        text = "\n".join(text for text, is_kept in zip(page.texts, kept, strict=True) if is_kept)
        groups[page.set_name].append((text, page))
        if page.kind:
            groups[f"{page.set_name}/{page.kind}"].append((text, page))
    return {
        name: score([text for text, _ in group], [page.gold for _, page in group]) for name, group in groups.items()
    }
