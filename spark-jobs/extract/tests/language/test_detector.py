"""Language identification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.language.answers import Answers, Cld2Guess
from corpusmill_extract.language.candidates import FEATURES, candidates, feature_rows
from corpusmill_extract.language.codes import current_code, is_wanted
from corpusmill_extract.language.detector import Language, detect_language, load_language_model
from corpusmill_extract.language.markers import Markers, marks_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The quick brown fox jumps over the lazy dog and runs away.", "en"),
        ("Der schnelle braune Fuchs springt über den faulen Hund.", "de"),
        ("El zorro marrón salta sobre el perro perezoso y se va.", "es"),
        ("Le renard brun saute par-dessus le chien paresseux.", "fr"),
        ("Быстрая коричневая лиса прыгает через ленивую собаку.", "ru"),
        ("これは日本語の文章です。とても短いです。", "ja"),
        ("这是一个中文句子,用于测试语言识别。", "zh"),
        ("זהו משפט בעברית לצורך בדיקה של זיהוי שפה.", "he"),
        ("Regjeringen har lagt fram et forslag som skal behandles av Stortinget til våren.", "nb"),
        ("Umuntu ngumuntu ngabantu, futhi sonke siyaphila ndawonye.", "zu"),
    ],
)
def test_knows_a_sentence(text: str, code: str) -> None:
    assert detect_language(text).code == code


@pytest.mark.parametrize("text", ["", " ", "123 456", "!?", "😀😀😀", "\n\n", "___"])
def test_says_unknown_where_there_are_no_letters(text: str) -> None:
    assert detect_language(text) == Language("und", 0.0, {})


@given(st.text())
def test_takes_any_text_and_scores_it_from_0_to_1(text: str) -> None:
    language = detect_language(text)
    assert 0.0 <= language.score <= 1.0
    assert detect_language(text) == language


@pytest.mark.parametrize("noise", ["\0", "\x92", "\ufdd0", "\ufffe", "\U0010ffff", "\ud800", "\x7f"])
def test_is_not_stopped_by_code_points_that_cld2_refuses(noise: str) -> None:
    assert detect_language(f"The quick brown fox {noise} jumps over the lazy dog.").code == "en"


def test_reads_a_very_long_text() -> None:
    assert detect_language("The quick brown fox jumps over the lazy dog. " * 100_000).code == "en"


@pytest.mark.parametrize(
    ("old", "new"),
    [("iw", "he"), ("no", "nb"), ("un", "und"), ("zh-Hant", "zh"), ("xx-Qaai", "und"), ("en", "en")],
)
def test_writes_current_codes(old: str, new: str) -> None:
    assert current_code(old) == new


def test_wants_every_language_where_none_is_named() -> None:
    assert is_wanted("und", ()) is True
    assert is_wanted("de", ("en",)) is False
    assert is_wanted("zh", ("zh-Hant",)) is True
    assert is_wanted("nn", ("no",)) is True
    assert is_wanted("nn", ("nb",)) is False


def test_probabilities_of_the_candidates_add_up_to_one() -> None:
    answers = Answers((Cld2Guess("nb", 0.98, 900.0),), is_reliable=True, lid={"da": 0.6, "nb": 0.3})
    found = load_language_model().probabilities(answers, "Hun kjører bil.")
    assert set(found) == {"da", "nb", "nn", "sv"}
    assert sum(found.values()) == pytest.approx(1)


def test_takes_both_south_slavic_languages_for_serbo_croatian_in_latin_letters() -> None:
    answers = Answers((Cld2Guess("sr", 0.9, 500.0),), is_reliable=False, lid={"sh": 0.7})
    assert candidates(answers, "Dobar dan") == ["bs", "hr", "sh", "sr"]
    assert candidates(answers, "Добар дан") == ["sh", "sr"]


def test_says_nothing_where_neither_detector_does() -> None:
    nothing = Answers((), is_reliable=False, lid={})
    assert candidates(nothing, "x") == []
    assert load_language_model().probabilities(nothing, "x") == {}


def test_checks_the_script_of_chinese_and_japanese() -> None:
    answers = Answers((Cld2Guess("zh", 0.9, 900.0),), is_reliable=True, lid={"ja": 0.5, "zh": 0.5})
    han, kana = FEATURES.index("han_without_kana"), FEATURES.index("kana")
    rows = dict(zip(["ja", "zh"], feature_rows(answers, "中国", ["ja", "zh"], ()), strict=True))
    assert (rows["ja"][han], rows["zh"][kana]) == (1.0, 0.0)
    rows = dict(zip(["ja", "zh"], feature_rows(answers, "中国の", ["ja", "zh"], ()), strict=True))
    assert (rows["ja"][han], rows["zh"][kana]) == (0.0, 1.0)


def test_has_a_weight_for_every_feature() -> None:
    assert len(load_language_model().weights) == len(FEATURES)


def test_marks_are_words_and_their_parts_with_their_ends() -> None:
    assert marks_of("Ab ab!") == {"ab", " a", "b ", " ab", "ab ", " ab "}


def test_marks_put_languages_behind_the_best_one() -> None:
    group = Markers(("bs", "hr"), {"a": (100, -50), "b": (0, 20)})
    assert group.scores({"a", "b", "c"}) == {"bs": 0, "hr": -130}
    assert group.scores(set()) == {"bs": 0, "hr": 0}


ENGLISH = (
    "The garden grows slowly in the rain. Every plant has its own story to tell. Neighbours come by in the evening "
    "and talk about the weather, the harvest and the price of apples. Nobody is in a hurry when summer ends. "
)
GERMAN = (
    "Der Garten wächst langsam im Regen. Abends kommen Nachbarn vorbei und reden über das Wetter, die Ernte und den "
    "Preis der Äpfel. Jede Pflanze hat ihre eigene Geschichte. Niemand hat es eilig, wenn der Sommer zu Ende geht. "
)


def test_tells_the_shares_of_a_mixed_text() -> None:
    language = detect_language(ENGLISH * 9 + GERMAN * 3)
    assert language.code == "en"
    assert language.mix == {"en": 0.75, "de": 0.25}
    assert 0.6 < language.score < 0.85
    assert detect_language(ENGLISH * 9).mix == {"en": 1.0}


def test_knows_a_long_text_of_few_words_that_cld2_alone_takes_for_zulu() -> None:
    words = ["the curious farmer", "often restored", "the narrow clock", "behind the old mill", "and never translated"]
    text = " ".join(words[number * number % 5] for number in range(300))
    assert detect_language(text).code == "en"


LINES = [
    "The garden grows slowly in the rain and every plant has a story to tell.",
    "Der Garten wächst langsam im Regen, und jede Pflanze hat ihre Geschichte.",
    "Le jardin pousse lentement sous la pluie et chaque plante a son histoire.",
]


@pytest.mark.parametrize("separator", ["\n", " "], ids=["lines", "one line"])
@pytest.mark.parametrize("rounds", [8, 500])
def test_tells_the_shares_of_languages_that_take_turns(separator: str, rounds: int) -> None:
    mix = detect_language(separator.join(LINES * rounds)).mix
    assert sorted(mix) == ["de", "en", "fr"]
    assert all(0.25 < share < 0.45 for share in mix.values())


@pytest.mark.parametrize("separator", ["\n", " "], ids=["lines", "one line"])
def test_tells_the_shares_of_two_sentences(separator: str) -> None:
    assert detect_language(separator.join(LINES[:2])).mix == {"de": 0.51, "en": 0.49}
    assert detect_language("The garden grows slowly.\nDer Garten wächst langsam.").mix == {"de": 0.52, "en": 0.48}


def test_gives_a_short_line_to_what_stands_beside_it() -> None:
    assert detect_language("Start\nImpressum\n" + LINES[1]).mix == {"de": 1.0}
    assert detect_language(LINES[0] + "\nContact").mix == {"en": 1.0}
