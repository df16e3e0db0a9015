"""Selected blocks as text, or as Markdown with headings, lists, tables, quotes and code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from corpusmill_extract.documents.markdown import fenced_code
from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.places import Place, place_of
from corpusmill_extract.html.tables import is_plain_table, markdown_table, split_tables

_INDENT = "  "
# The numbers of lines that stand beside code: nothing else is as dull.
_LINE_NUMBERS = re.compile(r"\s*\d+(?:\s+\d+)*\s*")


@dataclass(slots=True)
class _Lists:
    """What was written of lists: how far the text of each item is indented, and each list's last number."""

    indents: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)


def render_text(page: PageBlocks, numbers: list[int]) -> str:
    """Return the blocks as lines; the cells of a table's row stand on one line."""
    if "table" not in page.tags:
        return "\n".join(page.texts[number] for number in numbers)
    places = [place_of(page, number) for number in numbers]
    return "\n".join(line for table, group in split_tables(places) for line in _text_lines(table, group))


def render_markdown(page: PageBlocks, numbers: list[int]) -> str:
    """Return the blocks as Markdown; what makes no sense as such, a table for layout say, is paragraphs."""
    parts: list[str] = []
    lists = _Lists()
    for table, group in split_tables([place_of(page, number) for number in numbers]):
        rendered = markdown_table(page, table, group) if table else None
        if rendered is not None:
            parts.append(rendered)
            continue
        for key, run in groupby(_without_line_numbers(group), key=_is_list_line):
            lines = [_markdown_block(page, place, lists) for place in run]
            parts.extend(["\n".join(lines)] if key else lines)
    return "\n\n".join(part for part in parts if part)


def _without_line_numbers(group: list[Place]) -> list[Place]:
    """A table of code without the cell that numbers its lines."""
    code = [place for place in group if place.table and place.is_code]
    if all(map(_is_line_numbers, code)):
        return group
    return [place for place in group if not (place.table and _is_line_numbers(place))]


def _is_line_numbers(place: Place) -> bool:
    return place.is_code and _LINE_NUMBERS.fullmatch(place.text) is not None


def _is_list_line(place: Place) -> bool:
    """Whether a block stands on a line that follows the one before: paragraphs are apart."""
    return place.item > 0 and not place.is_code


def _text_lines(table: int, group: list[Place]) -> Iterator[str]:
    if not table or not is_plain_table(group):
        yield from (place.text for place in group)
        return
    for _, row in groupby(group, key=lambda place: place.row):
        yield "\t".join(place.text for place in row)


def _markdown_block(page: PageBlocks, place: Place, lists: _Lists) -> str:
    text = fenced_code(place.text) if place.is_code else " ".join(place.text.split())
    if place.item:
        text = _in_list(page, place, text, lists)
    elif place.heading and not place.is_code:
        return f"{'#' * place.heading} {text}"
    return f"> {text}" if place.is_quote and not place.is_code else text


def _in_list(page: PageBlocks, place: Place, text: str, lists: _Lists) -> str:
    """The first block of an item has its mark; what follows in the item, or is nested in it, is indented as far.

    A number is wider than a dash (CommonMark 0.31, section 5.2). A definition stands as if in its term's item.
    """
    item = place.item
    outer = next((lists.indents[number] for number in place.items[1:] if number in lists.indents), None)
    if outer is None:
        outer = len(_INDENT) * (len(place.items) - 1)
    mark = ""
    if item not in lists.indents:
        mark = "" if page.tags[item] == "dd" else _mark(page, item, lists)
        lists.indents[item] = outer + (len(mark) or len(_INDENT))
    indent = lists.indents[item]
    lines = text.replace("\n", "\n" + " " * indent)
    return f"{' ' * outer}{mark}{lines}" if mark else f"{' ' * indent}{lines}"


def _mark(page: PageBlocks, item: int, lists: _Lists) -> str:
    parent = page.parents[item]
    if page.tags[parent] != "ol":
        return "- "
    number = lists.numbers.get(parent, page.starts.get(parent, 1) - 1) + 1
    lists.numbers[parent] = number
    return f"{number}. "
