"""Columns of the library against the same in NumPy, on pages of every shape, and against counts by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from column_reference import reference_columns
from column_steps import FAR, distances
from context_reference import reference_context
from corpusmill_extract.html.blocks import PageBlocks, read_blocks
from corpusmill_extract.html.features import context_columns, page_columns

_PARTS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div class=post>",
            "<div class='comment sidebar'>",
            "</div>",
            "<article>",
            "</article>",
            "<ul>",
        ),
        *("<li>", "</ul>", "<h1>", "</h1>", "<h2>", "</h2>", "<pre>", "</pre>", "<table><tr><td>", "</table>", "<nav>"),
        *(
            "</nav>",
            "<a href=/>",
            "</a>",
            "<br><br>",
            "3 Comments",
            "Ann says:",
            "June 3, 2011",
            "Read more",
            "Home | News",
        ),
        *(
            "A sentence of prose, long enough to be one, with commas, and with a full stop at its very end.",
            "x",
            " ",
            "1",
        ),
        *("\u4e2d\u6587\u3002", "\U0001f600", "e\u0301", "\u00bb", "Title", "<aside>", "</aside>", "<section id=main>"),
    ]
)
PAGES = st.lists(_PARTS, min_size=1, max_size=120).map("".join)
MARKS = st.integers(1, 300).flatmap(
    lambda count: st.lists(st.sampled_from([0, 0, 0, 1]), min_size=count, max_size=count)
)


@given(PAGES)
def test_makes_the_columns_that_numpy_makes(html: str) -> None:
    page = read_blocks(f"<title>A Title</title>{html}<p>end")
    columns, layout = page_columns(page)
    wanted, places = reference_columns(page)
    assert {name: columns[name].tolist() for name in wanted} == {name: wanted[name].tolist() for name in wanted}
    assert set(columns) - set(wanted) == {
        name for name in columns if name[:3] in {"og_", "ld_"} or "schema_" in name
    } | {"page_dated"}
    first = np.arange(len(page.texts)) * 379 % 1001
    context, expected = context_columns(first, layout), reference_context(first, places)
    assert list(context) == list(expected) or set(context) == set(expected)
    for name, column in expected.items():
        if name == "first_sure":  # a sum of fractions, whose order NumPy chooses
            assert context[name] == pytest.approx(column, rel=1e-6)
        else:
            assert context[name].tolist() == column.tolist(), name


@given(MARKS)
def test_finds_the_nearest_mark_before_a_block_and_the_nearest_at_it_or_after(marks: list[int]) -> None:
    back, ahead = distances(np.array(marks, dtype=bool))
    count = len(marks)
    assert back.tolist() == [min(FAR, _nearest(marks, range(block), block)) for block in range(count)]
    assert ahead.tolist() == [min(FAR, _nearest(marks, range(block, count), block)) for block in range(count)]
    html = "".join("<p>Reply</p>" if mark else "<p>x</p>" for mark in marks)
    columns, _ = page_columns(read_blocks(html))
    assert (columns["says_back"].tolist(), columns["says_ahead"].tolist()) == (back.tolist(), ahead.tolist())


def _nearest(marks: list[int], numbers: range, block: int) -> float:
    return min([abs(block - number) for number in numbers if marks[number]], default=FAR)


def _columns_of(texts: list[str]) -> dict[str, list[float]]:
    columns, _ = page_columns(_page_of(texts))
    return {name: column.tolist() for name, column in columns.items()}


def _page_of(texts: list[str]) -> PageBlocks:
    count = len(texts)
    return PageBlocks(texts=texts, owners=[0] * count, link_chars=[0] * count, links=[0] * count)


def test_counts_no_more_than_the_first_two_thousand_characters_of_a_block() -> None:
    columns = _columns_of(["." * 3000, "a" * 2000 + "." * 1000, "A1 b,"])
    assert columns["punct"] == [1, 0, np.float32(0.2)]
    assert columns["upper"] == [0, 0, np.float32(0.2)]
    assert columns["digits"] == [0, 0, np.float32(0.2)]
    assert columns["words"] == [1, 1, 2]


def test_sees_bars_in_short_blocks_alone() -> None:
    texts = ["Home | News", "Home \u203a News", "\u00bb", "x" * 198 + "|", "x" * 199 + "|", "Home"]
    assert _columns_of(texts)["bar"] == [1, 1, 1, 1, 0, 0]


def test_counts_blocks_of_the_same_text() -> None:
    assert _columns_of(["a", "b", "a", "ab", "a"])["dup"] == [3, 1, 3, 1, 3]
