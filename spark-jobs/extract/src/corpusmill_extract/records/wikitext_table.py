"""Tables of wikitext as Markdown."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from corpusmill_extract.documents.markdown import MAX_CELL_CHARS, MIN_COLUMNS, Cell, lay_row, table
from corpusmill_extract.records.wikitext import find_braces, plain_line, without_braces
from corpusmill_extract.records.wikitext_shelf import BLOCK

_TABLE = "{|"
_SPAN = re.compile(r"\b(col|row)span\s{0,9}=\s{0,9}[\"']?\s{0,9}(\d{1,3})", re.IGNORECASE)
# Of a larger grid, at least one in so many places must be a cell's own: short attributes could make endless rows.
_SMALL_GRID, _MAX_SPREAD = 200, 10


@dataclass(slots=True)
class _Source:
    """A table as its lines part it: a caption, rows and cells are lines of source each."""

    caption: list[str] = field(default_factory=list)
    rows: list[list[list[str]]] = field(default_factory=lambda: [[]])


def table_to_markdown(source: str, render: Callable[[str], str]) -> str:
    """Return a table, from `{|` to `|}`, as Markdown, its caption first; empty where it is no data.

    `render` makes one line of text of the source of a cell. A nested table, code of several lines or a long cell is a
    sign of layout, and so is a single column.
    """
    inner = source[len(_TABLE) : -len(_TABLE)]
    if BLOCK.search(inner) or any(brace.mark == _TABLE for brace in find_braces(inner)):
        return ""
    found = _read(without_braces(inner))
    rows = [[_cell(lines, render) for lines in row] for row in found.rows if row]
    if not _is_data(rows):
        return ""
    grid = _grid(rows)
    if not grid:
        return ""
    caption = _cell(found.caption, render).text if found.caption else ""
    return "\n\n".join(part for part in (caption, table(grid)) if part)


def _read(source: str) -> _Source:
    """The first line holds the table's own attributes; a line that begins with no mark goes on with what is open."""
    found = _Source()
    opened: list[str] = []
    for line in map(str.strip, source.split("\n")[1:]):
        if line.startswith("|-"):
            opened = []
            found.rows.append([])
        elif line.startswith("|+"):
            opened = found.caption = [line[2:]]
        elif line.startswith(("|", "!")):
            content = line[1:].replace("!!", "||") if line.startswith("!") else line[1:]
            cells = [[cell] for cell in content.split("||")]
            found.rows[-1].extend(cells)
            opened = cells[-1]
        else:
            opened.append(line)
    return found


def _cell(lines: list[str], render: Callable[[str], str]) -> Cell:
    """What stands before a single bar is attributes, unless the bar is that of a link."""
    attributes, bar, first = lines[0].partition("|")
    if not bar or "[[" in attributes:
        attributes, first = "", lines[0]
    spans = {name.lower(): int(count) for name, count in _SPAN.findall(attributes)}
    text = render("\n".join([first, *map(plain_line, lines[1:])]))
    return Cell(text, spans.get("col", 1), spans.get("row", 1))


def _is_data(rows: list[list[Cell]]) -> bool:
    texts = [cell.text for row in rows for cell in row]
    if not any(texts) or max(map(len, texts)) > MAX_CELL_CHARS:
        return False
    return max(map(len, rows)) >= MIN_COLUMNS


def _grid(rows: list[list[Cell]]) -> list[list[str]]:
    """Rows with an empty cell in each place that another cell spans; none where they are too many."""
    limit = max(_SMALL_GRID, _MAX_SPREAD * sum(map(len, rows)))
    grid: list[list[str]] = []
    taken: dict[int, int] = {}
    size = 0
    for cells in rows:
        # Before the row is made, so that no row is larger than the limit and what is taken.
        if size + sum(cell.columns for cell in cells) > limit:
            return []
        row, taken = lay_row(cells, taken, limit)
        grid.append(row)
        size += len(row)
    return grid if max(map(len, grid)) * len(grid) <= limit else []
