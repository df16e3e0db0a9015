"""What belongs to the kept blocks as Markdown shows them: the heading above them, the rest of tables and lists."""

from corpusmill_extract.html.blocks import PageBlocks

_LISTS = frozenset({"ul", "ol", "dl"})
_CELLS = frozenset({"td", "th"})
_FIRST_BLOCK, _DEPTH = 1, 2
# Larger ones are left as they are, so that lists nested thousands deep cost little.
_MAX_BLOCKS = 500


def with_structure(page: PageBlocks, numbers: list[int]) -> list[int]:
    """Return the kept blocks with the `h1` before the first of them, and whole tables and lists of which most is kept.

    A table counts where each of its blocks is a cell, as in tables of data; in tables for layout anything may stand.
    """
    if not numbers:
        return numbers
    kept = set(numbers)
    containers = [number for number, tag in enumerate(page.tags) if tag == "table" or tag in _LISTS]
    # Inner ones first: a nested list that is completed counts in the one around it.
    for container in sorted(containers, key=lambda number: -page.containers[number][_DEPTH]):
        inside = range(page.containers[container][_FIRST_BLOCK], page.ends[container])
        if len(inside) > _MAX_BLOCKS:
            continue
        is_whole = page.tags[container] in _LISTS or _is_of_cells(page, inside)
        if is_whole and 2 * sum(number in kept for number in inside) > len(inside):
            kept.update(inside)
    before = [number for number in range(min(kept)) if page.tags[page.owners[number]] == "h1"]
    has_heading = any(page.tags[page.owners[number]] == "h1" for number in kept)
    return sorted(kept) if has_heading else sorted({*kept, *before[-1:]})


def _is_of_cells(page: PageBlocks, inside: range) -> bool:
    owners = [page.owners[number] for number in inside]
    return len(set(owners)) == len(owners) and all(page.tags[owner] in _CELLS for owner in owners)
