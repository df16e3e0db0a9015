"""The words that names of elements are made of (`relatedPosts`, `entry-meta`), as bits: hints, authors and dates."""

import re
from functools import lru_cache

from corpusmill_extract.html.hints import HINT_BIT, HINT_WORDS

_AUTHOR_WORDS = frozenset(
    [
        *("author", "authors", "byline", "bylines", "autor", "autoren", "autorin", "autore", "autores", "auteur"),
        *("auth", "writer", "written", "wrote", "reporter", "redakteur", "verfasser", "submitted"),
    ]
)
_DATE_WORDS = frozenset(
    [
        *("date", "dates", "datum", "fecha", "published", "publish", "pubdate", "publication", "posted", "postdate"),
        *("timestamp", "time", "datetime", "dateline", "created", "submitted", "posttime"),
    ]
)
# Words that say that an element is about an author, or holds another date, not the page's own.
_OTHER_WORDS = frozenset(
    [
        *("avatar", "bio", "image", "img", "photo", "picture", "thumb", "icon", "comment", "comments", "reply"),
        *("related", "social", "follow", "description", "about", "email", "job", "role", "modified", "updated"),
        *("update", "lastmod", "event", "expires", "reading", "read", "duration", "copyright"),
    ]
)
HINTS = (1 << len(HINT_BIT)) - 1
AUTHOR_WORD, DATE_WORD, OTHER_WORD = (HINTS + 1 << place for place in range(3))
# Text around which the page's own author and date do not stand.
ELSEWHERE = HINT_BIT["comment"] | HINT_BIT["reply"] | HINT_BIT["related"] | HINT_BIT["latest"]
# Bits of names that say that an element may hold an author or a date.
NAMING = AUTHOR_WORD | DATE_WORD
# More of an attribute than this is read by nobody who wrote it by hand.
_MAX_HINT_CHARS, _MAX_WORD_CHARS = 256, 200
_MAX_REMEMBERED = 1 << 16
_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])")


def _hints_by_word() -> dict[str, int]:
    bits: dict[str, int] = {}
    for hint, words in HINT_WORDS.items():
        for word in words.split():
            bits[word] = bits.get(word, 0) | HINT_BIT[hint]
    return bits


_HINTS_BY_WORD = _hints_by_word()


class _WordBits(dict[str, int]):
    """Bits of words as they are written, remembered: pages have few words that no page before had."""

    def __missing__(self, written: str) -> int:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        word = written.lower()
        bits = _HINTS_BY_WORD.get(word) or _HINTS_BY_WORD.get(word.removesuffix("s"), 0)
        if "comment" in word:
            bits |= HINT_BIT["comment"]
        for words, bit in ((_AUTHOR_WORDS, AUTHOR_WORD), (_DATE_WORDS, DATE_WORD), (_OTHER_WORDS, OTHER_WORD)):
            bits |= bit if word in words else 0
        self[written] = bits
        return bits


_WORD_BITS = _WordBits()


def word_bits() -> dict[str, int]:
    """Return the bits of all words that have some."""
    words = {*_HINTS_BY_WORD, *_AUTHOR_WORDS, *_DATE_WORDS, *_OTHER_WORDS}
    return {word: _WORD_BITS[word] for word in sorted(words)}


@lru_cache(maxsize=_MAX_REMEMBERED)
def name_bits(names: str) -> int:
    """Return the bits of the hints in an element's names; a plural counts as its singular.

    AUTHOR_WORD and DATE_WORD are among them where the names say that it holds the page's author or date.
    """
    if len(names) > _MAX_WORD_CHARS:
        return name_bits(names[:_MAX_WORD_CHARS]) & ~HINTS | _bits_of(names[:_MAX_HINT_CHARS]) & HINTS
    bits = _bits_of(names)
    return bits & HINTS if bits & OTHER_WORD else bits


def name_hints(names: str) -> int:
    """Return the bits of the hints alone."""
    return name_bits(names) & HINTS


def _bits_of(names: str) -> int:
    bits = 0
    for word in _WORD.findall(names):
        bits |= _WORD_BITS[word]
    return bits
