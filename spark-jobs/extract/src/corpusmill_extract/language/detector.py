"""Language of a text: cld2, lid.176, its script and marks of close languages, weighed by a small model.

The model (training/README.md) is a softmax over the candidates, so that the score is a probability, and calibrated: of
sentences that it has not seen and scores 0.9, nine of ten are right (benchmarks/language.py).
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpusmill_extract.language.answers import Answers, ask_both
from corpusmill_extract.language.candidates import candidates, feature_rows
from corpusmill_extract.language.codes import UNKNOWN
from corpusmill_extract.language.markers import Markers, parse_markers

# The model was trained on sentences: a longer text is asked in pieces of this size, spread over all of it. cld2 takes
# a text as a whole, and now and then finds Zulu in 5,000 characters of plain English.
_PIECE_CHARS = 300
_MAX_PIECES = 8
_MIN_SHARE = 0.05
_LETTER = re.compile(r"[^\W\d_]")
_MODEL = "language_model.json"


@dataclass(frozen=True, slots=True)
class Language:
    """A language code, the probability that it is right, and the languages of the text by their share of it."""

    code: str
    score: float
    mix: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Weights of candidates' FEATURES, of languages, and of marks. `version` counts trainings."""

    version: int
    weights: Sequence[float]
    biases: Mapping[str, float]
    markers: tuple[Markers, ...]

    def probabilities(self, answers: Answers, text: str) -> dict[str, float]:
        """Return the probability of every candidate."""
        codes = candidates(answers, text)
        rows = feature_rows(answers, text, codes, self.markers)
        logits = [
            self.biases.get(code, 0.0) + sum(map(float.__mul__, self.weights, row))
            for code, row in zip(codes, rows, strict=True)
        ]
        top = max(logits, default=0.0)
        powers = [math.exp(logit - top) for logit in logits]
        return {code: power / sum(powers) for code, power in zip(codes, powers, strict=True)}


_NONE = Language(UNKNOWN, 0.0, {})


def detect_language(text: str) -> Language:
    """Return the language of normalised `text`; `und` with score 0 where it has no letters or none is found.

    The score of a text in pieces is the mean of theirs, so that of a mixed text it is lower; the mix is how many of
    the pieces are in which language.
    """
    found: dict[str, float] = {}
    shares: dict[str, float] = {}
    pieces = [piece for piece in _pieces(text) if _LETTER.search(piece)]
    for piece in pieces:
        probabilities = load_language_model().probabilities(ask_both(piece), piece)
        for code, probability in probabilities.items():
            found[code] = found.get(code, 0.0) + probability / len(pieces)
        if probabilities:
            code = _best(probabilities)
            shares[code] = shares.get(code, 0.0) + 1 / len(pieces)
    if not found:
        return _NONE
    ordered = sorted(shares.items(), key=lambda share: (-share[1], share[0]))
    mix = {code: round(share, 2) for code, share in ordered if share >= _MIN_SHARE}
    code = _best(found)
    return Language(code, min(1.0, found[code]), mix)


def _pieces(text: str) -> list[str]:
    """The text, or as many pieces as fit into it, each from the middle of a stretch of its own and of whole words."""
    if len(text) <= _PIECE_CHARS:
        return [text]
    count = min(_MAX_PIECES, -(-len(text) // _PIECE_CHARS))
    stretch = len(text) / count
    starts = (int(stretch * number + max(0.0, stretch - _PIECE_CHARS) / 2) for number in range(count))
    return [_whole_words(text, start, min(int(stretch), _PIECE_CHARS)) for start in starts]


def _whole_words(text: str, start: int, size: int) -> str:
    """A piece without the parts of words at its ends, where it has spaces at all."""
    piece = text[start : start + size]
    inner = piece[piece.find(" ") + 1 : piece.rfind(" ")] if start and " " in piece else piece
    return inner if len(inner) * 2 > len(piece) else piece


def _best(probabilities: Mapping[str, float]) -> str:
    """The most probable language; of equal ones the first by name."""
    return min(probabilities, key=lambda code: (-probabilities[code], code))


@cache
def load_language_model() -> LanguageModel:
    """Load the model that training/train_language.py wrote."""
    raw = json.loads((files("corpusmill_extract.language") / _MODEL).read_text(encoding="utf-8"))
    weights = [float(weight) for weight in raw["weights"].values()]
    return LanguageModel(int(raw["version"]), weights, raw["biases"], parse_markers(raw["markers"]))
