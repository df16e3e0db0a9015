"""Elements whose names say that they hold an author or a date: `rel=author`, `itemprop=author`, `class="byline"`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from corpusmill_extract.html.attributes import Attributes, read_attributes
from corpusmill_extract.html.names import AUTHOR_WORD, DATE_WORD, name_bits
from corpusmill_extract.html.reader import EventFlag, EventKind, RawPage


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
_UPDATED = re.compile(r"updated|modified|comment", re.IGNORECASE)
_VALUES = ("datetime", "content")
_MAX_CHARS = 200
_MAX_MENTIONS = 200

AUTHORS = (Mention.AUTHOR_NAME, Mention.AUTHOR, Mention.BYLINE)
DATES = (Mention.PUBLISHED, Mention.DATE, Mention.OTHER_DATE)


@dataclass(slots=True)
class Mentioned:
    """An element that was found: `block` is the number of the block in which its text begins, `value` a stated one."""

    kind: Mention
    block: int
    value: str | None
    parts: list[str] = field(default_factory=list)
    chars: int = 0

    @property
    def text(self) -> str:
        """Its text on one line."""
        return " ".join(" ".join(self.parts).split())

    def hear(self, text: str, chars: int) -> bool:
        """Take the beginning of `chars` more characters; return whether all is still short enough."""
        self.parts.append(text)
        self.chars += chars
        return self.chars <= _MAX_CHARS


def judge_mentions(raw: RawPage) -> list[Mentioned]:
    """Return a page's elements that name an author or a date, of those that its reader thought may do so."""
    found: list[Mentioned] = []
    opened: list[Mentioned | None] = []
    listening: list[Mentioned] = []
    for kind, low, high, value, flags in raw.events:
        if kind == EventKind.HEARD:
            text = raw.heard(low, high) if listening else ""
            listening = [mentioned for mentioned in listening if mentioned.hear(text, value)]
        elif kind == EventKind.CLOSED:
            listening = [mentioned for mentioned in listening if mentioned is not opened[value]]
        else:
            mentioned = None
            if len(found) < _MAX_MENTIONS and not flags & EventFlag.ELSEWHERE:
                in_author = bool(listening) and listening[-1].kind in AUTHORS
                attributes = read_attributes(raw, low, high)
                mentioned = _mentioned(attributes, value, in_author=in_author, is_time=bool(flags & EventFlag.TIME))
            opened.append(mentioned)
            if mentioned is not None:
                found.append(mentioned)
                listening.append(mentioned)
    return found


def _mentioned(attributes: Attributes, block: int, *, in_author: bool, is_time: bool) -> Mentioned | None:
    kind = find_mention(attributes, in_author=in_author, is_time=is_time)
    return None if kind is None else Mentioned(kind, block, stated_value(attributes))


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
