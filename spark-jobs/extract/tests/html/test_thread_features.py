"""Where readers' words begin, by labels, bylines and dates."""

import pytest

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.features import page_columns
from corpusmill_extract.html.hints import HINT_BIT
from corpusmill_extract.html.names import name_hints

PROSE = "A sentence of prose, long enough to be one, with commas, and with a full stop at its very end."


def columns_of(html: str, *names: str) -> list[list[float]]:
    columns, _ = page_columns(read_blocks(html))
    return [columns[name].tolist() for name in names]


def test_counts_labels_of_comments_and_the_prose_before_the_first_and_the_last() -> None:
    html = f"<p>{PROSE}</p><h3>2 Comments</h3><p>{PROSE}</p><p>Leave a comment</p><p>{PROSE}</p>"
    count, first, last = columns_of(html, "comments_count", "comments_first", "comments_last")
    assert count == [0, 1, 1, 2, 2]
    assert first == pytest.approx([1 / 3] * 5)
    assert last == pytest.approx([2 / 3] * 5)


def test_says_so_where_no_label_of_comments_stands() -> None:
    html = f"<p>{PROSE}</p><p>She read the comments of her readers and said nothing of them.</p>"
    assert columns_of(html, "comments_count", "comments_first", "comments_back") == [[0, 0], [-1, -1], [200, 200]]


@pytest.mark.parametrize("byline", ["Ann says:", "Ann Lee wrote:", "Reply", "Anna schreibt:"])
def test_knows_bylines_of_comments(byline: str) -> None:
    back, ahead = columns_of(f"<p>one</p><p>{byline}</p><p>two</p>", "says_back", "says_ahead")
    assert back == [200, 200, 1]
    assert ahead == [1, 0, 200]


@pytest.mark.parametrize(("text", "share"), [("June 3, 2011 at 10:32 pm", 1 / 3), ("Chapter 12", 0)])
def test_counts_short_blocks_with_dates_nearby(text: str, share: float) -> None:
    assert columns_of(f"<p>one</p><p>{text}</p><p>two</p>", "dated_near") == [pytest.approx([share] * 3)]


@pytest.mark.parametrize("name", ["commentlist", "comments", "recent-comments", "postCommentBox", "kommentare"])
def test_knows_comments_by_any_name_that_holds_the_word(name: str) -> None:
    assert name_hints(name) & HINT_BIT["comment"]


def test_hints_fit_the_bits_of_a_column() -> None:
    assert max(HINT_BIT.values()) < 1 << 62
