"""The languages that a text may be in, and what speaks for each."""

import math
import re
from collections.abc import Sequence

from corpusmill_extract.language.answers import Answers, lid_codes
from corpusmill_extract.language.markers import CLOSE_LANGUAGES, Markers, marks_of

FEATURES = (
    *("lid_log", "lid_ignorant", "cld2_reliable", "cld2_unreliable", "cld2_score", "cld2_share", "cld2_later"),
    *("lid_first", "cld2_first_known", "cld2_first_long", "marks", "han_without_kana", "kana", "not_cyrillic"),
    *("cyrillic", "lid_over_unknown", "lid"),
)
# Of lid.176 the first two, so that there is a choice, and up to five that it takes for possible.
_LID_ALWAYS, _LID_TAKEN = 2, 5
_MIN_LID = 0.01
_MIN_PROBABILITY = 1e-3
_MAX_BEHIND = -12.0
_MARKS_SCALE = 1000
# Languages in Cyrillic letters, and in Latin ones, that the other's detector answers are mistaken for.
_CYRILLIC = frozenset({"be", "bg", "mk", "ru", "sr", "uk"})
_LATIN = frozenset({"bs", "hr", "sl"})
# lid.176's label for all of Serbo-Croatian, and what it stands for in Latin letters.
_SERBO_CROATIAN, _SOUTH_SLAVIC = "sh", ("bs", "hr")
_CYRILLIC_LETTER = re.compile("[\u0400-\u04ff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_GROUP_OF = {language: number for number, group in enumerate(CLOSE_LANGUAGES) for language in group}


def candidates(answers: Answers, text: str) -> list[str]:
    """Return the codes to choose from, sorted: both detectors' answers and their close languages."""
    ranked = enumerate(list(answers.lid.items())[:_LID_TAKEN])
    by_lid = [code for rank, (code, probability) in ranked if rank < _LID_ALWAYS or probability >= _MIN_LID]
    found = {guess.code for guess in answers.cld2} | set(by_lid)
    if found & {_SERBO_CROATIAN, "sr"} and not _CYRILLIC_LETTER.search(text):
        found.update(_SOUTH_SLAVIC)
    for first in [guess.code for guess in answers.cld2[:1]] + by_lid[:1]:
        if first in _GROUP_OF:
            found.update(CLOSE_LANGUAGES[_GROUP_OF[first]])
    return sorted(found)


def feature_rows(answers: Answers, text: str, codes: Sequence[str], markers: Sequence[Markers]) -> list[list[float]]:
    """Return the FEATURES of every candidate."""
    behind = _behind_by_marks(text, codes, markers)
    has_cyrillic = _CYRILLIC_LETTER.search(text) is not None
    has_kana, has_han = _KANA.search(text) is not None, _HAN.search(text) is not None
    lid = _lid_probabilities(answers, is_latin=not has_cyrillic)
    first_of_lid = next(iter(answers.lid), None)
    is_over_unknown = not answers.cld2 or answers.cld2[0].code not in lid_codes()
    rows = []
    for code in codes:
        probability = lid.get(code, 0.0)
        is_known = code in lid_codes()
        rows.append(
            [
                math.log(max(probability, _MIN_PROBABILITY)) if is_known else 0.0,
                float(not is_known),
                *_cld2_features(answers, code, first_of_lid, len(text)),
                max(behind.get(code, 0) / _MARKS_SCALE, _MAX_BEHIND) / 4,
                float(code == "ja" and has_han and not has_kana),
                float(code == "zh" and has_kana),
                float(code in _CYRILLIC and not has_cyrillic),
                float(code in _LATIN and has_cyrillic),
                probability if is_over_unknown and first_of_lid == code else 0.0,
                probability,
            ]
        )
    return rows


def _cld2_features(answers: Answers, code: str, first_of_lid: str | None, size: int) -> list[float]:
    """From `cld2_reliable` to `cld2_first_long`; `size` is the text's length in characters."""
    is_later = float(any(guess.code == code for guess in answers.cld2[1:]))
    is_first_of_lid = float(first_of_lid == code)
    if not answers.cld2 or answers.cld2[0].code != code:
        return [0.0, 0.0, 0.0, 0.0, is_later, is_first_of_lid, 0.0, 0.0]
    first = answers.cld2[0]
    return [
        float(answers.is_reliable),
        float(not answers.is_reliable),
        math.log(max(1.0, first.score)) / 7,
        first.share,
        is_later,
        is_first_of_lid,
        float(code in lid_codes()),
        min(1.0, math.log(size + 1) / 6),
    ]


def _lid_probabilities(answers: Answers, *, is_latin: bool) -> dict[str, float]:
    """lid.176's probabilities; in Latin letters each of the languages that it calls one has half of that one's."""
    shared = answers.lid.get(_SERBO_CROATIAN, 0.0) / 2
    if not shared or not is_latin:
        return answers.lid
    return answers.lid | {code: answers.lid.get(code, 0.0) + shared for code in (*_SOUTH_SLAVIC, "sr")}


def _behind_by_marks(text: str, codes: Sequence[str], markers: Sequence[Markers]) -> dict[str, int]:
    """Marks are looked at where two languages of a group are candidates."""
    groups = [group for group in markers if sum(code in group.languages for code in codes) > 1]
    marks = marks_of(text) if groups else set()
    return {code: score for group in groups for code, score in group.scores(marks).items()}
