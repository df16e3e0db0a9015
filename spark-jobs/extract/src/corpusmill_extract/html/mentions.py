"""Elements whose names say that they hold an author or a date: `rel=author`, `itemprop=author`, `class="byline"`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from corpusmill_extract.html.hints import HINT_BIT
from corpusmill_extract.html.names import AUTHOR_WORD, DATE_WORD, name_bits


class Mention(IntEnum):
    """What an element holds, the surest first."""

    AUTHOR_NAME = 0
    AUTHOR = 1
    BYLINE = 2
    PUBLISHED = 3
    DATE = 4
    OTHER_DATE = 5


_NAME = re.compile(r"(?:\b|_)(?:name|fn)\b")
_ITEMPROPS = {
    "author": Mention.AUTHOR,
    "creator": Mention.AUTHOR,
    "datePublished": Mention.PUBLISHED,
    "dateCreated": Mention.PUBLISHED,
}
# Text around which the page's own author and date do not stand.
ELSEWHERE = HINT_BIT["comment"] | HINT_BIT["reply"] | HINT_BIT["related"] | HINT_BIT["latest"]
# Of bits of names: that an element may hold an author or a date.
NAMING = AUTHOR_WORD | DATE_WORD
_MENTIONING = frozenset({"itemprop", "property", "rel"})
_UPDATED = re.compile(r"updated|modified|comment", re.IGNORECASE)
_VALUES = ("datetime", "content")
_MAX_CHARS = 200


AUTHORS = (Mention.AUTHOR_NAME, Mention.AUTHOR, Mention.BYLINE)
DATES = (Mention.PUBLISHED, Mention.DATE, Mention.OTHER_DATE)


@dataclass(slots=True)
class Mentioned:
    """An element that was found: `block` is the number of the block in which its text begins, `value` a stated one."""

    kind: Mention
    block: int
    depth: int
    value: str | None
    parts: list[str] = field(default_factory=list)
    chars: int = 0

    @property
    def text(self) -> str:
        """Its text on one line."""
        return " ".join(" ".join(self.parts).split())

    def hear(self, text: str) -> bool:
        """Take more of its text; return whether that is still short enough for a name or a date."""
        self.parts.append(text[:_MAX_CHARS])
        self.chars += len(text)
        return self.chars <= _MAX_CHARS


def may_mention(attributes: Mapping[str, str]) -> bool:
    """Whether the names of an element say that it may hold an author or a date; most do not."""
    classes = attributes.get("class")
    if classes:
        if name_bits(classes) & NAMING:
            return True
        if len(attributes) == 1:
            return False
    return not _MENTIONING.isdisjoint(attributes) and (
        "itemprop" in attributes or "property" in attributes or "author" in attributes.get("rel", "")
    )


def stated_value(attributes: Mapping[str, str]) -> str | None:
    """The value that an element states beside its text."""
    return next((attributes[name] for name in _VALUES if name in attributes), None)


def find_mention(attributes: Mapping[str, str], *, in_author: bool, is_time: bool) -> Mention | None:
    """Return what an element holds by its names, or None."""
    classes = attributes.get("class", "")
    found = _by_others(attributes, mention_of_class(classes))
    if in_author and (attributes.get("itemprop") == "name" or _NAME.search(classes)):
        return Mention.AUTHOR_NAME
    if found is None and is_time:
        return Mention.OTHER_DATE if _UPDATED.search(classes) else Mention.DATE
    return found


def mention_of_class(names: str) -> Mention | None:
    """Return what the words of a class say that an element holds."""
    bits = name_bits(names)
    if bits & AUTHOR_WORD:
        return Mention.BYLINE
    return Mention.DATE if bits & DATE_WORD else None


def _by_others(attributes: Mapping[str, str], found: Mention | None) -> Mention | None:
    """What the attributes beside the class say; theirs is surer."""
    if "author" in attributes.get("rel", ""):
        return Mention.AUTHOR_NAME
    itemprop = attributes.get("itemprop") or attributes.get("property") or ""
    return _ITEMPROPS.get(itemprop.removeprefix("schema:"), found)
