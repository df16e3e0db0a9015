"""Pieces of Markdown: CommonMark 0.31, and tables as GitHub writes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# A table with longer cells, or of one column, is there for its layout.
MAX_CELL_CHARS = 300
MIN_COLUMNS = 2
_BACKTICKS = re.compile("`+")
_MIN_FENCE = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and how many columns and rows it reaches over."""

    text: str
    columns: int = 1
    rows: int = 1


def lay_row(cells: Sequence[Cell], taken: dict[int, int], most_taken: int) -> tuple[list[str], dict[int, int]]:
    """Return a row's texts, with an empty one where another cell reaches over (HTML standard, 4.9.12).

    `taken` has the columns that cells above reach into, and in how many rows from this one on; what is so for the next
    row is returned too. Where it has `most_taken` columns, further cells reach into no rows.
    """
    row: list[str] = []
    below = {column: left - 1 for column, left in taken.items() if left > 1}
    for cell in cells:
        while len(row) in taken:
            row.append("")
        if cell.rows > 1 and len(below) < most_taken:
            below.update(dict.fromkeys(range(len(row), len(row) + cell.columns), cell.rows - 1))
        row.extend([cell.text, *[""] * (cell.columns - 1)])
    return row, below


def fenced_code(code: str, language: str = "") -> str:
    """Return code between fences longer than any run of backticks in it (section 4.5)."""
    fence = "`" * max(_MIN_FENCE, 1 + _longest_run(code))
    return f"{fence}{language}\n{code}\n{fence}"


def code_span(code: str) -> str:
    """Return code inside a line; spaces part its own backticks from the marks (section 6.1)."""
    mark = "`" * (1 + _longest_run(code))
    space = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{mark}{space}{code}{space}{mark}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of one-line cells as a table, the first row as its head; short rows end in empty cells."""
    width = max(map(len, rows))
    cells = [[cell.replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _longest_run(code: str) -> int:
    return max(map(len, _BACKTICKS.findall(code)), default=0)
