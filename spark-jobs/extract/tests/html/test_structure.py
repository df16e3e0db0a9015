"""What belongs to kept blocks as Markdown shows them."""

import pytest

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.structure import with_structure

TABLE = "<table><tr><th>Name<th>Size<tr><td>a<td>1<tr><td>b<td>2</table>"


@pytest.mark.parametrize(
    ("html", "kept", "whole"),
    [
        (TABLE, [2, 3, 4, 5], [0, 1, 2, 3, 4, 5]),
        (TABLE, [3, 4, 5], [3, 4, 5]),
        ("<table><tr><td><p>a</p><p>b</p><td>c</table>", [0, 1], [0, 1]),
        ("<ol><li>a<li>b<li>c</ol>", [0, 2], [0, 1, 2]),
        ("<ul><li>a<ul><li>b<li>c<li>d</ul><li>e</ul>", [1, 2], [0, 1, 2, 3, 4]),
        ("<blockquote><p>a</p><p>b</p><footer>c</footer></blockquote>", [0, 1], [0, 1, 2]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", [0], [0]),
        ("<h1>A</h1><p>by</p><p>b</p>", [2], [0, 2]),
        ("<h1>Site</h1><h1>A</h1><p>b</p><h1>C</h1>", [2], [1, 2]),
        ("<h1>Site</h1><p>a</p><h1>B</h1>", [1, 2], [1, 2]),
        ("<p>a</p><h1>B</h1>", [0], [0]),
        ("<h1>A</h1>", [], []),
    ],
)
def test_completes_what_is_mostly_kept_and_adds_the_heading_above(html: str, kept: list[int], whole: list[int]) -> None:
    assert with_structure(read_blocks(html), kept) == whole


@pytest.mark.parametrize(
    ("html", "kept", "whole"),
    [
        (f"<div><p>a</p><p>b</p>{TABLE}<p>c</p></div>", [0, 1, 8], list(range(9))),
        (f"<div><p>a</p><p>b</p><div><figure>{TABLE}</figure></div><pre>c</pre></div><p>d</p>", [0, 1], list(range(9))),
        ("<div><p>a</p><ul><li>b<li>c</ul><p>d</p></div>", [0, 3], [0, 1, 2, 3]),
        ("<div><p>a</p><p>b</p><ul><li>c</ul></div>", [0, 1], [0, 1]),
        ("<div><p>a</p><p>b</p><p>c</p><pre>d</pre></div>", [0, 1], [0, 1]),
        ("<div><pre>a</pre><p>b</p><p>c</p></div>", [1, 2], [1, 2]),
        ("<div><p>a</p><p>b</p></div><pre>c</pre>", [0, 1], [0, 1]),
        ("<div><p>a</p><ul><li><a href=x>b</a></ul><p>c</p></div>", [0, 2], [0, 2]),
        ("<div><p>a</p><table><tr><td><p>b</p><p>c</p></table><p>d</p></div>", [0, 3], [0, 3]),
    ],
)
def test_adds_tables_lists_and_code_among_kept_blocks_and_no_menu(html: str, kept: list[int], whole: list[int]) -> None:
    assert with_structure(read_blocks(html), kept) == whole


def test_leaves_a_list_of_more_than_500_items_as_it_is() -> None:
    assert with_structure(read_blocks("<ul>" + "<li>a" * 501 + "</ul>"), list(range(500))) == list(range(500))
    assert with_structure(read_blocks("<ul>" + "<li>a" * 500 + "</ul>"), list(range(499))) == list(range(500))


def test_takes_lists_nested_a_thousand_deep() -> None:
    page = read_blocks("<ul><li>a" * 1000)
    assert with_structure(page, list(range(300))) == list(range(300))
