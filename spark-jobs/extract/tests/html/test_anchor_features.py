"""Where blocks stand to a page's heading, description, articles and JSON-LD body."""

import json

import pytest

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.features import page_columns

OPENING = "The first paragraph, as the page describes itself."


def columns_of(html: str, *names: str) -> list[list[float]]:
    columns, _ = page_columns(read_blocks(html))
    return [columns[name].tolist() for name in names]


def test_counts_blocks_from_the_first_heading_and_finds_the_nearest_container_of_both() -> None:
    html = "<p>a</p><div><h1>b</h1><p>c</p></div><section><p>d</p></section>"
    after, level = columns_of(html, "h1_after", "h1_level")
    assert after == [-1, 0, 1, 2]
    assert level == [1, 0, 1, 2]


def test_says_so_where_a_page_has_no_heading() -> None:
    assert columns_of("<p>a</p><p>b</p>", "h1_after", "h1_level") == [[-200, -200], [-1, -1]]


def test_counts_blocks_from_the_one_that_the_description_repeats() -> None:
    html = f'<meta name="description" content="{OPENING}"><p>a</p><p>{OPENING} More.</p><p>b</p>'
    assert columns_of(html, "described_after") == [[-1, 0, 1]]


@pytest.mark.parametrize("description", ["", "Short", "Another text that stands nowhere in the page"])
def test_does_without_a_description_that_no_block_repeats(description: str) -> None:
    html = f'<meta name="description" content="{description}"><p>Short a</p><p>b</p>'
    assert columns_of(html, "described_after", "described_level") == [[-200, -200], [-1, -1]]


def test_numbers_articles_and_knows_one_within_another() -> None:
    html = "<p>aa</p><article><p>bb</p><article><p>cc</p></article></article><article><p>dd</p></article>"
    number, share, nested = columns_of(html, "article", "article_share", "article_nested")
    assert (number, nested) == ([0, 1, 2, 3], [0, 1, 2, 1])
    assert share == [0, 0.5, 0.25, 0.25]


def test_tells_blocks_of_the_json_ld_body_from_others() -> None:
    body = {"@graph": [{"author": {"name": "x"}}, {"articleBody": f"{OPENING}\n\nAnd then  it ends."}]}
    script = f'<script type="application/ld+json">{json.dumps(body)}</script>'
    assert columns_of(f"{script}<p>menu</p><p>{OPENING}</p><p>And then it ends.</p>", "ld_body") == [[0, 1, 1]]


@pytest.mark.parametrize(
    "json_ld", ['{"articleBody": ', '{"articleBody": 5}', '"articleBody"', '[{"articleBody": ""}]']
)
def test_reads_over_json_ld_that_holds_no_body(json_ld: str) -> None:
    assert columns_of(f'<script type="application/ld+json">{json_ld}</script><p>a</p>', "ld_body") == [[-1]]


def test_does_not_fail_on_json_ld_nested_a_hundred_thousand_deep() -> None:
    json_ld = '{"articleBody":' + "[" * 100_000 + "}"
    assert columns_of(f'<script type="application/ld+json">{json_ld}</script><p>a</p>', "ld_body") == [[-1]]
