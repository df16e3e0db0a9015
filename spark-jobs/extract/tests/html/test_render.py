"""Blocks as text and as Markdown."""

import pytest

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.render import render_markdown, render_text

TABLE = "<table><tr><th>Name<th>Size<tr><td>a|b<td>1<tr><td>c<td>22</table>"


def _text(html: str) -> str:
    page = read_blocks(html)
    return render_text(page, list(range(len(page.texts))))


def _markdown(html: str) -> str:
    page = read_blocks(html)
    return render_markdown(page, list(range(len(page.texts))))


def _rows(html: str) -> list[list[str]]:
    lines = _markdown(html).splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in [lines[0], *lines[2:]]]


def test_writes_one_line_a_block() -> None:
    assert _text("<h1>A</h1><p>b</p><ul><li>c<li>d</ul>") == "A\nb\nc\nd"


def test_writes_a_row_of_a_table_on_one_line() -> None:
    assert _text(f"<p>x</p>{TABLE}<p>y</p>") == "x\nName\tSize\na|b\t1\nc\t22\ny"


def test_takes_a_table_with_paragraphs_in_its_cells_for_layout() -> None:
    assert _text("<table><tr><td><p>one</p><p>two</p><td>three</table>") == "one\ntwo\nthree"


def test_writes_headings_paragraphs_and_quotes() -> None:
    html = "<h2>A</h2><p>b\n c</p><blockquote><p>d</p></blockquote><h6>E</h6>"
    assert _markdown(html) == "## A\n\nb c\n\n> d\n\n###### E"


def test_writes_lists_in_lists_with_their_numbers() -> None:
    html = "<p>x</p><ol><li>one<li>two<ul><li>deep</ul><li>three<p>more</p></ol>"
    assert _markdown(html) == "x\n\n1. one\n2. two\n   - deep\n3. three\n   more"


def test_begins_a_list_at_its_number_and_indents_as_far_as_marks_are_wide() -> None:
    assert _markdown("<ol START=' 9'><li>a<li>b<p>c</p></ol>") == "9. a\n10. b\n    c"
    assert _markdown("<ol start=x><li>a</ol><ol start=0><li>b</ol>") == "1. a\n0. b"


def test_keeps_code_in_its_item() -> None:
    assert _markdown("<ul><li>a<pre>x\n y</pre>b<li>c</ul>") == "- a\n\n  ```\n  x\n   y\n  ```\n\n  b\n- c"


def test_writes_definitions_under_their_terms() -> None:
    assert _markdown("<dl><dt>a<dd>b<dd>c<dt>d<dd><dl><dt>e<dd>f</dl></dl>") == "- a\n  b\n  c\n- d\n  - e\n    f"


def test_writes_tables_with_pipes_escaped() -> None:
    assert _markdown(TABLE) == "| Name | Size |\n| --- | --- |\n| a\\|b | 1 |\n| c | 22 |"


def test_keeps_the_columns_of_cells_without_text() -> None:
    html = "<table><tr><th><th>2023<th>2024<tr><td>Sales<td>1<td>2<tr><td>Costs<td><td>9</table>"
    assert _markdown(html) == "|  | 2023 | 2024 |\n| --- | --- | --- |\n| Sales | 1 | 2 |\n| Costs |  | 9 |"
    assert _text(html) == "2023\t2024\nSales\t1\t2\nCosts\t9"


def test_gives_cells_all_columns_and_rows_that_they_reach_over() -> None:
    html = "<table><tr><th rowspan=2>A<th colspan=2>B<th>C<tr><th>b1<th>b2<th>c1<tr><td>1<td>2<td>3<td>4</table>"
    assert _rows(html) == [["A", "B", "", "C"], ["", "b1", "b2", "c1"], ["1", "2", "3", "4"]]
    html = "<table><tr><td>a<td rowspan=3>b<tr><td><tr><td>c<tr><td>d<td>e</table>"
    assert _rows(html) == [["a", "b"], ["c", ""], ["d", "e"]]


def test_writes_captions_before_their_tables() -> None:
    assert _markdown("<table><caption>C</caption><tr><td>a<td>b</table>") == "C\n\n| a | b |\n| --- | --- |"


def test_writes_lists_in_cells_under_heads_on_one_line() -> None:
    html = "<table><tr><th>K<th>V<tr><td>a<td><ul><li>x<li>y</ul><tr><td>b<td><p>p</p><p>q</p></table>"
    assert _rows(html) == [["K", "V"], ["a", "x<br>y"], ["b", "p<br>q"]]
    assert _markdown(html.replace("th>", "td>")).splitlines()[0] == "K"


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr>" + "<td>a" * 20_000 + "<tr><td>b" * 10_000 + "</table>",
        "<table>" + "<tr><td colspan=64 rowspan=64>x<td>y" * 10_000 + "</table>",
        "<ul>" + "<li>x" * 30_000 + "</ul>",
        "<table><tr><td>" * 2_000 + "x",
    ],
)
def test_markdown_is_no_larger_than_the_page(html: str) -> None:
    assert len(_markdown(html)) <= len(html)


def test_keeps_code_as_it_is() -> None:
    assert _markdown("<p>x</p><pre>a:\n    b</pre>") == "x\n\n```\na:\n    b\n```"


def test_fences_code_that_holds_fences_with_longer_ones() -> None:
    assert _markdown("<p>x</p><pre>```\na ````\n```</pre>") == "x\n\n`````\n```\na ````\n```\n`````"


def test_writes_a_table_with_code_as_code_without_its_line_numbers() -> None:
    html = "<table><tr><td><pre>1\n2\n3</pre><td><pre>import csv\n\nprint(1)</pre></table>"
    assert _markdown(html) == "```\nimport csv\n\nprint(1)\n```"
    assert _markdown("<table><tr><td><pre>1\n2</pre><td>x</table>") == "```\n1\n2\n```\n\nx"
    assert _text("<table><tr><td><pre>a\nb</pre><td>c</table>") == "a\nb\nc"


def test_writes_nothing_of_nothing() -> None:
    page = read_blocks("<p>x</p>")
    assert (render_text(page, []), render_markdown(page, [])) == ("", "")
