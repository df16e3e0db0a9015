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

from corpusmill_extract.language.answers import Answers, ask_both, ask_cld2
from corpusmill_extract.language.candidates import candidates, feature_rows
from corpusmill_extract.language.codes import UNKNOWN
from corpusmill_extract.language.markers import Markers, parse_markers
from corpusmill_extract.language.pieces import sample_pieces

# The model was trained on sentences: a longer text is asked in pieces of this size, spread over all of it. cld2 takes
# a text as a whole, and now and then finds Zulu in 5,000 characters of plain English.
_PIECE_CHARS = 300
_MAX_PIECES = 8
# Languages of a smaller share of the letters are left out of the mix.
_MIN_SHARE = 0.05
_MIX_ROUNDS = 5
_LETTER = re.compile(r"[^\W\d_]")
_MODEL = "language_model.json"


@dataclass(frozen=True, slots=True)
class Language:
    """A language code, the probability that it is right, and the text's languages by share of letters."""

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

    The score of a text in pieces is the mean of theirs, so that of a mixed text it is lower.
    """
    found: dict[str, float] = {}
    pieces = [piece for piece in _pieces(text) if _LETTER.search(piece)]
    for piece in pieces:
        for code, probability in load_language_model().probabilities(ask_both(piece), piece).items():
            found[code] = found.get(code, 0.0) + probability / len(pieces)
    if not found:
        return _NONE
    code = _best(found)
    return Language(code, min(1.0, found[code]), _mix(text, code))


def _mix(text: str, code: str) -> dict[str, float]:
    """The languages of a text that is mostly in `code`, by their share of its letters, largest first.

    Each piece has the language that is likeliest where the text's languages have the shares that all pieces together
    say (expectation maximisation): a page of German in which one line might be Dutch is German.
    """
    pieces = sample_pieces(text)
    votes = [_vote(piece.text, code) for piece in pieces]
    shares = dict.fromkeys({name for vote in votes for name in vote}, 1.0)
    for _ in range(_MIX_ROUNDS if len(shares) > 1 else 0):
        updated = dict.fromkeys(shares, 0.0)
        for piece, vote in zip(pieces, votes, strict=True):
            total = sum(shares[name] * probability for name, probability in vote.items())
            for name, probability in vote.items():
                updated[name] += piece.letters * shares[name] * probability / total
        shares = updated
    letters: dict[str, float] = {}
    for piece, vote in zip(pieces, votes, strict=True):
        name = _best({name: shares[name] * probability for name, probability in vote.items()})
        letters[name] = letters.get(name, 0.0) + piece.letters
    whole = sum(letters.values())
    ordered = sorted(letters.items(), key=lambda entry: (-entry[1], entry[0]))
    return {name: round(part / whole, 2) for name, part in ordered if part / whole >= _MIN_SHARE}


def _vote(piece: str, code: str) -> Mapping[str, float]:
    """The probabilities of a piece; where cld2, an eighth of the time, says what the whole text is in, that."""
    guesses, _ = ask_cld2(piece)
    if guesses and guesses[0].code == code:
        return {code: 1.0}
    return load_language_model().probabilities(ask_both(piece), piece) or {code: 1.0}


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
