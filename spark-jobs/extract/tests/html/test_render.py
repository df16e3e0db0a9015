"""Blocks as text and as Markdown."""

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.render import render_markdown, render_text

TABLE = "<table><tr><th>Name<th>Size<tr><td>a|b<td>1<tr><td>c<td>22</table>"


def _text(html: str) -> str:
    page = read_blocks(html)
    return render_text(page, list(range(len(page.texts))))


def _markdown(html: str) -> str:
    page = read_blocks(html)
    return render_markdown(page, list(range(len(page.texts))))


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
    assert _markdown(html) == "x\n\n1. one\n2. two\n  - deep\n3. three\n  more"


def test_writes_tables_with_pipes_escaped() -> None:
    assert _markdown(TABLE) == "| Name | Size |\n| --- | --- |\n| a\\|b | 1 |\n| c | 22 |"


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
