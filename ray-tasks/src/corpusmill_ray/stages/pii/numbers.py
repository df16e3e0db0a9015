"""Numbers that carry their own check: payment cards, IBANs, US social security numbers."""

import re
from collections.abc import Iterator

from corpusmill_ray.stages.pii.registries import CARD_GROUPS, CARD_RANGES, IBAN_LENGTHS
from corpusmill_ray.stages.pii.span import EntityType, Span

CONTEXT_CHARS = 40
EAN_DIGITS = 13

# At each place a possessive repeat of bounded length: linear in the text.
_CARD = re.compile(r"(?<![\w.,/+#$€£-])\d(?:[ -]?\d){12,18}+(?![\w/]|[.,-]\d)", re.ASCII)
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}(?=[0-9]{2}[ -]?[A-Za-z0-9])")
_SSN = re.compile(r"(?<![\w.,/+#$€£-])(\d{3})(-?| )(\d{2})\2(\d{4})(?![\w/]|[.,-]\d)", re.ASCII)
_SSN_WORD = re.compile(r"(?i)\b(?:ssn|social[ -]security)\b")


def find_cards(text: str) -> Iterator[Span]:
    """Find payment card numbers: issuer range, length, grouping and Luhn's check digit must fit."""
    for match in _CARD.finditer(text):
        groups = re.split("[ -]", match.group())
        digits = "".join(groups)
        grouped = len(groups) == 1 or tuple(map(len, groups)) in CARD_GROUPS
        if grouped and is_issued(digits) and passes_luhn(digits) and not _is_ean(groups):
            yield Span(EntityType.CREDIT_CARD, match.start(), match.end(), digits)


def is_issued(digits: str) -> bool:
    """Whether the number starts in an issuer's range and has one of its lengths."""
    return any(
        first <= digits[: len(first)] <= last and len(digits) in lengths
        for first, last, lengths in CARD_RANGES
    )


def passes_luhn(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, annex B)."""
    total = sum(map(int, digits[-1::-2]))
    total += sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def find_ibans(text: str) -> Iterator[Span]:
    """Find IBANs: the country's length and the check by 97 (ISO 13616) must fit."""
    for match in _IBAN_START.finditer(text):
        length = IBAN_LENGTHS.get(match.group().upper())
        end = None if length is None else _iban_end(text, match.start(), length)
        if end is None:
            continue
        value = re.sub("[ -]", "", text[match.start() : end]).upper()
        if passes_mod97(value):
            yield Span(EntityType.IBAN, match.start(), end, value)


def passes_mod97(iban: str) -> bool:
    """The check of ISO 7064, mod 97-10, over an IBAN in capitals without separators."""
    rearranged = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1


def find_ssns(text: str) -> Iterator[Span]:
    """Find US social security numbers; without hyphens they need the words before them."""
    for match in _SSN.finditer(text):
        before = text[max(0, match.start() - CONTEXT_CHARS) : match.start()]
        if _is_ssn(match) and (match.group(2) == "-" or _SSN_WORD.search(before)):
            value = match.group(1) + match.group(3) + match.group(4)
            yield Span(EntityType.US_SSN, match.start(), match.end(), value)


def _is_ssn(match: re.Match[str]) -> bool:
    area, group, serial = match.group(1), match.group(3), match.group(4)
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def _is_ean(groups: list[str]) -> bool:
    """Whether thirteen plain digits are an article number (EAN-13): cards of that length are rare."""
    digits = groups[0]
    if len(groups) > 1 or len(digits) != EAN_DIGITS:
        return False
    return (sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10 == 0


def _iban_end(text: str, start: int, length: int) -> int | None:
    position, left, separated = start, length, True
    while left and position < len(text):
        character = text[position]
        if character.isascii() and character.isalnum():
            left, separated = left - 1, False
        elif character in " -" and not separated:
            separated = True
        else:
            return None
        position += 1
    ends_word = position == len(text) or not text[position].isalnum()
    return position if left == 0 and ends_word else None
