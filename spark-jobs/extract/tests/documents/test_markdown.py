"""Pieces of Markdown."""

import pytest

from corpusmill_extract.documents.markdown import code_span, fenced_code, table


@pytest.mark.parametrize(
    ("code", "fenced"),
    [("x", "```py\nx\n```"), ("a ``` b", "````py\na ``` b\n````"), ("`````\nx", "``````py\n`````\nx\n``````")],
)
def test_fences_code_with_more_backticks_than_are_in_it(code: str, fenced: str) -> None:
    assert fenced_code(code, "py") == fenced


@pytest.mark.parametrize(("code", "span"), [("x", "`x`"), ("x``y", "```x``y```"), ("`x", "`` `x ``")])
def test_marks_a_span_of_code_apart_from_its_own_backticks(code: str, span: str) -> None:
    assert code_span(code) == span


def test_writes_rows_as_wide_as_the_widest_and_no_bar_as_it_is() -> None:
    assert table([["a|b"], ["1", "2"]]) == "| a\\|b |  |\n| --- | --- |\n| 1 | 2 |"
