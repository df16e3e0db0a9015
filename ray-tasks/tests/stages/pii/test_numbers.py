import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_ray.stages.pii.numbers import (
    find_cards,
    find_ibans,
    find_ssns,
    is_issued,
    passes_luhn,
    passes_mod97,
)
from corpusmill_ray.stages.pii.registries import IBAN_LENGTHS


def cards(text: str) -> list[str]:
    return [text[s.start : s.end] for s in find_cards(text)]


def ibans(text: str) -> list[str]:
    return [text[s.start : s.end] for s in find_ibans(text)]


def ssns(text: str) -> list[str]:
    return [text[s.start : s.end] for s in find_ssns(text)]


def luhn_by_hand(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit)
        if position % 2 == 1:
            value *= 2
            if value > 9:
                value -= 9
        total += value
    return total % 10 == 0


@given(st.text("0123456789", min_size=1, max_size=19))
def test_luhn_equals_the_sum_by_hand(digits: str) -> None:
    assert passes_luhn(digits) == luhn_by_hand(digits)


def test_luhn_finds_every_single_wrong_digit() -> None:
    good = "4111111111111111"
    assert passes_luhn(good)
    wrong = [good[:i] + d + good[i + 1 :] for i in range(16) for d in "0123456789" if d != good[i]]
    assert [w for w in wrong if passes_luhn(w)] == []


def test_mod97_equals_long_division_digit_by_digit() -> None:
    chooser = random.Random(0)
    for _ in range(2000):
        iban = "GB" + "".join(chooser.choices("0123456789ABCXYZ", k=20))
        remainder = 0
        for digit in "".join(str(int(c, 36)) for c in iban[4:] + iban[:4]):
            remainder = (remainder * 10 + int(digit)) % 97
        assert passes_mod97(iban) == (remainder == 1)


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "5500005555555559",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "6011111111111117",
        "3530111333300000",
        "30569309025904",
    ],
)
def test_finds_cards_of_every_issuer_and_spelling(number: str) -> None:
    assert cards(f"card {number}, thanks") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "9111111111111111",
        "41111111111111111111",
        "id 4111 11 111 111 11 11 1",
        "a4111111111111111",
        "4111111111111111b",
        "0.4111111111111111",
        "ISBN 9780306406157",
        "4006381333931",
        "1234567890123456",
    ],
)
def test_takes_no_other_number_for_a_card(text: str) -> None:
    assert cards(text) == []


def test_knows_the_borders_of_issuer_ranges() -> None:
    assert [is_issued(p.ljust(16, "0")) for p in ("2220", "2221", "2720", "2721", "50", "51", "55")] == [
        False,
        True,
        True,
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "iban",
    [
        "GB82WEST12345698765432",
        "GB82 WEST 1234 5698 7654 32",
        "gb82west12345698765432",
        "DE89370400440532013000",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_finds_ibans_in_both_spellings(iban: str) -> None:
    assert ibans(f"to {iban}.") == [iban]


@pytest.mark.parametrize(
    "text",
    [
        "GB83WEST12345698765432",
        "ZZ82WEST12345698765432",
        "GB82WEST1234569876543",
        "GB82WEST123456987654321",
        "XGB82WEST12345698765432",
        "GB82  WEST 1234 5698 7654 32",
    ],
)
def test_takes_no_other_word_for_an_iban(text: str) -> None:
    assert ibans(text) == []


def test_the_registry_holds_whole_lengths() -> None:
    assert (len(IBAN_LENGTHS), min(IBAN_LENGTHS.values()), max(IBAN_LENGTHS.values())) == (89, 15, 33)


def test_finds_a_social_security_number_with_hyphens_anywhere() -> None:
    assert ssns("it is 123-45-6789.") == ["123-45-6789"]


def test_finds_other_spellings_only_after_the_words() -> None:
    assert ssns("SSN: 123456789; social security 123 45 6789") == ["123456789", "123 45 6789"]
    assert ssns("item 123456789 in suite 123 45 6789") == []


@pytest.mark.parametrize(
    "number", ["000-45-6789", "666-45-6789", "900-45-6789", "123-00-6789", "123-45-0000", "123-456-789"]
)
def test_knows_numbers_that_are_never_given_out(number: str) -> None:
    assert ssns(number) == []


@pytest.mark.parametrize("text", ["1123-45-6789", "123-45-67890", "123-45-6789-1", "x123-45-6789"])
def test_a_part_of_a_longer_number_is_no_social_security_number(text: str) -> None:
    assert ssns(text) == []
