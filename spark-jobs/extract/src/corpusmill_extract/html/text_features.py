"""What the words and characters of a block tell."""

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.blocks import PageBlocks

# Longer blocks are prose: what they begin with and mention says little about their place.
_LABEL_CHARS = 200
_LABEL_ROWS = 5
TERMINALS = frozenset('.!?。！？…।؟"”»:;')
# Kinds of characters.
_PUNCT, _DIGIT, _UPPER, _SPACE, _BAR = range(5)
# Words of labels, notices and links around main text, in the languages that most pages are in.
_NOTICE_WORDS = frozenset(
    [
        *("©", "copyright", "rights", "reserved", "cookie", "cookies", "privacy", "subscribe", "newsletter", "login"),
        *("sign", "log", "register", "rechte", "vorbehalten", "datenschutz", "impressum", "abonnieren", "anmelden"),
        *("derechos", "reservados", "droits", "réservés", "mentions", "terms", "conditions", "advertisement"),
    ]
)
_LABEL_WORDS = frozenset(
    [
        *("read", "see", "also", "related", "more", "watch", "share", "follow", "tags", "tag", "tags:", "filed"),
        *("posted", "by", "via", "source", "source:", "photo", "image", "foto", "foto:", "credit", "comments"),
        *("comment", "popular", "latest", "recommended", "trending", "similar", "next", "previous", "lea", "leer"),
        *("lire", "mehr", "siehe", "lesen", "auch", "kommentare", "weitere", "relacionado", "relacionados", "aussi"),
        *("you", "most", "recent", "leave", "reply", "replies", "about", "sponsored", "advertisement", "anzeige"),
    ]
)
# Longer texts are no label of comments, however short their words.
_COMMENT_LABEL_WORDS = 8
# What labels of comments say, and what comments begin or end their bylines with.
_COMMENT_WORDS = frozenset(
    [
        *("comment", "comments", "comments:", "response", "responses", "replies", "reactions", "trackbacks"),
        *("kommentar", "kommentare", "kommentare:", "antworten", "comentario", "comentarios", "comentários"),
        *("commentaire", "commentaires", "réponses", "commenti", "reacties", "komentarze", "комментарии"),
    ]
)
_SAYS_WORDS = frozenset(
    [
        *("says", "says:", "said", "said:", "said...", "said…", "wrote", "wrote:", "writes:", "permalink", "reply"),
        *("schreibt:", "schrieb:", "sagt:", "meint:", "dice:", "dijo:", "dit:", "scrive:", "antworten", "répondre"),
    ]
)


_TOLD_WORDS = _NOTICE_WORDS | _COMMENT_WORDS | _SAYS_WORDS | _LABEL_WORDS


def character_classes() -> NDArray[np.uint8]:
    """Return per character below 2^16 the sum of 1 << kind of its kinds, which native/own_columns.zig counts."""
    classes = np.zeros(0x10000, dtype=np.uint8)
    for characters, kind in (
        (".,;:!?，。、！？；：।؟،", _PUNCT),
        ("0123456789", _DIGIT),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _UPPER),
        (" \n\t", _SPACE),
        ("|›»", _BAR),
    ):
        classes[[ord(character) for character in characters]] |= 1 << kind
    return classes


def label_rows(page: PageBlocks) -> NDArray[np.float32]:
    """Return what short blocks say, a row each: notices, labels, words of the title, comments and their bylines."""
    title = frozenset(page.title.lower().split())
    told = title | _TOLD_WORDS
    numbers: list[int] = []
    rows: list[tuple[float, ...]] = []
    for number, text in enumerate(page.texts):
        if len(text) < _LABEL_CHARS:
            words = text.lower().split()
            if not told.isdisjoint(words):
                numbers.append(number)
                rows.append(_label_values(words, title))
    table = np.zeros((_LABEL_ROWS, len(page.texts)), dtype=np.float32)
    if rows:
        table[:, numbers] = np.array(rows, dtype=np.float32).T
    return table


def _label_values(words: list[str], title: frozenset[str]) -> tuple[float, ...]:
    first, last, count = words[0], words[-1], len(words)
    return (
        not _NOTICE_WORDS.isdisjoint(words),
        (first in _LABEL_WORDS) + (count > 1 and words[1] in _LABEL_WORDS),
        len(title.intersection(words)) / count,
        count <= _COMMENT_LABEL_WORDS and not _COMMENT_WORDS.isdisjoint(words),
        last in _SAYS_WORDS or first in _SAYS_WORDS,
    )
