"""Where a block stands: in which table, cell, list, heading, quote or code."""

from dataclasses import dataclass

from corpusmill_extract.html.blocks import PAGE, PageBlocks

CELLS = frozenset({"td", "th"})
_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_DEFINED = frozenset({"dt", "dd"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a block stands in, as numbers of containers; 0 where in none. `items` of lists are innermost first."""

    text: str
    table: int
    row: int
    cell: int
    items: tuple[int, ...]
    heading: int
    is_caption: bool
    is_code: bool
    is_quote: bool

    @property
    def item(self) -> int:
        """The innermost item of a list, 0 outside of lists."""
        return self.items[0] if self.items else 0


def place_of(page: PageBlocks, number: int) -> Place:
    """The place of a block."""
    found = dict.fromkeys(("table", "tr", "cell"), 0)
    items: list[int] = []
    heading, tags = 0, set()
    is_defined = False
    container = page.owners[number]
    while container != PAGE:
        tag = page.tags[container]
        name = "cell" if tag in CELLS else tag
        if name in found and not found[name] and not found["table"]:
            found[name] = container
        # A definition that nobody closed holds the next ones.
        if tag == "li" or (tag in _DEFINED and not is_defined):
            items.append(container)
        is_defined = tag in _DEFINED or (is_defined and tag != "dl")
        heading = heading or _HEADING_LEVELS.get(tag, 0)
        tags.add(tag)
        container = page.parents[container]
    return Place(
        text=page.texts[number],
        table=found["table"],
        row=found["tr"],
        cell=found["cell"],
        items=tuple(items),
        heading=heading,
        is_caption="caption" in tags and not found["cell"],
        is_code="pre" in tags,
        is_quote="blockquote" in tags,
    )
