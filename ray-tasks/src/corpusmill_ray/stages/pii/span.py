"""What a finder finds, and how overlaps are resolved."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    """Kinds of personal data, in order of priority: of two spans of one length the earlier kind wins."""

    EMAIL = "EMAIL"
    IBAN = "IBAN"
    CREDIT_CARD = "CREDIT_CARD"
    IP = "IP"
    US_SSN = "US_SSN"
    PHONE = "PHONE"


PRIORITY = {entity: rank for rank, entity in enumerate(EntityType)}


@dataclass(frozen=True, slots=True)
class Span:
    """Code points [start, end) of a text. `value` is normalised: equal for spellings of one thing."""

    type: EntityType
    start: int
    end: int
    value: str


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Keep the longest spans first, then by priority, then the leftmost; the result is sorted by start."""
    ranked = sorted(spans, key=lambda s: (s.start - s.end, PRIORITY[s.type], s.start))
    kept: list[tuple[int, int, Span]] = []
    for span in ranked:
        if not _overlaps(kept, span):
            insort(kept, (span.start, span.end, span), key=lambda item: item[0])
    return [span for _, _, span in kept]


def _overlaps(kept: list[tuple[int, int, Span]], span: Span) -> bool:
    after = bisect_left(kept, span.start, key=lambda item: item[0])
    starts_inside = after > 0 and kept[after - 1][1] > span.start
    reaches_next = after < len(kept) and kept[after][0] < span.end
    return starts_inside or reaches_next
