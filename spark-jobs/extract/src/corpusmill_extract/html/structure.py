"""What belongs to the kept blocks as Markdown shows them: the heading above, tables, lists, quotes and code."""

from corpusmill_extract.html.blocks import DEPTH, PAGE, PageBlocks
from corpusmill_extract.html.places import CELLS

_LISTS = frozenset({"ul", "ol", "dl"})
# What reads as a whole or not at all, whatever stands in it.
_WHOLES = _LISTS | {"blockquote"}
# Larger ones are left as they are, so that lists nested thousands deep cost little.
_MAX_BLOCKS = 500
# So many kept blocks make their parent one that holds main text.
_MIN_SIBLINGS = 2
# Of a table or a list of which more is linked, one cannot say that it is no menu.
_MAX_LINKED = 0.3


def with_structure(page: PageBlocks, numbers: list[int]) -> list[int]:
    """Return the kept blocks, the `h1` before the first, and the tables, lists, quotes and code that belong to them.

    Those are tables, lists and quotes of which most is kept, and what stands among kept blocks with their parent (no
    quotes); tables and code also right after the last of them. A table counts where each of its blocks is a cell or its
    caption, as in tables of data; in tables for layout anything may stand.
    """
    if not numbers:
        return numbers
    kept = set(numbers)
    containers = [number for number, tag in enumerate(page.tags) if tag == "table" or tag in _WHOLES]
    # Inner ones first: a nested list that is completed counts in the one around it.
    for container in sorted(containers, key=lambda number: -page.containers[DEPTH, number]):
        inside = page.blocks_in(container)
        if len(inside) > _MAX_BLOCKS:
            continue
        is_whole = page.tags[container] in _WHOLES or _is_of_cells(page, inside)
        if is_whole and 2 * sum(number in kept for number in inside) > len(inside):
            kept.update(inside)
    _keep_among(page, kept)
    before = [number for number in range(min(kept)) if page.tags[page.owners[number]] == "h1"]
    has_heading = any(page.tags[page.owners[number]] == "h1" for number in kept)
    return sorted(kept) if has_heading else sorted({*kept, *before[-1:]})


def _is_of_cells(page: PageBlocks, inside: range) -> bool:
    owners = [page.owners[number] for number in inside]
    cells = [owner for owner in owners if page.tags[owner] != "caption"]
    return len(set(cells)) == len(cells) > 0 and all(page.tags[cell] in CELLS for cell in cells)


def _keep_among(page: PageBlocks, kept: set[int]) -> None:
    siblings: dict[int, list[int]] = {}
    for number in sorted(kept):
        siblings.setdefault(page.parents[page.owners[number]], []).append(number)
    parents = _outermost_parents(page)
    for container, tag in enumerate(page.tags):
        if tag not in _LISTS and tag not in {"table", "pre"}:
            continue
        inside = page.blocks_in(container)
        around = siblings.get(parents[container], [])
        if not inside or len(inside) > _MAX_BLOCKS or len(around) < _MIN_SIBLINGS or inside[0] < around[0]:
            continue
        is_among = inside[0] < around[-1] or (tag not in _LISTS and inside[0] == around[-1] + 1)
        if is_among and _is_content(page, tag, inside):
            kept.update(inside)
            around[-1] = max(around[-1], inside[-1])


def _outermost_parents(page: PageBlocks) -> list[int]:
    """For each container the one around it and around all elements that hold nothing else."""
    parents = [PAGE]
    for container in range(1, len(page.parents)):
        parent = page.parents[container]
        # A parent stands before what it holds, so its own is known.
        is_same = bool(parent) and page.blocks_in(parent) == page.blocks_in(container)
        parents.append(parents[parent] if is_same else parent)
    return parents


def _is_content(page: PageBlocks, tag: str, inside: range) -> bool:
    linked = sum(page.link_chars[number] for number in inside)
    if linked > _MAX_LINKED * sum(len(page.texts[number]) for number in inside):
        return False
    return tag != "table" or _is_of_cells(page, inside)
