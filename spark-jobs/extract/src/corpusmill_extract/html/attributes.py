"""Attributes of the few elements whose values Python reads."""

import re
from html import unescape

from corpusmill_extract.html.reader import RawPage

Attributes = dict[str, str]
# Without a semicolon, and before a letter, a digit or `=`, a reference is none (HTML standard, section 13.2.5.73).
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[0-9A-Za-z]+(?:;|(?![0-9A-Za-z=])))")


def read_attributes(raw: RawPage, low: int, high: int) -> Attributes:
    """Return a range of a page's attributes by their names in small letters; of several of one name, the first."""
    found: Attributes = {}
    for name, value in raw.attributes(low, high):
        text = value.decode("utf-8")
        found.setdefault(name.decode("utf-8").lower(), _unescaped(text) if "&" in text else text)
    return found


def _unescaped(value: str) -> str:
    return _REFERENCE.sub(lambda match: unescape(match.group()), value)
