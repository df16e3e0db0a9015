"""Tables of wikitext as Markdown."""

import pytest

from corpusmill_extract.records.wikitext_markdown import wikitext_to_markdown


def _rows(*rows: str) -> str:
    """A page of text, a table and text; each of the table's rows is its lines."""
    return "before\n{| class=x\n" + "\n|-\n".join(rows) + "\n|}\nafter"


def _table(*rows: str) -> str:
    """What becomes of it: `rows` without their outer marks."""
    lines = [f"| {row} |" for row in rows]
    head = "|" + " --- |" * (rows[0].replace("\\|", "").count("|") + 1)
    return "\n".join(["before\n", lines[0], head, *lines[1:], "\nafter"])


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (("! a !! b", "| c || d", "|e\n|f"), ("a | b", "c | d", "e | f")),
        (("| a || b", "| c || d"), ("a | b", "c | d")),
        (("", "! a\n! b", "! c || d"), ("a | b", "c | d")),
        (("| a || b || c", "| || d ||", "|\n|\n|e"), ("a | b | c", " | d | ", " |  | e")),
        (("| a || b", "| c"), ("a | b", "c | ")),
        (('! style="x" | a !! scope=col|b', "|class=y|c||d|e"), ("a | b", "c | e")),
        (("|[[a|b]]||[[c|d]] x\n| style=y|[[e|f]]", "|x!!y||{{z}}||w"), ("b | d x | f", "x!!y |  | w")),
        (("|a||b", "|c&#124;d||<nowiki>||</nowiki><code>e|f</code>"), ("a | b", "c\\|d | \\|\\|`e\\|f`")),
        (("|a||b", "|\n* c\n* ''d''\n|e<br>f<ref>g</ref>\nh"), ("a | b", "- c - d | e f h")),
        (("|a||b||c", '| colspan="2" | d || e'), ("a | b | c", "d |  | e")),
        (
            ("|a||b||c", "|rowspan=3|d||e||f", "|g||rowspan=2|h", "|i"),
            ("a | b | c", "d | e | f", " | g | h", " | i | "),
        ),
        (("|a||b||c", "|rowspan=2 colspan=2|d||e", "|f"), ("a | b | c", "d |  | e", " |  | f")),
        (("|a||b", "|colspan=0|c||rowspan=x|d"), ("a | b", "c | d")),
    ],
)
def test_writes_rows_and_cells(rows: tuple[str, ...], cells: tuple[str, ...]) -> None:
    assert wikitext_to_markdown(_rows(*rows)) == _table(*cells)


def test_puts_a_caption_before_its_table() -> None:
    source = "{|\n|+ style=x | The ''best''\nof [[a|all]]\n! a !! b\n|}"
    assert wikitext_to_markdown(source) == "The best of all\n\n| a | b |\n| --- | --- |"


def test_stands_in_the_item_or_paragraph_around_it() -> None:
    assert wikitext_to_markdown("# a\n:{|\n|b||c\n|}\nd") == "1. a\n\n| b | c |\n| --- | --- |\n\nd"


def test_keeps_a_cell_of_exactly_300_characters_and_drops_a_table_with_a_longer_one() -> None:
    assert wikitext_to_markdown(_rows(f"|a||{'b' * 300}")) == _table(f"a | {'b' * 300}")
    assert wikitext_to_markdown(_rows(f"|a||{'b' * 301}")) == "before\n\nafter"


@pytest.mark.parametrize(
    "row",
    ["|a||\n{|\n|b||c\n|}", "|a||<pre>b</pre>", "|a\n|-\n|b", "|{{a}}||{{b}}", "", "no cell", "|a||colspan=999|b"],
    ids=["nested", "code", "one column", "no text", "empty", "no cell", "made up"],
)
def test_drops_tables_that_are_no_data(row: str) -> None:
    assert wikitext_to_markdown(_rows(row)) == "before\n\nafter"


def test_drops_a_table_of_which_most_would_be_empty() -> None:
    wide = "|a" + "||a" * 99
    assert wikitext_to_markdown(_rows(wide, *["|b"] * 10)).count("\n|") == 12
    assert wikitext_to_markdown(_rows(wide, *["|b"] * 11)) == "before\n\nafter"


def test_drops_a_table_in_a_template() -> None:
    assert wikitext_to_markdown("a {{b|\n{|\n|c||d\n|}\n}}") == "a"


def test_lets_a_table_that_is_never_closed_go_as_text() -> None:
    assert wikitext_to_markdown("{| class=x\n| a || b") == "class=x\n| a || b"


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ("{}", "{|\n|a||b\n|}"),
        ("{}", "{|\n|colspan=999 rowspan=999|a||b\n|}"),
        ("{{|{}\n|}}", "\n|-\n|colspan=99 rowspan=99|a||b"),
        ("{{|\n|a||b{}\n|}}", "\n|-\n|rowspan=999|a"),
        ("{{|\n{}\n|}}", "|a||b"),
        ("{{|\n{}\n|}}", "[[a|"),
        ("{{|\n|{}a||b\n|}}", "colspan=  "),
        ("{{|\n|colspan={}|a||b\n|}}", " "),
        ("{{|\n|a||b\n|-\n{}\n|}}", "|a\nb\n"),
    ],
)
def test_reads_tables_that_repeat_a_hundred_thousand_times(page: str, part: str) -> None:
    assert len(wikitext_to_markdown(page.format(part * 100_000))) <= 5 * len(part) * 100_000
