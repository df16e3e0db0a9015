"""Which blocks repeat what a page says of itself: its description, and its article's text in JSON-LD."""

import json
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.blocks import PageBlocks

# A description repeats the text's beginning where the first so many characters are the same.
_PROBE_CHARS = 40
_MIN_PROBE_CHARS = 25
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_BODY_KEY = '"articleBody"'
_MAX_BODY_CHARS = 400_000


def described_block(page: PageBlocks) -> int:
    """Return the first block that holds the beginning of the page's description, -1 where none does."""
    for name in _DESCRIPTIONS:
        probe = " ".join(page.meta.get(name, "")[: 4 * _PROBE_CHARS].split())[:_PROBE_CHARS]
        if len(probe) >= _MIN_PROBE_CHARS:
            found = next((number for number, text in enumerate(page.texts) if probe in text), -1)
            if found >= 0:
                return found
    return -1


def in_article_body(page: PageBlocks) -> NDArray[np.float32]:
    """Return whether the beginning of a block stands in the page's JSON-LD article body; -1 where it has none."""
    body = max((" ".join(body.split()) for body in _bodies(page.json_ld)), key=len, default="")
    if not body:
        return np.full(len(page.texts), -1, dtype=np.float32)
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
