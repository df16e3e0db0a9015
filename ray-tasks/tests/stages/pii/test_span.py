from hypothesis import given
from hypothesis import strategies as st

from corpusmill_ray.stages.pii.span import EntityType, Span, without_overlaps


def span(start: int, end: int, kind: EntityType = EntityType.PHONE) -> Span:
    return Span(kind, start, end, "")


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 15), st.sampled_from(EntityType)).map(
        lambda item: Span(item[2], item[0], item[0] + item[1], "")
    )
)


def test_keeps_the_longest_of_two() -> None:
    assert without_overlaps([span(0, 5), span(3, 9)]) == [span(3, 9)]


def test_keeps_the_kind_of_higher_priority_of_two_equal_spans() -> None:
    card = span(0, 5, EntityType.CREDIT_CARD)
    assert without_overlaps([span(0, 5), card]) == [card]


def test_spans_that_touch_do_not_overlap() -> None:
    assert without_overlaps([span(5, 9), span(0, 5)]) == [span(0, 5), span(5, 9)]


@given(SPANS)
def test_equals_a_brute_force_over_all_pairs(spans: list[Span]) -> None:
    order = list(EntityType)
    kept: list[Span] = []
    for candidate in sorted(spans, key=lambda s: (s.start - s.end, order.index(s.type), s.start)):
        if all(candidate.end <= k.start or k.end <= candidate.start for k in kept):
            kept.append(candidate)
    assert without_overlaps(spans) == sorted(kept, key=lambda s: s.start)
