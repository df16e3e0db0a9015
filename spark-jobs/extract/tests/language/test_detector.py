"""Language identification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.language.codes import current_code, is_wanted
from corpusmill_extract.language.detector import Language, detect_language


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
    assert detect_language(text) == Language("und", 0.0)


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
