"""Gold sets as labelled blocks: which of a page's blocks are in the gold text, and how much each counts."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from pages import read_gold, read_pages
from rapidfuzz.distance import LCSseq

from corpusmill_extract.html.blocks import PageBlocks, read_blocks
from corpusmill_extract.html.features import Columns, Layout, page_columns

SETS = ("wcxb-dev", "aeb", "dragnet-r", "trafilatura-a")
_WORD = re.compile(r"\w+")
_LINKED_HOST = re.compile(r"(?:href|src|content)=[\"']?https?://([^/\"'\s>]+)")
# An alignment of more cells than this is not made: blocks are looked up in the gold as wholes.
_MAX_ALIGNMENT_CELLS = 4e9
_MIN_LOOKUP_WORDS = 6
_MIN_LOOKUP_CHARS = 20
# A page's blocks weigh what their words are to the gold's, at least of _MIN_GOLD_WORDS, and _MAX_PAGE_WEIGHT together.
_MIN_GOLD_WORDS, _MAX_PAGE_WEIGHT, _SEGMENTS_WEIGHT = 50, 3.0, 0.5


@dataclass(slots=True)
class LabelledPage:
    """A page's features, and per block the share of its words in the gold (`labels`) and its weight."""

    set_name: str
    site: str
    kind: str
    gold: dict[str, Any]
    texts: list[str]
    columns: Columns
    layout: Layout
    labels: NDArray[np.float64]
    weights: NDArray[np.float64]


def read_labelled_pages(folder: Path) -> Iterator[LabelledPage]:
    """Yield every page of the gold sets that has text; sites are told by host names."""
    for name in SETS:
        pages = dict(read_pages(folder, name))
        for gold in read_gold(folder, name):
            html = pages[gold["url"]]
            page = read_blocks(html)
            if page.texts:
                yield _label(name, gold, _site(gold["url"], html), page)


def words(text: str) -> list[str]:
    r"""Split as the metric does: `\w+`, lower-cased."""
    return _WORD.findall(text.lower())


def _site(url: str, html: str) -> str:
    """Return the host of a URL; where it is made up, the file's name up to its first hyphen or the host linked most."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    if host != "dragnet.example":
        return parts.path.strip("/").partition("-")[0] if host == "traf.example" else host
    linked = Counter(_LINKED_HOST.findall(html)).most_common(1)
    return ".".join(linked[0][0].split(".")[-2:]) if linked else url


def _label(name: str, gold: dict[str, Any], site: str, page: PageBlocks) -> LabelledPage:
    columns, layout = page_columns(page)
    labels, weights = _by_segments(page.texts, gold) if "with" in gold else _by_words(page.texts, gold["text"])
    return LabelledPage(name, site, gold.get("type", ""), gold, page.texts, columns, layout, labels, weights)


def _by_words(texts: list[str], gold: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The longest common subsequence of page and gold says which words of which block are in the gold."""
    blocks, wanted = [words(text) for text in texts], words(gold)
    sizes = np.array([len(block) for block in blocks], dtype=np.int64)
    owners = np.repeat(np.arange(len(blocks)), sizes)
    flat = [word for block in blocks for word in block]
    hits = np.zeros(len(blocks))
    if flat and wanted and len(flat) * len(wanted) < _MAX_ALIGNMENT_CELLS:
        for step in LCSseq.opcodes(flat, wanted):
            if step.tag == "equal":
                hits += np.bincount(owners[step.src_start : step.src_end], minlength=len(blocks))
    labels = hits / np.maximum(1, sizes)
    joined = f" {' '.join(wanted)} "
    for number, block in enumerate(blocks):
        if len(block) >= _MIN_LOOKUP_WORDS and f" {' '.join(block)} " in joined:
            labels[number] = 1.0
    weights = sizes / max(len(wanted), _MIN_GOLD_WORDS)
    return labels, weights * min(1.0, _MAX_PAGE_WEIGHT / max(1e-9, float(weights.sum())))


def _by_segments(texts: list[str], gold: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    labels, known = np.zeros(len(texts)), np.zeros(len(texts))
    flat = [" ".join(text.split()) for text in texts]
    for segments, label in ((gold["with"], 1.0), (gold["without"], 0.0)):
        for segment in (" ".join(segment.split()) for segment in segments):
            for number, text in enumerate(flat):
                if segment in text or (len(text) > _MIN_LOOKUP_CHARS and text in segment):
                    labels[number], known[number] = label, 1.0
    return labels, known * _SEGMENTS_WEIGHT / max(1.0, float(known.sum()))
