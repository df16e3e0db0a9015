"""All finders together, and the replacement of what they find by stable typed tokens."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from corpusmill_ray.stages.pii.email import find_emails
from corpusmill_ray.stages.pii.ip import find_ips
from corpusmill_ray.stages.pii.numbers import find_cards, find_ibans, find_ssns
from corpusmill_ray.stages.pii.phone import find_phones
from corpusmill_ray.stages.pii.span import EntityType, Span, without_overlaps

FINDERS: Mapping[EntityType, Callable[[str], Iterator[Span]]] = {
    EntityType.EMAIL: find_emails,
    EntityType.IBAN: find_ibans,
    EntityType.CREDIT_CARD: find_cards,
    EntityType.IP: find_ips,
    EntityType.US_SSN: find_ssns,
    EntityType.PHONE: find_phones,
}

NEEDS_DIGITS = frozenset({EntityType.CREDIT_CARD, EntityType.US_SSN, EntityType.PHONE})
"""Most texts have no run of six digits: one look at a text spares three finders."""

MAX_PASSES = 8
"""A token may free a neighbour that was none beside the raw value; two passes are nearly always enough."""

_SIX_DIGITS = re.compile(r"\d(?:[ .()/‑–-]{0,2}\d){5}", re.ASCII)
_TOKEN = re.compile(r"<([A-Z_]{1,20})_(\d{1,9})>")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A span of the text before scrubbing and the token that stands for it."""

    span: Span
    token: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text with tokens in place of its personal data, and the spans of the text before, by start."""

    text: str
    replacements: tuple[Replacement, ...]


def find_spans(text: str, entities: Iterable[EntityType]) -> list[Span]:
    """One pass of the finders, without overlaps."""
    has_digits = _SIX_DIGITS.search(text) is not None
    wanted = [entity for entity in entities if has_digits or entity not in NEEDS_DIGITS]
    return without_overlaps(span for entity in wanted for span in FINDERS[entity](text))


def scrub_text(text: str, entities: tuple[EntityType, ...]) -> Scrubbed:
    """Replace personal data by `<TYPE_n>`.

    n counts the distinct values of a type in order of their first appearance in this text, after the highest
    number that the text itself holds in such a token. So a token says nothing of the value, one value has one
    token within a document, and scrubbing a scrubbed text changes nothing.
    """
    spans = find_spans(text, entities)
    for _ in range(MAX_PASSES):
        if not spans:
            return Scrubbed(text, ())
        scrubbed = _replace(text, spans)
        more = find_spans(scrubbed.text, entities)
        if not more:
            return scrubbed
        spans = sorted([*spans, *_before_scrubbing(more, scrubbed)], key=lambda span: span.start)
    return _replace(text, spans)


def _replace(text: str, spans: list[Span]) -> Scrubbed:
    taken = _highest_tokens(text)
    tokens: dict[tuple[EntityType, str], str] = {}
    pieces: list[str] = []
    replacements: list[Replacement] = []
    position = 0
    for span in spans:
        token = tokens.get((span.type, span.value))
        if token is None:
            taken[span.type] = taken.get(span.type, 0) + 1
            token = tokens[span.type, span.value] = f"<{span.type}_{taken[span.type]}>"
        pieces += (text[position : span.start], token)
        replacements.append(Replacement(span, token))
        position = span.end
    return Scrubbed("".join((*pieces, text[position:])), tuple(replacements))


def _highest_tokens(text: str) -> dict[str, int]:
    highest: dict[str, int] = {}
    for match in _TOKEN.finditer(text):
        highest[match.group(1)] = max(highest.get(match.group(1), 0), int(match.group(2)))
    return highest


def _before_scrubbing(found: list[Span], scrubbed: Scrubbed) -> Iterator[Span]:
    """Move spans of the scrubbed text, both sorted by start, to where they stand in the text before."""
    removed = 0
    pending = iter(scrubbed.replacements)
    upcoming = next(pending, None)
    for span in found:
        while upcoming is not None and upcoming.span.start - removed < span.start:
            removed += upcoming.span.end - upcoming.span.start - len(upcoming.token)
            upcoming = next(pending, None)
        yield Span(span.type, span.start + removed, span.end + removed, span.value)
