"""IP addresses, checked by the standard library's `ipaddress`."""

import ipaddress
import re
from collections.abc import Iterator

from corpusmill_ray.stages.pii.span import EntityType, Span

MAX_V6_CHARS = 45
CONTEXT_CHARS = 24
MIN_V6_GROUPS = 2
"""`::` and `12::` are written for other things, `::1` is everybody's own machine."""

_V4 = re.compile(r"(?<![\w.:-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\w)")
_V6_INSIDE = re.compile(r":[0-9A-Fa-f]{0,4}:")
_V6_CHARS = frozenset("0123456789abcdefABCDEF:.")
_NUMBERING = re.compile(
    r"(?i)(?:\bv|\bver|\bversions?|\brelease|\bbuild|\bchapter|\bsection|\brev|§)[ .:]{0,2}\Z|\w/\Z"
)
_ADDRESS = re.compile(r"(?i)\b(?:ip|ips|ipv4|address|addresses|adresse|dns|host|server|subnet|gateway)\b")


def find_ips(text: str) -> Iterator[Span]:
    """Find IPv4 and IPv6 addresses; dotted numbers that read as a version or a section are none."""
    for match in _V4.finditer(text):
        if _is_v4(match.group()) and not _is_numbering(text, match.start(), match.group()):
            yield Span(EntityType.IP, match.start(), match.end(), match.group())
    yield from _find_v6(text)


def _is_v4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _is_numbering(text: str, start: int, dotted: str) -> bool:
    before = text[max(0, start - CONTEXT_CHARS) : start]
    if _NUMBERING.search(before):
        return True
    only_small = all(len(part) == 1 for part in dotted.split("."))
    return only_small and _ADDRESS.search(before) is None


def _find_v6(text: str) -> Iterator[Span]:
    position = 0
    while match := _V6_INSIDE.search(text, position):
        start, end = _v6_run(text, match.start(), match.end())
        position = end
        value = _v6_value(text[start:end])
        if value is not None and not _touches_word(text, start, end):
            yield Span(EntityType.IP, start, end, value)


def _v6_run(text: str, start: int, end: int) -> tuple[int, int]:
    lowest, highest = max(0, start - MAX_V6_CHARS), min(len(text), start + MAX_V6_CHARS)
    while start > lowest and text[start - 1] in _V6_CHARS:
        start -= 1
    while end < highest and text[end] in _V6_CHARS:
        end += 1
    while end > start and (text[end - 1] == "." or (text[end - 1] == ":" and text[end - 2] != ":")):
        end -= 1
    return start, end


def _v6_value(candidate: str) -> str | None:
    groups = sum(1 for group in candidate.split(":") if group)
    has_digit = any(character.isdigit() for character in candidate)
    if groups < MIN_V6_GROUPS or not has_digit:
        return None
    try:
        return ipaddress.IPv6Address(candidate).compressed
    except ValueError:
        return None


def _touches_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_:.")
    after = end < len(text) and (text[end].isalnum() or text[end] in "_:")
    return before or after
