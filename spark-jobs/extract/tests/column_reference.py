"""The columns of native/columns.zig in NumPy, as they were made before: what the library must give to the last bit."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from column_steps import FAR, Column, Columns, Numbers, Sums, constant, distances, running, shifted
from corpusmill_extract.html.anchor_features import described_block
from corpusmill_extract.html.blocks import (
    DEPTH,
    END,
    FIRST,
    KIND,
    NAMES,
    NAMES_AROUND,
    PARENT,
    TAGS,
    TAGS_AROUND,
    PageBlocks,
)
from corpusmill_extract.html.features import TAG_KINDS
from corpusmill_extract.html.hints import HINT_BIT, TAG_BIT
from corpusmill_extract.html.text_features import TERMINALS, character_classes, label_rows

LEVELS = 4
_COUNTED_CHARS, _LABEL_CHARS = 2000, 200
_PROSE_CHARS, _PROSE_LINK_SHARE, _PROSE_PUNCT = 80, 0.3, 0.005
_WIDTHS, _MAIN_SHARES = (3, 8, 20), (0.5, 0.8)
_DATE_CHARS, _DATE_DIGITS, _NEAR = 80, 4, 10
_MAX_ARTICLES = 200
_CHARS, _LINKS, _PROSE, _PUNCT, _PARAGRAPHS, _ITEMS = range(6)


@dataclass(frozen=True, slots=True)
class Layout:
    chars: Column
    ranges: list[tuple[Numbers, Numbers]]
    groups: list[Numbers]


@dataclass(frozen=True, slots=True)
class _Tree:
    rows: Numbers
    chains: list[Numbers]

    @property
    def first(self) -> Numbers:
        found: Numbers = self.rows[FIRST]
        return found

    @property
    def end(self) -> Numbers:
        found: Numbers = self.rows[END]
        return found


@dataclass(frozen=True, slots=True)
class _Totals:
    sums: Sums

    def within(self, low: Numbers | int, high: Numbers | int) -> Sums:
        """The sums of the blocks from `low` and before `high`, whose shape follows the axis of rows."""
        found: Sums = self.sums[:, high] - self.sums[:, low]
        return found

    def __getitem__(self, row: int) -> Sums:
        """The running sums of one row."""
        found: Sums = self.sums[row]
        return found


def reference_columns(page: PageBlocks) -> tuple[Columns, Layout]:
    columns = _text_columns(page)
    tree = _tree(page)
    kinds = np.array([TAG_KINDS.get(page.tags[owner], 0) for owner in page.owners], dtype=np.float32)
    links = np.array(page.link_chars, dtype=np.float32)
    columns |= {"ld": links / columns["chars"], "links": np.array(page.links, dtype=np.float32), "kind": kinds}
    prose = _prose(columns)
    totals = _totals(columns, prose)
    columns |= _place_columns(totals, prose)
    columns |= _thread_columns(columns, prose)
    columns |= _heading_columns(columns)
    columns |= _neighbour_columns(columns, totals)
    columns |= _container_columns(totals, tree)
    columns |= _main_columns(totals, tree)
    groups = _groups(tree)
    columns |= _group_columns(columns, prose, groups)
    columns |= _kind_count_columns(tree)
    columns |= _page_columns(page, totals, columns)
    columns |= _hint_columns(tree)
    ranges = [(tree.first[chain], tree.end[chain]) for chain in tree.chains]
    heading = next((number for number, owner in enumerate(page.owners) if page.tags[owner] == "h1"), -1)
    columns |= _anchor("h1", heading, ranges) | _anchor("described", described_block(page), ranges)
    columns |= _article_columns(page, columns["chars"])
    return columns, Layout(columns["chars"], ranges, groups)


def _text_columns(page: PageBlocks) -> Columns:
    texts = page.texts
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    counted = np.minimum(lengths, _COUNTED_CHARS)
    classes = character_classes()

    def share(kind: int) -> Column:
        found = [sum(classes[min(ord(char), 0xFFFF)] >> kind & 1 for char in text[:_COUNTED_CHARS]) for text in texts]
        return (np.array(found, dtype=np.int64) / counted).astype(np.float32)

    totals = Counter(texts)
    labels = dict(zip(("notice", "label", "title", "comment_label", "says"), label_rows(page), strict=True))
    return {
        "chars": lengths,
        "words": share(3) * lengths + 1,
        "punct": share(0),
        "digits": share(1),
        "upper": share(2),
        "bar": ((share(4) > 0) & (lengths < _LABEL_CHARS)).astype(np.float32),
        "term": np.array([text[-1] in TERMINALS for text in texts], dtype=np.float32),
        "dup": np.array([totals[text] for text in texts], dtype=np.float32),
        **labels,
    }


def _tree(page: PageBlocks) -> _Tree:
    chain = np.array(page.owners)
    chains = []
    for _ in range(LEVELS):
        chains.append(chain)
        chain = page.containers[PARENT][chain]
    return _Tree(page.containers, chains)


def _prose(columns: Columns) -> NDArray[np.bool_]:
    is_long = columns["chars"] >= _PROSE_CHARS
    return is_long & (columns["ld"] < _PROSE_LINK_SHARE) & (columns["punct"] > _PROSE_PUNCT)


def _totals(columns: Columns, prose: NDArray[np.bool_]) -> _Totals:
    chars, kinds = columns["chars"], columns["kind"]
    shares = [columns["ld"], prose, columns["punct"], kinds == TAG_KINDS["p"], kinds == TAG_KINDS["li"]]
    return _Totals(running(np.concatenate([chars, *(share * chars for share in shares)]).reshape(6, -1)))


def _is_heading(kinds: Column) -> NDArray[np.bool_]:
    return (kinds >= TAG_KINDS["h1"]) & (kinds <= TAG_KINDS["h6"])


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
    kinds = columns["kind"]
    headings = np.flatnonzero(_is_heading(kinds))
    index = np.arange(len(kinds))
    last = np.searchsorted(headings, index, side="right") - 1
    found = last >= 0
    place = headings[np.maximum(last, 0)] if len(headings) else np.zeros(len(kinds), dtype=np.int64)
    is_first = kinds == TAG_KINDS["h1"]
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
    return {"depth": _float(tree.rows[DEPTH][tree.chains[0]])} | found


def _main_columns(totals: _Totals, tree: _Tree) -> Columns:
    prose = totals[_PROSE]
    count = len(prose) - 1
    index, depths = np.arange(count), tree.rows[DEPTH][tree.chains[0]]
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
            f"main{share}_deeper": _float(depths - tree.rows[DEPTH][main]),
            f"main{share}_pos": _float((index - low) / max(1, high - low)),
        }
    return found


def _groups(tree: _Tree) -> list[Numbers]:
    groups = []
    key = np.zeros(len(tree.chains[0]), dtype=np.int64)
    kinds = int(tree.rows[KIND].max()) + 1
    for chain in tree.chains[:3]:
        key = _numbered(key * kinds + tree.rows[KIND][chain])
        groups.append(key)
    return groups


def _numbered(keys: Numbers) -> Numbers:
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
    counts = np.bincount(tree.rows[KIND])
    return {f"like{level}": _float(counts[tree.rows[KIND][chain]]) for level, chain in enumerate(tree.chains)}


def _page_columns(page: PageBlocks, totals: _Totals, columns: Columns) -> Columns:
    chars, kinds = columns["chars"], columns["kind"]
    count, total = len(chars), float(totals[_CHARS][-1])
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
        "page_containers": len(page.tags),
        "page_articles": page.tags.count("article"),
    }
    return {name: constant(value, count) for name, value in values.items()}


def _hint_columns(tree: _Tree) -> Columns:
    own, parent, grandparent = tree.chains[:3]
    found: Columns = {}
    for sign, place, around, bits in (("<", TAGS, TAGS_AROUND, TAG_BIT), (".", NAMES, NAMES_AROUND, HINT_BIT)):
        each = tree.rows[place]
        near = each[own] | each[parent] | each[grandparent]
        for where, hints in (("by", near), ("in", tree.rows[around][own])):
            found |= {f"{where}{sign}{name}": ((hints & bit) != 0).astype(np.float32) for name, bit in bits.items()}
    return found


def _share(part: Sums | Numbers, whole: Sums | Numbers | np.float64 | float) -> Column:
    return (part / np.maximum(whole, 1)).astype(np.float32)


def _float(values: NDArray[np.generic]) -> Column:
    return values.astype(np.float32)


def _thread_columns(columns: Columns, prose: NDArray[np.bool_]) -> Columns:
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


def _anchor(name: str, anchor: int, ranges: list[tuple[Numbers, Numbers]]) -> Columns:
    count = len(ranges[0][0])
    if anchor < 0:
        return {f"{name}_after": constant(-FAR, count), f"{name}_level": constant(-1, count)}
    level = constant(len(ranges), count)
    for number in range(len(ranges) - 1, -1, -1):
        low, high = ranges[number]
        level[(low <= anchor) & (anchor < high)] = number
    after = np.clip(np.arange(count) - anchor, 1 - FAR, FAR).astype(np.float32)
    return {f"{name}_after": after, f"{name}_level": level}


def _article_columns(page: PageBlocks, chars: Column) -> Columns:
    count = len(page.texts)
    number, share, nested = (np.zeros(count, dtype=np.float32) for _ in range(3))
    sizes = np.concatenate(([0.0], np.cumsum(chars, dtype=np.float64)))
    articles = [container for container, tag in enumerate(page.tags) if tag == "article"]
    for index, container in enumerate(articles[:_MAX_ARTICLES]):
        low, high = page.firsts[container], page.ends[container]
        number[low:high] = index + 1
        share[low:high] = (sizes[high] - sizes[low]) / max(1, sizes[-1])
        nested[low:high] += 1
    return {"article": number, "article_share": share, "article_nested": nested}
