"""Where a block stands to what a page says of itself: its heading, its description, its articles, its JSON-LD body."""

import json
from collections.abc import Iterator, Sequence

import numpy as np

from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.columns import FAR, Column, Columns, Numbers, constant

# A description repeats the text's beginning where the first so many characters are the same.
_PROBE_CHARS = 40
_MIN_PROBE_CHARS = 25
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_BODY_KEY = '"articleBody"'
_MAX_BODY_CHARS = 400_000
# More articles than this are a list of them.
_MAX_ARTICLES = 200


def anchor_columns(
    page: PageBlocks, ranges: Sequence[tuple[Numbers, Numbers]], chars: Column, wanted: frozenset[str] | None
) -> Columns:
    """Return the columns; `ranges` are, per level, the blocks of the container around each block.

    The one that parses JSON is made where it is in `wanted`, or that is None.
    """
    heading = next((number for number, owner in enumerate(page.owners) if page.tags[owner] == "h1"), None)
    body = {"ld_body": _in_body(page)} if wanted is None or "ld_body" in wanted else {}
    return (
        _anchor("h1", heading, ranges)
        | _anchor("described", _described(page), ranges)
        | _article_columns(page, chars)
        | body
    )


def _anchor(name: str, anchor: int | None, ranges: Sequence[tuple[Numbers, Numbers]]) -> Columns:
    """How many blocks after the anchor a block stands, and the level of the nearest container that holds both."""
    count = len(ranges[0][0])
    if anchor is None:
        return {f"{name}_after": constant(-FAR, count), f"{name}_level": constant(-1, count)}
    level = constant(len(ranges), count)
    for number in range(len(ranges) - 1, -1, -1):
        low, high = ranges[number]
        level[(low <= anchor) & (anchor < high)] = number
    after = np.clip(np.arange(count) - anchor, 1 - FAR, FAR).astype(np.float32)
    return {f"{name}_after": after, f"{name}_level": level}


def _described(page: PageBlocks) -> int | None:
    """The first block that holds the beginning of the page's description."""
    for name in _DESCRIPTIONS:
        probe = " ".join(page.meta.get(name, "")[: 4 * _PROBE_CHARS].split())[:_PROBE_CHARS]
        if len(probe) >= _MIN_PROBE_CHARS:
            found = next((number for number, text in enumerate(page.texts) if probe in text), None)
            if found is not None:
                return found
    return None


def _article_columns(page: PageBlocks, chars: Column) -> Columns:
    """The number of the innermost `article` around a block (0: none), its share of the text, and its nesting."""
    count = len(page.texts)
    number, share, nested = (np.zeros(count, dtype=np.float32) for _ in range(3))
    sizes = np.concatenate(([0.0], np.cumsum(chars, dtype=np.float64)))
    articles = [container for container, tag in enumerate(page.tags) if tag == "article"]
    for index, container in enumerate(articles[:_MAX_ARTICLES]):
        low, high = page.containers[container][1], page.ends[container]
        number[low:high] = index + 1
        share[low:high] = (sizes[high] - sizes[low]) / max(1, sizes[-1])
        nested[low:high] += 1
    return {"article": number, "article_share": share, "article_nested": nested}


def _in_body(page: PageBlocks) -> Column:
    """Whether the beginning of a block stands in the page's JSON-LD article body; -1 where it has none."""
    body = max((" ".join(body.split()) for body in _bodies(page.json_ld)), key=len, default="")
    if not body:
        return constant(-1, len(page.texts))
    return np.array([" ".join(text[:_PROBE_CHARS].split()) in body for text in page.texts], dtype=np.float32)


def _bodies(json_ld: Sequence[str]) -> Iterator[str]:
    for text in json_ld:
        if _BODY_KEY in text:
            yield from _bodies_of(text)


def _bodies_of(text: str) -> Iterator[str]:
    try:
        waiting = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += [value for value in node.values() if isinstance(value, dict | list)]
            body = node.get("articleBody")
            if isinstance(body, str):
                yield body[:_MAX_BODY_CHARS]
