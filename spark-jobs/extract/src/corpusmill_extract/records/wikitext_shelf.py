"""Finished pieces of Markdown, kept aside while passes over wikitext go on around them."""

import re
from textwrap import indent

# Characters that XML cannot hold, and that no entity stands for.
_INLINE, _BLOCK, _END = "\x01", "\x02", "\x03"
BREAK = "\x04"
_OWN = re.compile(f"[{_INLINE}{_BLOCK}{_END}{BREAK}]")
BLOCK = re.compile(rf"({_BLOCK}\d+{_END})")
_PLACE = re.compile(rf"^( *){_BLOCK}(\d+){_END}|{_INLINE}(\d+){_END}", re.MULTILINE)


def without_marks(source: str) -> str:
    """Take out of a page's source what would be taken for marks of a shelf."""
    return _OWN.sub("", source)


class Shelf:
    """Pieces by number. Each leaves a mark in its place, of characters that mean nothing in wikitext."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def put(self, piece: str) -> str:
        """Return the mark of a piece that stands in a line."""
        return f"{_INLINE}{self._number(piece)}{_END}"

    def put_block(self, piece: str) -> str:
        """Return the mark of a piece that is lines of its own; before `restore` it must be a line of its own too."""
        return f"{_BLOCK}{self._number(piece)}{_END}"

    def restore(self, text: str) -> str:
        """Put the pieces where their marks are; a block is indented as its mark is."""
        return _PLACE.sub(self._piece, text)

    def _number(self, piece: str) -> int:
        self._pieces.append(piece)
        return len(self._pieces) - 1

    def _piece(self, place: re.Match[str]) -> str:
        space, block, inline = place.groups()
        return self._pieces[int(inline)] if block is None else indent(self._pieces[int(block)], space)
