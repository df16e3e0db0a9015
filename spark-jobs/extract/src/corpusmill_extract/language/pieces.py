"""A text in pieces that are likely of one language each: lines, parts of long lines, short lines together."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

_MAX_PIECES = 32
# What is shorter goes with what follows it; longer lines are parted at sentence ends, longer sentences between words.
_MIN_CHARS, _LONG_LINE, _LONG_SENTENCE = 20, 100, 400
# Of a text longer than 32 windows only these are looked at.
_WINDOW_CHARS = 400
_SENTENCE_END = re.compile(r"[.!?…]\s|[。！？।]")  # noqa: RUF001 - they end sentences in Chinese and Hindi
# Multiples of the golden ratio, modulo 1, are spread evenly and keep no step with lines that take turns.
_GOLDEN = 0.618033988749895


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and how many letters it stands for."""

    text: str
    letters: float


def sample_pieces(text: str) -> list[Piece]:
    """Return pieces with letters, 32 at most, spread over all of the text."""
    texts = list(_joined(_parts(_windows(text))))
    if len(texts) <= _MAX_PIECES:
        pieces = [Piece(piece, _letters(piece)) for piece in texts]
    else:
        ends = list(accumulate(map(len, texts)))
        drawn = Counter(bisect_right(ends, point) for point in _spread(ends[-1]))
        # A long piece is drawn more often: its share of letters counts.
        shares = ((texts[number], count / len(texts[number])) for number, count in sorted(drawn.items()))
        pieces = [Piece(piece, share * _letters(piece)) for piece, share in shares]
    return [piece for piece in pieces if piece.letters > 0]


def _windows(text: str) -> str:
    """All of a text, or windows of it on lines of their own."""
    if len(text) <= _MAX_PIECES * _WINDOW_CHARS:
        return text
    starts = _spread(len(text) - _WINDOW_CHARS)
    return "\n".join(text[start : start + _WINDOW_CHARS] for start in starts)


def _spread(size: int) -> list[int]:
    """Numbers below `size`: one in each of 32 stretches, each elsewhere in its own."""
    return [int(size * (number + number * _GOLDEN % 1) / _MAX_PIECES) for number in range(_MAX_PIECES)]


def _parts(text: str) -> Iterator[str]:
    """Yield the lines; of long ones the sentences, and of sentences without an end, pieces of whole words."""
    for line in text.split("\n"):
        for sentence in _sentences(line) if len(line) > _LONG_LINE else (line,):
            rest = sentence
            while len(rest) > _LONG_SENTENCE:
                end = rest.find(" ", _LONG_SENTENCE // 2, _LONG_SENTENCE) + 1 or _LONG_SENTENCE // 2
                yield rest[:end]
                rest = rest[end:]
            yield rest


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE_END.finditer(line):
        yield line[start : match.end()].rstrip()
        start = match.end()
    yield line[start:]


def _joined(parts: Iterator[str]) -> Iterator[str]:
    """Yield the parts, each that is short together with what follows it; the last of all, with what stands before."""
    previous = waiting = ""
    for part in parts:
        waiting = f"{waiting} {part}" if waiting else part
        if len(waiting) >= _MIN_CHARS:
            if previous:
                yield previous
            previous, waiting = waiting, ""
    last = f"{previous} {waiting}".strip()
    if last:
        yield last


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
