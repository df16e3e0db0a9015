"""Pieces of Markdown: CommonMark 0.31, and tables as GitHub writes them."""

import re
from collections.abc import Sequence

_BACKTICKS = re.compile("`+")
_MIN_FENCE = 3


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
