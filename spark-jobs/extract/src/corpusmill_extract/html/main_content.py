"""Which blocks of a page are its main content.

Two small models of trees look at every block (training/README.md): the first at its text and place, the second also
at what the first thought of the blocks around it. Of the probabilities that come out, the set of blocks is taken
whose expected F1 is highest (Nan et al. 2012): where all is unsure, more is taken.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.context_features import context_columns
from corpusmill_extract.html.features import page_columns
from corpusmill_extract.html.hints import HINT_BIT
from corpusmill_extract.html.trees import SCALE, TreeModel, parse_tree_model

_MODEL = "block_model.json"
_COMMENTS = HINT_BIT["comment"] | HINT_BIT["reply"]
_NAMES_AROUND = 6
_MIN_COMMENT_CHARS = 20
# A block in a comment area that is more linked than this is a button or a menu.
_MAX_COMMENT_LINKS = 0.5


@dataclass(frozen=True, slots=True)
class BlockModel:
    """The two models. `version` counts trainings whose answers differ."""

    version: int
    first: TreeModel
    second: TreeModel
    features: frozenset[str]


def select_main_content(page: PageBlocks, *, comments: bool) -> list[int]:
    """Return the numbers of the blocks to keep, in the page's order."""
    if not page.texts:
        return []
    model = load_block_model()
    columns, layout = page_columns(page, model.features)
    first = model.first.probabilities(columns)
    second = model.second.probabilities(columns | context_columns(first, layout))
    keep = select_expected_f1(second, columns["chars"].astype(np.int64))
    if comments:
        keep |= _in_comments(page, columns["ld"])
    return [int(number) for number in np.flatnonzero(keep)]


def select_expected_f1(probabilities: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the blocks at or above the threshold where the expected F1 is highest.

    With p of being wanted, a set S has the expected F1 of about 2·Σ_S p·size / (Σ_S size + Σ p·size), and the best S
    holds the blocks of highest p.
    """
    order = np.argsort(-probabilities, kind="stable")
    right = np.cumsum(probabilities[order] * sizes[order])
    taken = np.cumsum(sizes[order]) * SCALE
    best = int(np.argmax(right / (taken + right[-1] + 1)))
    found: NDArray[np.bool_] = probabilities >= max(1, int(probabilities[order[best]]))
    return found


@cache
def load_block_model() -> BlockModel:
    """Load the model that training/train.py wrote."""
    raw = json.loads((files("corpusmill_extract.html") / _MODEL).read_text(encoding="utf-8"))
    first, second = parse_tree_model(raw["first"]), parse_tree_model(raw["second"])
    return BlockModel(int(raw["version"]), first, second, frozenset(first.features) | frozenset(second.features))


def _in_comments(page: PageBlocks, links: NDArray[np.float32]) -> NDArray[np.bool_]:
    containers = page.containers
    return np.array(
        [
            containers[owner][_NAMES_AROUND] & _COMMENTS != 0
            and len(text) >= _MIN_COMMENT_CHARS
            and share <= _MAX_COMMENT_LINKS
            for text, owner, share in zip(page.texts, page.owners, links, strict=True)
        ],
        dtype=bool,
    )
