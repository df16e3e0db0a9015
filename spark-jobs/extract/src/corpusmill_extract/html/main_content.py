"""Which blocks of a page are its main content.

Two small models of trees look at every block (training/README.md): the first at its text and place, the second also
at what the first thought of the blocks around it. Of their mean, the set of blocks is taken whose expected F1 is
highest (Nan et al. 2012). Last, what stands beside an article is left out where an article remains without it.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.blocks import NAMES_AROUND, PageBlocks
from corpusmill_extract.html.features import TAG_KINDS, Column, Columns, Numbers, context_columns, page_columns
from corpusmill_extract.html.hints import HINT_BIT
from corpusmill_extract.html.trees import SCALE, TreeModel, parse_tree_model

_MODEL = "block_model.json"
# Tenths that the first model counts in the mean: the second one now and then overrules it on pages unlike any it knows.
_FIRST_TENTHS = 3
# Expected F1 is looked at for thresholds of so many levels of probability, in millionths.
_LEVELS, _MILLION = 100, 1_000_000
# Tenths of the expectation in which blocks are wanted independently of each other; in the rest, all that are likelier
# than some threshold are: a page's teasers or comments are main text together or not at all.
_INDEPENDENT_TENTHS = 3
# What stands beside is left out where as many characters remain, and such a part of all that was kept.
_MIN_REST_CHARS, _MIN_ASIDE_REST, _MIN_TEASER_REST, _MIN_UNCOMMENTED_REST = 200, 0.3, 0.15, 0.15
_BODY = "ld_body"
_ASIDE, _TEASERS, _READERS = "in<aside", ("in.sidebar", "in.related"), "in.comment"
_ARTICLE_SIGNS, _FORUM = ("og_article", "schema_article", "page_dated"), "schema_forum"
# Thousandths that blocks of pages which say that they are articles are less likely taken to be main text than the
# models think: what is wrong there is mostly what was kept beside the text.
_ARTICLE_STRICTNESS = 40
# A page of which a greater part of what was kept stands in threads and topics is a forum: its comments are its text.
_THREADS, _MAX_THREADS = "in.forum", 0.3
_COMMENTS = HINT_BIT["comment"] | HINT_BIT["reply"]
_MIN_COMMENT_CHARS = 20
# A block in a comment area that is more linked than this is a button or a menu.
_MAX_COMMENT_LINKS = 0.5


@dataclass(frozen=True, slots=True)
class BlockModel:
    """The two models. `version` counts trainings whose answers differ."""

    version: int
    first: TreeModel
    second: TreeModel

    @property
    def asks_body(self) -> bool:
        """Whether it asks for the text that the page's JSON-LD states."""
        return _BODY in self.first.features or _BODY in self.second.features


def select_main_content(page: PageBlocks, *, comments: bool) -> list[int]:
    """Return the numbers of the blocks to keep, in the page's order."""
    if not page.texts:
        return []
    model = load_block_model()
    columns, layout = page_columns(page, with_body=model.asks_body)
    first = model.first.probabilities(columns)
    keep = choose_blocks(first, model.second.probabilities(columns | context_columns(first, layout)), columns)
    if comments:
        keep |= _in_comments(page, columns["ld"])
    return [int(number) for number in np.flatnonzero(keep)]


def choose_blocks(first: Numbers, second: Numbers, columns: Columns) -> NDArray[np.bool_]:
    """Return the blocks to keep, by what both models say, in units of 1 / SCALE."""
    mean = (first * _FIRST_TENTHS + second * (10 - _FIRST_TENTHS) + 5) // 10
    is_forum = bool(columns[_FORUM][0])
    is_article = not is_forum and any(columns[sign][0] for sign in _ARTICLE_SIGNS)
    if is_article:
        mean = np.maximum(0, mean - _ARTICLE_STRICTNESS)
    keep = select_expected_f1(mean, columns["chars"].astype(np.int64))
    chars = columns["chars"]
    keep = _without(keep, columns[_ASIDE] > 0, chars, _MIN_ASIDE_REST)
    if is_article:
        keep = _without(keep, columns[_TEASERS[0]] + columns[_TEASERS[1]] > 0, chars, _MIN_TEASER_REST)
    if not is_forum and columns[_THREADS][keep].mean() <= _MAX_THREADS:
        keep = _without(keep, columns[_READERS] > 0, chars, _MIN_UNCOMMENTED_REST)
    return keep | _code_within(keep, columns["kind"])


def select_expected_f1(probabilities: Numbers, sizes: Numbers) -> NDArray[np.bool_]:
    """Return the blocks at or above the threshold where the expected F1 is highest.

    Two expectations are mixed. Where blocks are independent, a set S has about 2·Σ_S p·size / (Σ_S size + Σ p·size).
    Where they hang together as closely as they can, those with p above a threshold are wanted, and every threshold is
    as likely; then the mean over thresholds counts. Integers throughout, so that ties are the same on every machine.
    """
    levels = (probabilities * _LEVELS + SCALE // 2) // SCALE
    descending = np.arange(_LEVELS, 0, -1)
    size = np.bincount(levels, sizes, minlength=_LEVELS + 1).astype(np.int64)[descending]
    taken, right = np.cumsum(size), np.cumsum(size * descending)
    both, whole = np.minimum(taken[:, np.newaxis], taken), taken[:, np.newaxis] + taken
    together = (2 * _MILLION * both // np.maximum(1, whole)).sum(axis=1)
    apart = 2 * _MILLION * right // np.maximum(1, taken * _LEVELS + right[-1]) * _LEVELS
    best = int(np.argmax(_INDEPENDENT_TENTHS * apart + (10 - _INDEPENDENT_TENTHS) * together))
    found: NDArray[np.bool_] = levels >= min(int(descending[best]), int(levels.max()))
    return found


@cache
def load_block_model() -> BlockModel:
    """Load the model that training/train.py wrote."""
    raw = json.loads((files("corpusmill_extract.html") / _MODEL).read_text(encoding="utf-8"))
    first, second = parse_tree_model(raw["first"]), parse_tree_model(raw["second"])
    return BlockModel(int(raw["version"]), first, second)


def _without(keep: NDArray[np.bool_], beside: NDArray[np.bool_], chars: Column, min_rest: float) -> NDArray[np.bool_]:
    """Leave out what stands beside, unless too little remains."""
    rest: NDArray[np.bool_] = keep & ~beside
    return rest if chars[rest].sum() >= max(_MIN_REST_CHARS, min_rest * chars[keep].sum()) else keep


def _code_within(keep: NDArray[np.bool_], kinds: Column) -> NDArray[np.bool_]:
    """Code between two kept blocks, however short: the words around it speak of it."""
    found: NDArray[np.bool_] = kinds == TAG_KINDS["pre"]
    found[1:] &= keep[:-1]
    found[:-1] &= keep[1:]
    found[[0, -1]] = False
    return found


def _in_comments(page: PageBlocks, links: NDArray[np.float32]) -> NDArray[np.bool_]:
    is_theirs = page.containers[NAMES_AROUND, page.owners] & _COMMENTS != 0
    is_long = np.array([len(text) >= _MIN_COMMENT_CHARS for text in page.texts])
    found: NDArray[np.bool_] = is_theirs & is_long & (links <= _MAX_COMMENT_LINKS)
    return found
