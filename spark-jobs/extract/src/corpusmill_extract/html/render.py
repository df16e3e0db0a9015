"""Selected blocks as text, or as Markdown with headings, lists, tables, quotes and code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from corpusmill_extract.html.blocks import PAGE, PageBlocks

_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
CELLS = frozenset({"td", "th"})
# A table with longer cells is there for its layout.
_MAX_CELL_CHARS = 300
_MIN_COLUMNS = 2
_INDENT = "  "
_BACKTICKS = re.compile("`+")
_MIN_FENCE = 3
# The numbers of lines that stand beside code: nothing else is as dull.
_LINE_NUMBERS = re.compile(r"\s*\d+(?:\s+\d+)*\s*")


@dataclass(frozen=True, slots=True)
class _Place:
    """What a block stands in, as numbers of containers; 0 where in none. `lists` is outermost first."""

    text: str
    table: int
    row: int
    cell: int
    item: int
    lists: tuple[str, ...]
    heading: int
    is_code: bool
    is_quote: bool


def render_text(page: PageBlocks, numbers: list[int]) -> str:
    """Return the blocks as lines; the cells of a table's row stand on one line."""
    if "table" not in page.tags:
        return "\n".join(page.texts[number] for number in numbers)
    places = [_place(page, number) for number in numbers]
    return "\n".join(line for table, group in _tables(places) for line in _text_lines(table, group))


def render_markdown(page: PageBlocks, numbers: list[int]) -> str:
    """Return the blocks as Markdown; what makes no sense as such, a table for layout say, is paragraphs."""
    places = [_place(page, number) for number in numbers]
    parts: list[str] = []
    items: dict[int, int] = {}
    for table, group in _tables(places):
        if table:
            parts.append(_markdown_table(group))
            continue
        for key, run in groupby(_without_line_numbers(group), key=_list_or_code):
            blocks = list(run)
            parts.append("\n".join(_markdown_block(page, place, items) for place in blocks) if key else "")
            parts.extend([] if key else [_markdown_block(page, place, items) for place in blocks])
    return "\n\n".join(part for part in parts if part)


def _without_line_numbers(group: list[_Place]) -> list[_Place]:
    """A table of code without the cell that numbers its lines."""
    code = [place for place in group if place.table and place.is_code]
    if all(map(_is_line_numbers, code)):
        return group
    return [place for place in group if not (place.table and _is_line_numbers(place))]


def _is_line_numbers(place: _Place) -> bool:
    return place.is_code and _LINE_NUMBERS.fullmatch(place.text) is not None


def _list_or_code(place: _Place) -> str:
    """Blocks with one answer, that is not empty, stand on lines that follow each other."""
    return "list" if place.item and not place.is_code else ""


def _tables(places: list[_Place]) -> Iterator[tuple[int, list[_Place]]]:
    """Yield runs of blocks with the number of their table, 0 for what is in none or in one for layout."""
    for table, run in groupby(places, key=lambda place: place.table):
        group = list(run)
        yield (table if table and _is_data(group) else 0), group


def _is_data(group: list[_Place]) -> bool:
    """Whether every cell is one short text and no code, and some row has two."""
    cells = [place.cell for place in group]
    if any(place.is_code for place in group):
        return False
    if 0 in cells or len(set(cells)) < len(cells) or any(len(place.text) > _MAX_CELL_CHARS for place in group):
        return False
    return any(len(list(row)) >= _MIN_COLUMNS for _, row in groupby(group, key=lambda place: place.row))


def _text_lines(table: int, group: list[_Place]) -> Iterator[str]:
    if not table:
        yield from (place.text for place in group)
        return
    for _, row in groupby(group, key=lambda place: place.row):
        yield "\t".join(place.text for place in row)


def _markdown_table(group: list[_Place]) -> str:
    rows = [[_cell(place.text) for place in row] for _, row in groupby(group, key=lambda place: place.row)]
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _markdown_block(page: PageBlocks, place: _Place, items: dict[int, int]) -> str:
    if place.is_code:
        return _fenced(place.text)
    text = " ".join(place.text.split())
    if place.heading and not place.item:
        return f"{'#' * place.heading} {text}"
    if place.item:
        text = _list_line(page, place, items)
    return f"> {text}" if place.is_quote else text


def _fenced(code: str) -> str:
    """Code between fences longer than any run of backticks in it (CommonMark 0.31, section 4.5)."""
    fence = "`" * max(_MIN_FENCE, 1 + max(map(len, _BACKTICKS.findall(code)), default=0))
    return f"{fence}\n{code}\n{fence}"


def _list_line(page: PageBlocks, place: _Place, items: dict[int, int]) -> str:
    """The first block of an item has its mark; what follows in the item is indented."""
    text = " ".join(place.text.split())
    indent = _INDENT * max(0, len(place.lists) - 1)
    if place.item in items:
        return f"{indent}{_INDENT}{text}"
    parent = page.parents[place.item]
    number = items[place.item] = 1 + max((items[item] for item in items if _is_child(page, item, parent)), default=0)
    mark = f"{number}." if place.lists and place.lists[-1] == "ol" else "-"
    return f"{indent}{mark} {text}"


def _is_child(page: PageBlocks, item: int, parent: int) -> bool:
    return page.parents[item] == parent


def _place(page: PageBlocks, number: int) -> _Place:
    found = dict.fromkeys(("table", "tr", "cell", "li"), 0)
    lists: list[str] = []
    heading, tags = 0, set()
    container = page.owners[number]
    while container != PAGE:
        tag = page.tags[container]
        name = "cell" if tag in CELLS else tag
        if name in found and not found[name]:
            found[name] = container
        if tag in _LISTS:
            lists.append(tag)
        heading = heading or _HEADING_LEVELS.get(tag, 0)
        tags.add(tag)
        container = page.parents[container]
    return _Place(
        text=page.texts[number],
        table=found["table"],
        row=found["tr"],
        cell=found["cell"],
        item=found["li"],
        lists=tuple(reversed(lists)),
        heading=heading,
        is_code="pre" in tags,
        is_quote="blockquote" in tags,
    )
