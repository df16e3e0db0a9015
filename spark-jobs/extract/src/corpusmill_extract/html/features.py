"""Features of a page's blocks: what a block says, where it stands, and what stands around it.

Sources of the kinds of features: Kohlschütter et al. 2010 (text and link density, neighbours), Peters and
Lecocq 2013 (names of classes), Vogels et al. 2018 (parents and grandparents). Everything is a sum over a range of
blocks, so that a page of n blocks costs a fixed number of passes over n numbers.
"""

import itertools
import struct
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
# So many blocks on each side are a block's neighbourhood.
_WIDTHS = (3, 8, 20)
# Shares of a page's prose that its main container holds at least.
_MAIN_SHARES = (0.5, 0.8)
_PACK_CONTAINER = struct.Struct("=8q").pack


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
    """Running sums over blocks, one row for each of `_CHARS` and so on: entry i sums the blocks before block i."""

    sums: Sums

    def within(self, low: Numbers | int, high: Numbers | int) -> Sums:
        """The sums of the blocks from `low` and before `high`, whose shape follows the axis of rows."""
        found: Sums = self.sums[:, high] - self.sums[:, low]
        return found

    def __getitem__(self, row: int) -> Sums:
        """The running sums of one row."""
        found: Sums = self.sums[row]
        return found


_CHARS, _LINKS, _PROSE, _PUNCT, _PARAGRAPHS, _ITEMS = range(6)


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
    flat = np.frombuffer(b"".join(itertools.starmap(_PACK_CONTAINER, page.containers)), dtype=np.int64)
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
    shares = [columns["ld"], prose, columns["punct"], kinds == TAG_KINDS["p"], kinds == TAG_KINDS["li"]]
    return _Totals(running(np.concatenate([chars, *(share * chars for share in shares)]).reshape(6, -1)))


def _is_heading(kinds: Column) -> NDArray[np.bool_]:
    return (kinds >= _HEADINGS["h1"]) & (kinds <= _HEADINGS["h6"])


def _place_columns(totals: _Totals, prose: NDArray[np.bool_]) -> Columns:
    count = len(prose)
    index = np.arange(count, dtype=np.float32)
    back, ahead = distances(prose)
    return {
        "pos": _float(index / count),
        "char_pos": _share(totals[_CHARS][:-1], totals[_CHARS][-1]),
        "prose_pos": _share(totals[_PROSE][:-1], totals[_PROSE][-1]),
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
    index, width = np.arange(count), np.array(_WIDTHS)[:, np.newaxis]
    low, high = np.maximum(0, index - width), np.minimum(count, index + width + 1)
    near = totals.within(low, high)
    chars = _float(near[_CHARS] / (high - low))
    links, prose = _share(near[[_LINKS, _PROSE]], near[_CHARS])
    for number, blocks in enumerate(_WIDTHS):
        found |= {
            f"near_chars{blocks}": chars[number],
            f"near_ld{blocks}": links[number],
            f"near_prose{blocks}": prose[number],
        }
    return found


def _container_columns(totals: _Totals, tree: _Tree) -> Columns:
    chains = np.stack(tree.chains)
    low, high = tree.first[chains], tree.end[chains]
    within = totals.within(low, high)
    links, prose, punct, paragraphs = _share(within[_LINKS : _PARAGRAPHS + 1], within[_CHARS])
    levels = {
        "chars": _float(within[_CHARS]),
        "share": _share(within[_CHARS], totals[_CHARS][-1]),
        "count": _float(high - low),
        "ld": links,
        "prose": prose,
        "prose_share": _share(within[_PROSE], totals[_PROSE][-1]),
        "punct": punct,
        "p": paragraphs,
    }
    found = {f"in{level}_{name}": rows[level] for name, rows in levels.items() for level in range(LEVELS)}
    return {"depth": _float(tree.depths[tree.chains[0]])} | found


def _main_columns(totals: _Totals, tree: _Tree) -> Columns:
    """The deepest container that holds most of the page's prose, and where the block stands to it."""
    prose = totals[_PROSE]
    count = len(prose) - 1
    index, depths = np.arange(count), tree.depths[tree.chains[0]]
    shares = _share(prose[tree.end] - prose[tree.first], prose[-1])
    found: Columns = {}
    for share in _MAIN_SHARES:
        # Of containers with more than half of it each holds the next, so that the last one is the deepest.
        holders = np.flatnonzero(shares >= share)
        main = int(holders[-1]) if len(holders) else 0
        low, high = int(tree.first[main]), int(tree.end[main])
        within = totals.within(low, high)
        found |= {
            f"main{share}_out": _float(np.minimum(index - low, 0) + np.maximum(index - high + 1, 0)),
            f"main{share}_ld": constant(within[_LINKS] / max(1.0, within[_CHARS]), count),
            f"main{share}_count": constant((high - low) / count, count),
            f"main{share}_deeper": _float(depths - tree.depths[main]),
            f"main{share}_pos": _float((index - low) / max(1, high - low)),
        }
    return found


def _groups(tree: _Tree) -> list[Numbers]:
    """Blocks in containers of one kind are one group; also by the kinds of two and of three containers."""
    groups = []
    key = np.zeros(len(tree.chains[0]), dtype=np.int64)
    kinds = int(tree.kinds.max()) + 1
    for chain in tree.chains[:3]:
        key = _numbered(key * kinds + tree.kinds[chain])
        groups.append(key)
    return groups


def _numbered(keys: Numbers) -> Numbers:
    """Equal keys as equal numbers, the smallest 0: `np.unique` takes twice the time for a page's few keys."""
    order = keys.argsort()
    ordered = keys[order]
    found = np.empty_like(keys)
    found[order] = np.concatenate(([0], (ordered[1:] != ordered[:-1]).cumsum()))
    return found


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
    count, total = len(chars), float(totals[_CHARS][-1])
    open_graph = page.meta.get("og:type", "").lower()
    schema = " ".join(text[:_MAX_JSON_LD] for text in page.json_ld)
    is_cell = (kinds == TAG_KINDS["td"]) | (kinds == TAG_KINDS["th"])
    values = {
        "page_count": count,
        "page_chars": total,
        "page_ld": totals[_LINKS][-1] / total,
        "page_prose": totals[_PROSE][-1] / total,
        "page_max": float(chars.max()),
        "page_items": totals[_ITEMS][-1] / total,
        "page_p": totals[_PARAGRAPHS][-1] / total,
        "page_punct": totals[_PUNCT][-1] / total,
        "page_pre": float(chars[kinds == TAG_KINDS["pre"]].sum()) / total,
        "page_cells": float(chars[is_cell].sum()) / total,
        "page_containers": len(page.containers),
        "page_articles": page.tags.count("article"),
        "page_dated": float("article:published_time" in page.meta),
    }
    values |= {f"og_{kind}": float(kind in open_graph) for kind in _OPEN_GRAPH_KINDS}
    values |= {f"schema_{kind}": float(any(n in schema for n in names)) for kind, names in _SCHEMA_KINDS.items()}
    rows = np.array(list(values.values()), dtype=np.float32)[:, np.newaxis].repeat(count, axis=1)
    return dict(zip(values, rows, strict=True))


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
