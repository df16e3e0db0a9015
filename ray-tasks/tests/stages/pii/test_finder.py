import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpusmill_ray.stages.pii.finder import FINDERS, find_spans, scrub_text
from corpusmill_ray.stages.pii.span import EntityType

ALL = tuple(EntityType)

VALUES = [
    "bob@example.org",
    "+1 415 555 0123",
    "415-555-0123",
    "785 8949",
    "10.0.0.1",
    "2001:db8::1",
    "4111 1111 1111 1111",
    "GB82WEST12345698765432",
    "123-45-6789",
    "123 45 6789",
    "<EMAIL_3>",
    "<PHONE_1>",
]
GLUE = [
    "call ",
    "tel ",
    "SSN ",
    " ",
    ", ",
    "-",
    ".",
    "x",
    "\n",
    "v",
    ":",
    "(",
    ")",
    "/",
    "@",
    "0",
    "é",
    "🌍",
    "办",
]
TEXTS = st.lists(st.sampled_from(VALUES + GLUE), max_size=25).map("".join) | st.text(max_size=60)


def test_every_entity_has_a_finder() -> None:
    assert set(FINDERS) == set(EntityType)


def test_numbers_tokens_by_first_appearance_of_distinct_values() -> None:
    text = "b@x.org a@x.org B@X.ORG 10.0.0.1"
    assert scrub_text(text, ALL).text == "<EMAIL_1> <EMAIL_2> <EMAIL_1> <IP_1>"


def test_two_spellings_of_a_number_are_one_value() -> None:
    text = "4111 1111 1111 1111 and 4111111111111111"
    assert scrub_text(text, ALL).text == "<CREDIT_CARD_1> and <CREDIT_CARD_1>"


def test_a_token_that_the_text_holds_already_is_never_given_to_another_value() -> None:
    assert scrub_text("<EMAIL_7> wrote to a@x.org", ALL).text == "<EMAIL_7> wrote to <EMAIL_8>"


def test_the_same_text_gives_the_same_tokens_whatever_the_order_of_entities() -> None:
    text = "a@x.org 10.0.0.1 4111111111111111 call 785 8949"
    assert scrub_text(text, ALL) == scrub_text(text, tuple(reversed(ALL)))


@given(TEXTS)
@settings(max_examples=300)
@example("call 785 8949 785 8949 785 8949")
@example("1" + "10.0.0.1" * 3)
def test_spans_point_at_the_text_that_the_tokens_stand_for(text: str) -> None:
    scrubbed = scrub_text(text, ALL)
    position, rebuilt = 0, ""
    for replacement in scrubbed.replacements:
        span = replacement.span
        assert position <= span.start < span.end <= len(text)
        rebuilt += text[position : span.start] + replacement.token
        position = span.end
    assert rebuilt + text[position:] == scrubbed.text


@given(TEXTS)
@settings(max_examples=300)
def test_scrubbing_a_scrubbed_text_changes_nothing(text: str) -> None:
    once = scrub_text(text, ALL).text
    assert scrub_text(once, ALL).text == once


@given(TEXTS)
@settings(max_examples=300)
def test_equal_values_have_equal_tokens_and_others_have_others(text: str) -> None:
    pairs = {(r.span.type, r.span.value, r.token) for r in scrub_text(text, ALL).replacements}
    assert len(pairs) == len({(kind, value) for kind, value, _ in pairs}) == len({t for _, _, t in pairs})


@given(TEXTS)
@settings(max_examples=300)
def test_spans_do_not_overlap_and_are_sorted(text: str) -> None:
    spans = find_spans(text, ALL)
    assert all(one.end <= other.start for one, other in pairwise(spans))


MILLION = 1_000_000
ADVERSARIAL = [
    "1",
    "1 ",
    "1-",
    "(1",
    "+1",
    "a@",
    "@a.",
    "a.",
    "1:",
    ":",
    "f:1",
    "GB82",
    "GB82 ",
    "1.1",
    "tel 1",
    "call 1 ",
    "<EMAIL_1>",
    "<EMAIL_",
    "415-555-0123 ",
    "a@b.co ",
    "10.0.0.1 ",
    "4111111111111111 ",
    "call 785 8949 ",
    "1)(",
]


@pytest.mark.parametrize("unit", ADVERSARIAL, ids=repr)
def test_time_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    quarter, whole = (unit * (size // len(unit)) for size in (MILLION // 4, MILLION))
    started = time.process_time()
    scrub_text(quarter, ALL)
    middle = time.process_time()
    scrub_text(whole, ALL)
    ended = time.process_time()
    # Four times the text: linear is 4, quadratic 16. Below a tenth of a second the clock is too coarse.
    assert ended - middle < max(0.1, 9 * (middle - started))
    assert ended - middle < 20
