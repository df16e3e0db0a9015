"""What a block's own text tells, as columns over a page's blocks."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.columns import Column, Columns

# Characters of a block that are counted; shares change little after these.
_COUNTED_CHARS = 2000
# Longer blocks are prose: what they begin with and mention says little about their place.
_LABEL_CHARS = 200
_LABEL_COLUMNS = ("notice", "label", "title", "comment_label", "says")
_TERMINALS = frozenset('.!?。！？…।؟"”»:;')
# Kinds of characters. Of a block, of which so many are counted, they are counted in one number, each in its own bits.
_PUNCT, _DIGIT, _UPPER, _SPACE, _BAR = range(5)
_KIND_BITS = 12
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


def _character_classes() -> NDArray[np.uint8]:
    """Per character the sum of 1 << kind of its kinds."""
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


_CLASSES = _character_classes()
_COUNTS = np.array(
    [sum(1 << _KIND_BITS * kind for kind in range(5) if value >> kind & 1) for value in range(32)], dtype=np.int64
)


def text_columns(page: PageBlocks) -> Columns:
    """Return the columns; shares are per character, `words` counts what stands between white space."""
    texts = page.texts
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    counted = np.minimum(lengths, _COUNTED_CHARS)
    starts = np.zeros(len(texts), dtype=np.int64)
    counted[:-1].cumsum(out=starts[1:], dtype=np.int64)
    counts = np.add.reduceat(_COUNTS.take(_classes_of(texts)), starts)

    def share(kind: int) -> Column:
        found = (counts >> _KIND_BITS * kind) & ((1 << _KIND_BITS) - 1)
        return (found / counted).astype(np.float32)

    columns = {
        "chars": lengths,
        "words": share(_SPACE) * lengths + 1,
        "punct": share(_PUNCT),
        "digits": share(_DIGIT),
        "upper": share(_UPPER),
        "bar": ((share(_BAR) > 0) & (lengths < _LABEL_CHARS)).astype(np.float32),
        "term": np.array([text[-1] in _TERMINALS for text in texts], dtype=np.float32),
    }
    return columns | _repeat_columns(texts) | _label_columns(page)


def _classes_of(texts: list[str]) -> NDArray[np.uint8]:
    joined = "".join([text[:_COUNTED_CHARS] for text in texts])
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    return _CLASSES.take(points, mode="clip")


def _repeat_columns(texts: list[str]) -> Columns:
    totals = Counter(texts)
    return {"dup": np.array([totals[text] for text in texts], dtype=np.float32)}


def _label_columns(page: PageBlocks) -> Columns:
    """What short blocks say: notices, labels, words of the title, comments and their bylines. Most say nothing."""
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
    table = np.zeros((len(_LABEL_COLUMNS), len(page.texts)), dtype=np.float32)
    if rows:
        table[:, numbers] = np.array(rows, dtype=np.float32).T
    return dict(zip(_LABEL_COLUMNS, table, strict=True))


def _label_values(words: list[str], title: frozenset[str]) -> tuple[float, ...]:
    first, last, count = words[0], words[-1], len(words)
    return (
        not _NOTICE_WORDS.isdisjoint(words),
        (first in _LABEL_WORDS) + (count > 1 and words[1] in _LABEL_WORDS),
        len(title.intersection(words)) / count,
        count <= _COMMENT_LABEL_WORDS and not _COMMENT_WORDS.isdisjoint(words),
        last in _SAYS_WORDS or first in _SAYS_WORDS,
    )
