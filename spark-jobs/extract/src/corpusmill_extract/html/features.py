"""Features of a page's blocks: what a block says, where it stands, and what stands around it.

Sources of the kinds of features: Kohlschütter et al. 2010 (text and link density, neighbours), Peters and
Lecocq 2013 (names of classes), Vogels et al. 2018 (parents and grandparents). Everything is a sum over a range of
blocks, so that a page of n blocks costs a fixed number of passes over n numbers.
"""

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.anchor_features import anchor_columns
from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.columns import FAR, Column, Columns, Numbers, Sums, constant, distances, running, shifted
from corpusmill_extract.html.hints import HINT_BIT, TAG_BIT
from corpusmill_extract.html.text_features import text_columns
from corpusmill_extract.html.thread_features import thread_columns

LEVELS = 4
# A block of prose: this long, this little linked, with punctuation.
_PROSE_CHARS, _PROSE_LINK_SHARE, _PROSE_PUNCT = 80, 0.3, 0.005
_HEADINGS = {"h1": 3, "h2": 4, "h3": 5, "h4": 6, "h5": 7, "h6": 8}
TAG_KINDS = {
    "p": 1,
    "li": 2,
    "td": 9,
    "th": 10,
    "pre": 11,
    "dt": 12,
    "dd": 13,
    "blockquote": 14,
    "figcaption": 15,
    "caption": 15,
    "button": 16,
    "summary": 17,
    "section": 18,
    "article": 19,
    "main": 20,
    **_HEADINGS,
}
_OPEN_GRAPH_KINDS = ("article", "product", "website")
_SCHEMA_KINDS = {
    "article": ('"Article"', '"BlogPosting"', '"NewsArticle"', '"Report"'),
    "product": ('"Product"',),
    "forum": ('"DiscussionForumPosting"', '"QAPage"', '"Question"'),
    "list": ('"ItemList"', '"CollectionPage"', '"SearchResultsPage"'),
    "faq": ('"FAQPage"',),
}
_MAX_JSON_LD = 20_000
# Shares of a page's prose that its main container holds at least.
_MAIN_SHARES = (0.5, 0.8)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where blocks stand: per level (0: own container, 1: its parent, …) the range of blocks of the container."""

    chars: Column
    ranges: list[tuple[Numbers, Numbers]]
    groups: list[Numbers]


@dataclass(frozen=True, slots=True)
class _Tree:
    """Containers as arrays, in the order of `Container`; `chains` holds per level the container of each block."""

    rows: Numbers
    end: Numbers
    chains: list[Numbers]

    @property
    def first(self) -> Numbers:
        """The first block of each container."""
        found: Numbers = self.rows[1]
        return found

    @property
    def depths(self) -> Numbers:
        """How deep each container stands."""
        found: Numbers = self.rows[2]
        return found

    @property
    def kinds(self) -> Numbers:
        """The kind of each container."""
        found: Numbers = self.rows[7]
        return found


@dataclass(frozen=True, slots=True)
class _Totals:
    """Running sums over blocks: entry i is the sum of the blocks before block i."""

    chars: Sums
    links: Sums
    prose: Sums
    punct: Sums
    items: Sums
    paragraphs: Sums


def page_columns(page: PageBlocks, wanted: frozenset[str] | None = None) -> tuple[Columns, Layout]:
    """Return the features of every block of a page that has some, and the layout for the second look.

    Of the columns that are many, the hints, or dear, only those in `wanted` are made; None makes all.
    """
    columns = text_columns(page)
    tree = _tree(page)
    kinds = np.array([TAG_KINDS.get(page.tags[owner], 0) for owner in page.owners], dtype=np.float32)
    links = np.array(page.link_chars, dtype=np.float32)
    columns |= {"ld": links / columns["chars"], "links": np.array(page.links, dtype=np.float32), "kind": kinds}
    prose = _prose(columns)
    totals = _totals(columns, prose)
    columns |= _place_columns(totals, prose)
    columns |= thread_columns(columns, prose)
    columns |= _heading_columns(columns)
    columns |= _neighbour_columns(columns, totals)
    columns |= _container_columns(totals, tree)
    columns |= _main_columns(totals, tree)
    groups = _groups(tree)
    columns |= _group_columns(columns, prose, groups)
    columns |= _kind_count_columns(tree)
    columns |= _page_columns(page, totals, columns)
    columns |= _hint_columns(tree, wanted)
    ranges = [(tree.first[chain], tree.end[chain]) for chain in tree.chains]
    columns |= anchor_columns(page, ranges, columns["chars"], wanted)
    return columns, Layout(columns["chars"], ranges, groups)


def _tree(page: PageBlocks) -> _Tree:
    fields = len(page.containers[0])
    flat = np.fromiter(itertools.chain.from_iterable(page.containers), np.int64, fields * len(page.containers))
    rows = np.ascontiguousarray(flat.reshape(-1, fields).T)
    chain = np.array(page.owners)
    chains = []
    for _ in range(LEVELS):
        chains.append(chain)
        chain = rows[0][chain]
    return _Tree(rows, np.array(page.ends), chains)


def _prose(columns: Columns) -> NDArray[np.bool_]:
    is_long = columns["chars"] >= _PROSE_CHARS
    return is_long & (columns["ld"] < _PROSE_LINK_SHARE) & (columns["punct"] > _PROSE_PUNCT)


def _totals(columns: Columns, prose: NDArray[np.bool_]) -> _Totals:
    chars, kinds = columns["chars"], columns["kind"]
    return _Totals(
        chars=running(chars),
        links=running(columns["ld"] * chars),
        prose=running(prose * chars),
        punct=running(columns["punct"] * chars),
        items=running((kinds == TAG_KINDS["li"]) * chars),
        paragraphs=running((kinds == TAG_KINDS["p"]) * chars),
    )


def _is_heading(kinds: Column) -> NDArray[np.bool_]:
    return (kinds >= _HEADINGS["h1"]) & (kinds <= _HEADINGS["h6"])


def _place_columns(totals: _Totals, prose: NDArray[np.bool_]) -> Columns:
    count = len(prose)
    index = np.arange(count, dtype=np.float32)
    back, ahead = distances(prose)
    return {
        "pos": _float(index / count),
        "char_pos": _share(totals.chars[:-1], totals.chars[-1]),
        "prose_pos": _share(totals.prose[:-1], totals.prose[-1]),
        "index": index,
        "rest": count - index,
        "prose_back": back,
        "prose_ahead": ahead,
    }


def _heading_columns(columns: Columns) -> Columns:
    """How far back the last heading stands, and whether it reads like a label (`Related`, `Comments`)."""
    kinds = columns["kind"]
    headings = np.flatnonzero(_is_heading(kinds))
    index = np.arange(len(kinds))
    last = np.searchsorted(headings, index, side="right") - 1
    found = last >= 0
    place = headings[np.maximum(last, 0)] if len(headings) else np.zeros(len(kinds), dtype=np.int64)
    is_first = kinds == _HEADINGS["h1"]
    return {
        "heading_back": np.where(found, np.minimum(index - place, FAR), FAR).astype(np.float32),
        "heading_kind": np.where(found, kinds[place], 0).astype(np.float32),
        "heading_label": np.where(found, columns["label"][place], -1).astype(np.float32),
        "heading_title": np.where(found, columns["title"][place], -1).astype(np.float32),
        "h1_before": np.cumsum(is_first).astype(np.float32),
        "h1_count": np.full(len(kinds), is_first.sum(), dtype=np.float32),
    }


def _neighbour_columns(columns: Columns, totals: _Totals) -> Columns:
    found: Columns = {}
    for by in (1, -1):
        found[f"chars{by:+d}"] = shifted(columns["chars"], by, 0)
        found[f"ld{by:+d}"] = shifted(columns["ld"], by, 1)
        found[f"punct{by:+d}"] = shifted(columns["punct"], by, 0)
    count = len(columns["chars"])
    index = np.arange(count)
    for width in (3, 8, 20):
        low, high = np.maximum(0, index - width), np.minimum(count, index + width + 1)
        chars = totals.chars[high] - totals.chars[low]
        found[f"near_chars{width}"] = _float(chars / (high - low))
        found[f"near_ld{width}"] = _share(totals.links[high] - totals.links[low], chars)
        found[f"near_prose{width}"] = _share(totals.prose[high] - totals.prose[low], chars)
    return found


def _container_columns(totals: _Totals, tree: _Tree) -> Columns:
    found: Columns = {"depth": _float(tree.depths[tree.chains[0]])}
    for level, chain in enumerate(tree.chains):
        low, high = tree.first[chain], tree.end[chain]
        chars = totals.chars[high] - totals.chars[low]
        prose = totals.prose[high] - totals.prose[low]
        found |= {
            f"in{level}_chars": _float(chars),
            f"in{level}_share": _share(chars, totals.chars[-1]),
            f"in{level}_count": _float(high - low),
            f"in{level}_ld": _share(totals.links[high] - totals.links[low], chars),
            f"in{level}_prose": _share(prose, chars),
            f"in{level}_prose_share": _share(prose, totals.prose[-1]),
            f"in{level}_punct": _share(totals.punct[high] - totals.punct[low], chars),
            f"in{level}_p": _share(totals.paragraphs[high] - totals.paragraphs[low], chars),
        }
    return found


def _main_columns(totals: _Totals, tree: _Tree) -> Columns:
    """The deepest container that holds most of the page's prose, and where the block stands to it."""
    count = len(totals.chars) - 1
    index = np.arange(count)
    shares = _share(totals.prose[tree.end] - totals.prose[tree.first], totals.prose[-1])
    found: Columns = {}
    for share in _MAIN_SHARES:
        # Of containers with more than half of it each holds the next, so that the last one is the deepest.
        holders = np.flatnonzero(shares >= share)
        main = int(holders[-1]) if len(holders) else 0
        low, high = int(tree.first[main]), int(tree.end[main])
        outside = np.where(index < low, index - low, np.where(index >= high, index - high + 1, 0))
        chars = totals.chars[high] - totals.chars[low]
        found |= {
            f"main{share}_out": _float(outside),
            f"main{share}_ld": constant((totals.links[high] - totals.links[low]) / max(1.0, chars), count),
            f"main{share}_count": constant((high - low) / count, count),
            f"main{share}_deeper": _float(tree.depths[tree.chains[0]] - tree.depths[main]),
            f"main{share}_pos": _float((index - low) / max(1, high - low)),
        }
    return found


def _groups(tree: _Tree) -> list[Numbers]:
    """Blocks in containers of one kind are one group; also by the kinds of two and of three containers."""
    groups = []
    key = np.zeros(len(tree.chains[0]), dtype=np.int64)
    for chain in tree.chains[:3]:
        _, key = np.unique(key * (int(tree.kinds.max()) + 1) + tree.kinds[chain], return_inverse=True)
        groups.append(key)
    return groups


def _group_columns(columns: Columns, prose: NDArray[np.bool_], groups: list[Numbers]) -> Columns:
    found: Columns = {}
    chars = columns["chars"]
    total = float(chars.sum())
    for number, group in enumerate(groups):
        counts, sums = np.bincount(group), np.bincount(group, chars)
        links, long = np.bincount(group, columns["ld"] * chars), np.bincount(group, prose * chars)
        found |= {
            f"group{number}_count": _float(counts)[group],
            f"group{number}_chars": _float(sums / counts)[group],
            f"group{number}_ld": _float(links / sums)[group],
            f"group{number}_share": _float(sums / total)[group],
            f"group{number}_prose": _float(long / sums)[group],
        }
    return found


def _kind_count_columns(tree: _Tree) -> Columns:
    counts = np.bincount(tree.kinds)
    return {f"like{level}": _float(counts[tree.kinds[chain]]) for level, chain in enumerate(tree.chains)}


def _page_columns(page: PageBlocks, totals: _Totals, columns: Columns) -> Columns:
    chars, kinds = columns["chars"], columns["kind"]
    count, total = len(chars), float(totals.chars[-1])
    open_graph = page.meta.get("og:type", "").lower()
    schema = " ".join(text[:_MAX_JSON_LD] for text in page.json_ld)
    is_cell = (kinds == TAG_KINDS["td"]) | (kinds == TAG_KINDS["th"])
    values = {
        "page_count": count,
        "page_chars": total,
        "page_ld": totals.links[-1] / total,
        "page_prose": totals.prose[-1] / total,
        "page_max": float(chars.max()),
        "page_items": totals.items[-1] / total,
        "page_p": totals.paragraphs[-1] / total,
        "page_punct": totals.punct[-1] / total,
        "page_pre": float(chars[kinds == TAG_KINDS["pre"]].sum()) / total,
        "page_cells": float(chars[is_cell].sum()) / total,
        "page_containers": len(page.containers),
        "page_articles": page.tags.count("article"),
        "page_dated": float("article:published_time" in page.meta),
    }
    values |= {f"og_{kind}": float(kind in open_graph) for kind in _OPEN_GRAPH_KINDS}
    values |= {f"schema_{kind}": float(any(n in schema for n in names)) for kind, names in _SCHEMA_KINDS.items()}
    return {name: constant(value, count) for name, value in values.items()}


def _hint_columns(tree: _Tree, wanted: frozenset[str] | None) -> Columns:
    """Hints of the three nearest containers (`by_`), and of all around the block (`in_`)."""
    own, parent, grandparent = tree.chains[:3]
    found: Columns = {}
    for sign, place in (("<", 3), (".", 4)):
        each = tree.rows[place]
        near, around = each[own] | each[parent] | each[grandparent], tree.rows[place + 2][own]
        for where, hints in (("by", near), ("in", around)):
            names, masks = _hint_masks(f"{where}{sign}", wanted)
            found.update(zip(names, ((hints & masks) != 0).astype(np.float32), strict=True))
    return found


@cache
def _hint_masks(prefix: str, wanted: frozenset[str] | None) -> tuple[list[str], Numbers]:
    """The names of hints that are wanted, and their bits as a column."""
    bits = {prefix + hint: bit for hint, bit in (TAG_BIT if prefix.endswith("<") else HINT_BIT).items()}
    names = [name for name in bits if wanted is None or name in wanted]
    return names, np.array([bits[name] for name in names], dtype=np.int64)[:, np.newaxis]


def _share(part: Sums | Numbers, whole: Sums | Numbers | np.float64 | float) -> Column:
    return (part / np.maximum(whole, 1)).astype(np.float32)


def _float(values: NDArray[np.generic]) -> Column:
    return values.astype(np.float32)
