"""Columns against a count block by block, and of several columns at once against one after another."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.columns import FAR, distances, running, shifted
from corpusmill_extract.html.text_features import text_columns

MARKS = st.integers(1, 300).flatmap(
    lambda count: st.lists(st.sampled_from([0, 0, 0, 1]), min_size=count, max_size=count)
)


def _nearest(marks: list[int], numbers: range, block: int) -> float:
    return min([abs(block - number) for number in numbers if marks[number]], default=FAR)


@given(MARKS)
def test_finds_the_nearest_mark_before_a_block_and_the_nearest_at_it_or_after(marks: list[int]) -> None:
    back, ahead = distances(np.array(marks, dtype=bool))
    count = len(marks)
    assert back.tolist() == [min(FAR, _nearest(marks, range(block), block)) for block in range(count)]
    assert ahead.tolist() == [min(FAR, _nearest(marks, range(block, count), block)) for block in range(count)]


@given(MARKS)
def test_looks_at_several_columns_as_at_one(marks: list[int]) -> None:
    columns = np.array([marks, marks[::-1]], dtype=bool)
    back, ahead = distances(columns)
    for number, column in enumerate(columns):
        alone_back, alone_ahead = distances(column)
        assert (back[number].tolist(), ahead[number].tolist()) == (alone_back.tolist(), alone_ahead.tolist())
    sums = running(columns.astype(np.float32))
    assert sums.tolist() == [running(column.astype(np.float32)).tolist() for column in columns]


def test_sums_begin_with_nothing_and_end_with_everything() -> None:
    assert running(np.array([1.5, 2, 4], dtype=np.float32)).tolist() == [0, 1.5, 3.5, 7.5]


def test_shifts_a_column_either_way() -> None:
    column = np.array([1, 2, 3], dtype=np.float32)
    assert shifted(column, 1, 9).tolist() == [9, 1, 2]
    assert shifted(column, -2, 9).tolist() == [3, 9, 9]
    assert shifted(column, 3, 9).tolist() == [9, 9, 9]


def test_counts_no_more_than_the_first_two_thousand_characters_of_a_block() -> None:
    columns = text_columns(PageBlocks(texts=["." * 3000, "a" * 2000 + "." * 1000, "A1 b,"]))
    assert columns["punct"].tolist() == [1, 0, np.float32(0.2)]
    assert columns["upper"].tolist() == [0, 0, np.float32(0.2)]
    assert columns["digits"].tolist() == [0, 0, np.float32(0.2)]
    assert columns["words"].tolist() == [1, 1, 2]


def test_sees_bars_in_short_blocks_alone() -> None:
    texts = ["Home | News", "Home \u203a News", "\u00bb", "x" * 198 + "|", "x" * 199 + "|", "Home"]
    assert text_columns(PageBlocks(texts=texts))["bar"].tolist() == [1, 1, 1, 1, 0, 0]
