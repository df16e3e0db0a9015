"""Features of a page's blocks: what a block says, where it stands, and what stands around it.

Sources of the kinds of features: Kohlschütter et al. 2010 (text and link density, neighbours), Peters and
Lecocq 2013 (names of classes), Vogels et al. 2018 (parents and grandparents). Everything is a sum over a range of
blocks, so that a page of n blocks costs a fixed number of passes over n numbers. These are native/columns.zig's and
native/context_columns.zig's; what looks for words or parses JSON is here and in the modules beside.
"""

import ctypes
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.anchor_features import described_block, in_article_body
from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.hints import HINT_BIT, TAG_BIT
from corpusmill_extract.html.library import check_size, column_names, context_names, library
from corpusmill_extract.html.text_features import TERMINALS, character_classes, label_rows

Column = NDArray[np.float32]
Columns = dict[str, Column]
Numbers = NDArray[np.int64]

_HEADINGS = {"h1": 3, "h2": 4, "h3": 5, "h4": 6, "h5": 7, "h6": 8}
# The numbers that native/columns.zig names stand for the same there.
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


class _Input(ctypes.Structure):
    """`Input` of native/columns.zig."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("blocks", "containers")),
        *((name, ctypes.c_void_p) for name in ("rows", "owners", "link_chars", "links")),
        *(("text", ctypes.c_char_p), ("text_size", ctypes.c_size_t)),
        *((name, ctypes.c_void_p) for name in ("chars", "kinds", "classes")),
        *(("terminals", ctypes.c_void_p), ("terminals_size", ctypes.c_size_t), ("labels", ctypes.c_void_p)),
        ("anchors", ctypes.c_int64 * 2),
        *(("articles", ctypes.c_void_p), ("articles_size", ctypes.c_size_t)),
        *(("tag_masks", ctypes.c_void_p), ("tag_masks_size", ctypes.c_size_t)),
        *(("name_masks", ctypes.c_void_p), ("name_masks_size", ctypes.c_size_t)),
        ("scratch", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """Where blocks stand, for the second look: the library's view of the page, and the arrays that it points to."""

    input: _Input
    arrays: dict[str, NDArray[np.generic]]


def page_columns(page: PageBlocks, *, with_body: bool = True) -> tuple[Columns, Layout]:
    """Return the features of every block of a page that has some, and the layout for the second look.

    `with_body`: with the one that parses the page's JSON-LD for its article.
    """
    layout = _layout(page)
    count = len(page.texts)
    names = _names()
    matrix = np.empty((len(names), count), dtype=np.float32)
    library().page_columns(ctypes.byref(layout.input), ctypes.c_void_p(matrix.ctypes.data))
    columns = dict(zip(names, matrix, strict=True)) | _said_columns(page)
    if with_body:
        columns["ld_body"] = in_article_body(page)
    return columns, layout


def context_columns(probabilities: Numbers, layout: Layout) -> Columns:
    """Return columns over the first model's probabilities: of neighbours, containers, groups and the page."""
    names = context_names()
    matrix = np.empty((len(names), len(probabilities)), dtype=np.float32)
    given = np.ascontiguousarray(probabilities, dtype=np.int64)
    library().context_columns_of(
        ctypes.byref(layout.input), ctypes.c_void_p(given.ctypes.data), ctypes.c_void_p(matrix.ctypes.data)
    )
    return dict(zip(names, matrix, strict=True))


def _layout(page: PageBlocks) -> Layout:
    text = "".join(page.texts).encode("utf-8", "replace")
    count, containers = len(page.texts), len(page.tags)
    chars = [len(text) for text in page.texts]
    articles = [container for container, tag in enumerate(page.tags) if tag == "article"]
    heading = page.first_heading()
    kinds = bytes([TAG_KINDS.get(page.tags[owner], 0) for owner in page.owners])
    numbers = np.array([page.owners, page.link_chars, page.links, chars], dtype=np.int64)
    scratch = library().scratch_size(ctypes.c_size_t(count), ctypes.c_size_t(containers))
    arrays: dict[str, NDArray[np.generic]] = {
        "rows": np.ascontiguousarray(page.containers),
        "owners": numbers[0],
        "link_chars": numbers[1],
        "links": numbers[2],
        "chars": numbers[3],
        "kinds": np.frombuffer(kinds, dtype=np.uint8),
        "labels": label_rows(page),
        "articles": np.array(articles, dtype=np.int64),
        "scratch": np.empty(scratch // 8 + 1, dtype=np.uint64),
    } | _constants()
    made = _Input(
        blocks=count,
        containers=containers,
        text=text,
        text_size=len(text),
        anchors=(-1 if heading is None else heading, described_block(page)),
    )
    for name, array in arrays.items():
        setattr(made, name, array.ctypes.data)
    made.articles_size, made.terminals_size = len(articles), arrays["terminals"].size
    made.tag_masks_size, made.name_masks_size = arrays["tag_masks"].size, arrays["name_masks"].size
    return Layout(made, arrays)


@cache
def _constants() -> dict[str, NDArray[np.generic]]:
    check_size(_Input, 1)
    return {
        "classes": character_classes(),
        "terminals": np.array(sorted(map(ord, TERMINALS)), dtype=np.uint32),
        "tag_masks": np.array(list(TAG_BIT.values()), dtype=np.int64),
        "name_masks": np.array(list(HINT_BIT.values()), dtype=np.int64),
    }


@cache
def _names() -> tuple[str, ...]:
    hints = [f"{where}<{tag}" for where in ("by", "in") for tag in TAG_BIT]
    hints += [f"{where}.{hint}" for where in ("by", "in") for hint in HINT_BIT]
    return (*column_names(), *hints)


def _said_columns(page: PageBlocks) -> Columns:
    """What the page says that it is."""
    open_graph = page.meta.get("og:type", "").lower()
    schema = " ".join(text[:_MAX_JSON_LD] for text in page.json_ld)
    values = {"page_dated": "article:published_time" in page.meta}
    values |= {f"og_{kind}": kind in open_graph for kind in _OPEN_GRAPH_KINDS}
    values |= {f"schema_{kind}": any(name in schema for name in names) for kind, names in _SCHEMA_KINDS.items()}
    rows = np.array(list(values.values()), dtype=np.float32)[:, np.newaxis].repeat(len(page.texts), axis=1)
    return dict(zip(values, rows, strict=True))
