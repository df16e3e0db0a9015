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
_LABEL_COLUMNS = ("notice", "label", "title", "bar", "comment_label", "says")
_TERMINALS = frozenset('.!?。！？…।؟"”»:;')
_PUNCT, _DIGIT, _UPPER, _SPACE = 1, 2, 4, 8
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


def _character_classes() -> NDArray[np.uint8]:
    classes = np.zeros(0x10000, dtype=np.uint8)
    for characters, bit in (
        (".,;:!?，。、！？；：।؟،", _PUNCT),
        ("0123456789", _DIGIT),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _UPPER),
        (" \n\t", _SPACE),
    ):
        classes[[ord(character) for character in characters]] |= bit
    return classes


_CLASSES = _character_classes()


def text_columns(page: PageBlocks) -> Columns:
    """Return the columns; shares are per character, `words` counts what stands between white space."""
    texts = page.texts
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    counted = np.minimum(lengths, _COUNTED_CHARS)
    classes = _classes_of(texts)
    starts = np.concatenate(([0], np.cumsum(counted[:-1]))).astype(np.int64)

    def share(bit: int) -> Column:
        return (np.add.reduceat((classes & bit != 0).astype(np.float32), starts) / counted).astype(np.float32)

    columns = {
        "chars": lengths,
        "words": share(_SPACE) * lengths + 1,
        "punct": share(_PUNCT),
        "digits": share(_DIGIT),
        "upper": share(_UPPER),
        "term": np.array([text[-1] in _TERMINALS for text in texts], dtype=np.float32),
    }
    return columns | _repeat_columns(texts) | _label_columns(page)


def _classes_of(texts: list[str]) -> NDArray[np.uint8]:
    joined = "".join([text[:_COUNTED_CHARS] for text in texts])
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    return _CLASSES[np.minimum(points, 0xFFFF)]


def _repeat_columns(texts: list[str]) -> Columns:
    totals = Counter(texts)
    return {"dup": np.array([totals[text] for text in texts], dtype=np.float32)}


def _label_columns(page: PageBlocks) -> Columns:
    """What short blocks say: notices, labels, words of the title, comments and their bylines."""
    title = frozenset(page.title.lower().split())
    nothing = (0.0,) * len(_LABEL_COLUMNS)
    rows = [_label_values(text, title) if len(text) < _LABEL_CHARS else nothing for text in page.texts]
    return {
        name: np.array(column, dtype=np.float32)
        for name, column in zip(_LABEL_COLUMNS, zip(*rows, strict=True), strict=True)
    }


def _label_values(text: str, title: frozenset[str]) -> tuple[float, ...]:
    words = text.lower().split()
    first, last, count = words[0], words[-1], len(words)
    return (
        not _NOTICE_WORDS.isdisjoint(words),
        (first in _LABEL_WORDS) + (count > 1 and words[1] in _LABEL_WORDS),
        len(title.intersection(words)) / count,
        "|" in text or "›" in text or "»" in text,
        count <= _COMMENT_LABEL_WORDS and not _COMMENT_WORDS.isdisjoint(words),
        last in _SAYS_WORDS or first in _SAYS_WORDS,
    )
