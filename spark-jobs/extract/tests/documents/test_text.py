"""Text normalisation."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.documents.text import (
    fix_mojibake,
    has_surrogates,
    normalize_line,
    normalize_text,
    replace_surrogates,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("a\r\nb\rc\u2028d\u2029e\x85f", "a\nb\nc\nd\ne\nf"),
        ("a\0b\x07c\x7fd\x9be", "abcde"),
        ("a \t\xa0 b", "a b"),
        ("  a  \n\t b\t", "a\nb"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\n \n \n \nb", "a\n\nb"),
        ("e\u0301", "é"),
        ("e\0\u0301", "é"),
        ("\n\n a \n\n", "a"),
    ],
)
def test_normalizes(text: str, expected: str) -> None:
    assert normalize_text(text) == expected


@given(st.text())
def test_is_idempotent(text: str) -> None:
    once = normalize_text(text)
    assert normalize_text(once) == once


@given(st.text(alphabet=st.sampled_from(" \t\n\r\x0b\x0c\x1c\x85\xa0\u2028\u3000e\u0301\u0344\0\x1fa")))
def test_is_idempotent_on_white_space_and_marks(text: str) -> None:
    once = normalize_text(text)
    assert normalize_text(once) == once


@given(st.text())
def test_leaves_nfc_without_control_characters(text: str) -> None:
    normal = normalize_text(text)
    assert unicodedata.is_normalized("NFC", normal)
    assert not any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in normal)
    assert "\n\n\n" not in normal


def test_puts_a_line_on_one_line() -> None:
    assert normalize_line(" a\n\n b\tc ") == "a b c"


def test_repairs_mojibake_and_nothing_else() -> None:
    assert fix_mojibake("schÃ¶n &amp; “gut”") == "schön &amp; “gut”"


def test_replaces_lone_surrogates() -> None:
    assert replace_surrogates("a\ud800b") == "a\ufffdb"
    assert has_surrogates("a\udfff") is True
    assert has_surrogates(None) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b\n```\nif  x:\n\n\n\tpass  # y \n```\nc  d", "a b\n```\nif  x:\n\n\n\tpass  # y\n```\nc d"),
        ("````\n```\na  b\n```\n````\n\n\n\nc  d", "````\n```\na  b\n```\n````\n\nc d"),
        ("```a``` b  c\nd  e", "```a``` b c\nd e"),
    ],
)
def test_leaves_lines_between_fences_alone(text: str, expected: str) -> None:
    assert normalize_text(text, keep_indent=True) == expected
    assert normalize_text(expected, keep_indent=True) == expected
