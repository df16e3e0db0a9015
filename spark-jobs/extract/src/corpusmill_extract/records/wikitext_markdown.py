"""Wikitext to Markdown: as `wikitext_to_text`, and headings, lists, tables and code keep their marks.

Time is in proportion to the page: passes are those of `wikitext`, and what they must not touch stands on a shelf.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile

from corpusmill_extract.records.wikitext import (
    EMPTY_BRACKETS,
    LINE_MARKS,
    dropped_names,
    inline_text,
    replace_braces,
    without_dropped_tags,
)
from corpusmill_extract.records.wikitext_code import lift_code_spans, lift_literals
from corpusmill_extract.records.wikitext_shelf import BLOCK, BREAK, Shelf, without_marks
from corpusmill_extract.records.wikitext_table import table_to_markdown

_BREAK_TAG = re.compile(r"<br(?:[\s/][^<>]{0,2000})?>", re.IGNORECASE)
_MAX_HEADING_LEVEL = 6
# Nothing that people write nests deeper; code in a list costs its indentation in every line.
_MAX_LIST_DEPTH = 10


@dataclass(frozen=True, slots=True)
class _Block:
    """Text that stands apart; blocks of one `run` that follow each other are lines of one part."""

    text: str
    run: str = ""


class _Lists:
    """The lists that are open, one for each mark that the last line began with."""

    def __init__(self) -> None:
        self._path = ""
        # Of each list the number of its last item, and how far that indents what is in it.
        self._levels: list[tuple[int, int]] = []

    def close(self) -> None:
        """End all lists."""
        self._path = ""
        self._levels.clear()

    def indent(self) -> str:
        """Return what stands before a line to be in the last item."""
        return " " * sum(width for _, width in self._levels)

    def read(self, marks: str, text: str) -> Iterator[_Block]:
        """Yield the blocks of a line; without a text it opens lists and has no item."""
        marks = marks[:_MAX_LIST_DEPTH]
        path = marks.replace(";", ":")
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self._path, path, strict=False)))
        self._levels[shared:] = [(0, 0)] * (len(path) - shared)
        self._path = path
        if text:
            yield from self._definition(marks, text) if path.endswith(":") else [self._item(text)]

    def _item(self, text: str) -> _Block:
        number = self._levels.pop()[0] + 1
        mark = f"{number}." if self._path.endswith("#") else "-"
        line = f"{self.indent()}{mark} {text}"
        self._levels.append((number, len(mark) + 1))
        return _Block(line, "list")

    def _definition(self, marks: str, text: str) -> Iterator[_Block]:
        """A term is bold, with what it means after it or on the next line; in an item both are lines of the item."""
        indent = self.indent()
        run = "list" if indent else ""
        term, _, meaning = text.partition(" : ") if marks.endswith(";") else ("", "", text)
        if term:
            yield _Block(f"{indent}**{term}**", run)
        if meaning:
            yield _Block(f"{indent}{meaning}", run)


def wikitext_to_markdown(source: str, own_names: frozenset[str] = frozenset()) -> str:
    """Return a page's source as Markdown; `own_names` is what its wiki calls files and categories."""
    dropped = dropped_names(own_names)
    shelf = Shelf()
    text = without_dropped_tags(lift_literals(without_marks(source), shelf))
    text = _lift_tables(lift_code_spans(text, shelf, dropped), shelf, dropped)
    lists = _Lists()
    blocks = [block for line in _inline(text, dropped).split("\n") for block in _blocks(line.strip(), lists)]
    return shelf.restore("\n\n".join(_parts(blocks))).strip()


def _inline(source: str, dropped: frozenset[str]) -> str:
    return EMPTY_BRACKETS.sub("", inline_text(_BREAK_TAG.sub(BREAK, source), dropped))


def _lift_tables(source: str, shelf: Shelf, dropped: frozenset[str]) -> str:
    """Put tables on the shelf; templates go."""

    def render(cell: str) -> str:
        text = _inline(cell, dropped) if cell else ""
        return " ".join(shelf.restore(text).replace(BREAK, " ").split())

    def write(mark: str, braced: str) -> str:
        table = table_to_markdown(braced, render) if mark == "{|" else ""
        return shelf.put_block(table) if table else ""

    return replace_braces(source, write)


def _parts(blocks: list[_Block]) -> Iterator[str]:
    for run, group in groupby(blocks, key=lambda block: block.run):
        texts = [block.text for block in group if block.text]
        yield from ["\n".join(texts)] if run and texts else texts


def _blocks(line: str, lists: _Lists) -> Iterator[_Block]:
    """The blocks of a line: its text and, each apart, what stands on the shelf, in the item that the line is."""
    first, *rest = BLOCK.split(line)
    yield from _line_blocks(first.strip(), lists)
    yield from (_Block(lists.indent() + text) for part in rest if (text := part.replace(BREAK, " ").strip()))


def _line_blocks(line: str, lists: _Lists) -> Iterator[_Block]:
    marks = LINE_MARKS.match(line)
    if marks is not None:
        yield from lists.read(marks.group(), " ".join(line[marks.end() :].replace(BREAK, " ").split()))
        return
    lists.close()
    level, title = _heading(line)
    if level:
        yield _Block(f"{'#' * level} {title}" if title else "")
    elif not line or line.startswith("----"):
        yield _Block("")
    else:
        yield from (_Block(text, "prose") for part in line.split(BREAK) if (text := part.strip()))


def _heading(line: str) -> tuple[int, str]:
    """Level and title as MediaWiki reads them, level 0 for no heading: marks that have no partner are of the title."""
    opening = len(line) - len(line.lstrip("="))
    closing = len(line) - len(line.rstrip("="))
    if opening == len(line):
        opening = closing = (opening - 1) // 2
    level = max(0, min(opening, closing, _MAX_HEADING_LEVEL))
    return level, " ".join(line[level : len(line) - level].replace(BREAK, " ").split())
