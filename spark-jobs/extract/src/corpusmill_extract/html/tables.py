"""Tables of data among blocks: a cell without text keeps its column, and one over several takes them all."""

from collections.abc import Iterator
from itertools import groupby

from corpusmill_extract.documents.markdown import MAX_CELL_CHARS, MIN_COLUMNS, Cell, lay_row
from corpusmill_extract.documents.markdown import table as table_of
from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.places import CELLS, Place

# Longer cells than MAX_CELL_CHARS may stand under cells that head others.
_MAX_HEADED_CHARS = 1000
_MIN_HEADED_ROWS = 2
# Of a larger grid, at least one in so many cells must have text: rows are as wide as the widest.
_SMALL_GRID, _MAX_EMPTY = 10_000, 8
# Columns that cells reach into from above; whoever writes more does it to do harm.
_MAX_TAKEN = 256
_LINE_BREAK = "<br>"

_Grid = list[list[str]]


def split_tables(places: list[Place]) -> Iterator[tuple[int, list[Place]]]:
    """Yield runs of blocks with the number of their table, 0 for those in none."""
    for table, run in groupby(places, key=lambda place: place.table):
        yield table, list(run)


def is_plain_table(group: list[Place]) -> bool:
    """Whether every block is one short cell and no code, and some row has two."""
    cells = [place.cell for place in group]
    if any(place.is_code for place in group):
        return False
    if 0 in cells or len(set(cells)) < len(cells) or any(len(place.text) > MAX_CELL_CHARS for place in group):
        return False
    return any(len(list(row)) >= MIN_COLUMNS for _, row in groupby(group, key=lambda place: place.row))


def markdown_table(page: PageBlocks, table: int, group: list[Place]) -> str | None:
    """Return a table's blocks as Markdown, captions first; None where it is there for its layout."""
    captions = [place for place in group if place.is_caption]
    blocks = [place for place in group if not place.is_caption]
    if not is_plain_table(blocks) and not _is_headed_table(page, blocks):
        return None
    grid = _grid(page, table, blocks)
    width = max(map(len, grid))
    if len(grid) * width > max(_SMALL_GRID, _MAX_EMPTY * len(blocks)):
        return None
    return "\n\n".join([*(" ".join(place.text.split()) for place in captions), table_of(grid)])


def _is_headed_table(page: PageBlocks, blocks: list[Place]) -> bool:
    """Whether cells head others, no cell is as long as a text, and two rows have two cells: they may hold lists."""
    if any(place.is_code or not place.cell for place in blocks):
        return False
    if not any(page.tags[place.cell] == "th" for place in blocks):
        return False
    chars: dict[int, int] = {}
    rows: dict[int, set[int]] = {}
    for place in blocks:
        chars[place.cell] = chars.get(place.cell, 0) + len(place.text)
        rows.setdefault(place.row, set()).add(place.cell)
    if max(chars.values()) > _MAX_HEADED_CHARS:
        return False
    return sum(len(cells) >= MIN_COLUMNS for cells in rows.values()) >= _MIN_HEADED_ROWS


def _grid(page: PageBlocks, table: int, blocks: list[Place]) -> _Grid:
    """The cells of every row that has text; those that another one reaches over are empty."""
    texts: dict[int, str] = {}
    for place in blocks:
        text = " ".join(place.text.split())
        texts[place.cell] = f"{texts[place.cell]}{_LINE_BREAK}{text}" if place.cell in texts else text
    grid: _Grid = []
    taken: dict[int, int] = {}
    for numbers in _rows(page, table, blocks):
        cells = [Cell(texts.get(number, ""), *page.spans.get(number, ())) for number in numbers]
        row, taken = lay_row(cells, taken, _MAX_TAKEN)
        if any(row):
            grid.append(_without_end(row))
    return grid


def _without_end(row: list[str]) -> list[str]:
    """Without the empty cells at its end."""
    return row[: max(number for number, text in enumerate(row, 1) if text)]


def _rows(page: PageBlocks, table: int, blocks: list[Place]) -> list[list[int]]:
    """The cells of the table's rows from the first of the blocks' rows to the last, in the page's order."""
    found: dict[int, set[int]] = {place.row: set() for place in blocks}
    first, last = min(found), max(found)
    for container in range(first, max(place.cell for place in blocks) + 1):
        tag, parent = page.tags[container], page.parents[container]
        if tag == "tr" and first < container < last and _stands_in(page, container, table):
            found.setdefault(container, set())
        elif tag in CELLS and parent in found:
            found[parent].add(container)
    for place in blocks:
        found[place.row].add(place.cell)
    return [sorted(cells) for _, cells in sorted(found.items())]


def _stands_in(page: PageBlocks, row: int, table: int) -> bool:
    """Whether a row is one of the table's own: right in it or in a part of it."""
    parent = page.parents[row]
    return table in {parent, page.parents[parent]}
