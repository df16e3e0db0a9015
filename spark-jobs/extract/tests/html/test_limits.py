"""Depth and number of tags."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.html.limits import check_html_limits

DEPTH = 20
NODES = 1000


def _reason(html: str) -> str | None:
    try:
        check_html_limits(html, NODES, DEPTH)
    except BadRecordError as error:
        return str(error.reason)
    return None


def test_keeps_a_page_exactly_at_the_depth() -> None:
    padding = "<br>" * DEPTH
    assert _reason("<div>" * DEPTH + padding) is None
    assert _reason("<div>" * (DEPTH + 1) + padding) == "html_too_deep"


def test_keeps_a_page_exactly_at_the_number_of_tags() -> None:
    assert _reason("<br>" * NODES) is None
    assert _reason("<br>" * (NODES + 1)) == "html_too_many_nodes"


@pytest.mark.parametrize("tag", ["div", "b", "font", "span", "x-y", "DIV", "svg", "table><tr><td"])
def test_refuses_a_page_of_depth_100_000(tag: str) -> None:
    with pytest.raises(BadRecordError) as refused:
        check_html_limits(f"<{tag}>" * 100_000, 10_000_000, 2_000)
    assert refused.value.reason == "html_too_deep"


def test_refuses_a_page_of_a_million_tags() -> None:
    with pytest.raises(BadRecordError) as refused:
        check_html_limits("<p>x</p>" * 1_000_000, 200_000, 2_000)
    assert refused.value.reason == "html_too_many_nodes"


@pytest.mark.parametrize(
    "html",
    [
        "<p>open" * 500,
        "<ul>" + "<li>item" * 500,
        "<ul>" + "<li><p>item" * 300,
        "<dl>" + "<dt>a<dd>b" * 300,
        "<table>" + "<tr><td>a<td>b" * 300,
        "<table>" + "<tr><td><b>a" * 300,
        "<select>" + "<option>a" * 500,
        "<br><img><input>" * 300,
        "<svg>" + "<path d='M0'/>" * 500 + "</svg>",
        "<!-- " + "<div>" * 500 + " -->",
        "<script>" + "'<div>'" * 500 + "</script>",
        "<style>" + "<div>" * 500,
        "<div></div>" * 400,
        "</div>" * 5000,
        "a < b " * 5000,
    ],
)
def test_counts_only_what_really_nests(html: str) -> None:
    assert _reason(html) is None


def test_goes_on_after_comments_and_scripts() -> None:
    assert _reason("<!-- a --><SCRIPT>b</Script>" + "<div>" * 50) == "html_too_deep"


def test_does_not_take_a_slash_for_an_end_outside_of_svg() -> None:
    assert _reason("<div/>" * 50) == "html_too_deep"


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("<>/!-pdiv \"'="), max_size=300))
def test_reads_any_text(html: str) -> None:
    assert _reason(html) in {None, "html_too_deep", "html_too_many_nodes"}
