"""The model of blocks: its trees, its choice, and pages of every script and shape."""

import operator
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.features import TAG_KINDS, Columns, Numbers, context_columns, page_columns
from corpusmill_extract.html.main_content import (
    choose_blocks,
    load_block_model,
    select_expected_f1,
    select_main_content,
)
from corpusmill_extract.html.trees import MAX_DEPTH, SCALE, parse_tree_model

SENTENCES = {
    "English": "The garden grows slowly, through all the seasons, and every plant in it tells its own story.",
    "Arabic": "تنمو الحديقة ببطء عبر الفصول، وكل نبتة فيها تروي قصتها الخاصة بها لمن يمر ويصغي إليها.",
    "Hebrew": "הגן צומח לאט לאורך העונות, וכל צמח בו מספר את סיפורו שלו לכל מי שעובר ומקשיב לו היטב.",
    "Chinese": "花园在四季中慢慢生长，园中的每一株植物都在讲述自己的故事，路过的人停下来静静地听，谁也不愿意离开。",
    "Thai": "สวนแห่งนี้เติบโตอย่างช้าๆ ตลอดฤดูกาลต่างๆ และพืชทุกต้นในสวนต่างก็เล่าเรื่องราวของตัวเอง.",
    "combining marks": "e\u0301t" * 30 + ", " + "a\u0308" * 40 + ".",
}


@pytest.mark.parametrize("script", SENTENCES)
def test_finds_the_article_in_any_script(script: str) -> None:
    paragraphs = "".join(f"<p>{number} {SENTENCES[script] * 4}</p>" for number in range(6))
    menu = "".join(f'<li><a href="/{number}">{SENTENCES[script][:8]}</a></li>' for number in range(12))
    page = read_blocks(f'<nav class="menu"><ul>{menu}</ul></nav><article>{paragraphs}</article>')
    assert select_main_content(page, comments=False) == list(range(12, 18))


@pytest.mark.parametrize("html", ["", "<p></p>", "<p>😀😀😀</p>", "<p>x</p>", f"<p>{'word ' * 200_000}</p>"])
def test_chooses_from_pages_of_hardly_any_blocks(html: str) -> None:
    page = read_blocks(html)
    assert set(select_main_content(page, comments=False)) <= set(range(len(page.texts)))


def test_chooses_from_a_page_of_a_hundred_thousand_blocks() -> None:
    page = read_blocks("<div><p>A sentence, of a very long page.</p></div>" * 100_000)
    assert len(page.texts) == 100_000
    assert len(select_main_content(page, comments=False)) <= 100_000


def test_knows_every_feature_that_the_model_asks_for() -> None:
    columns, layout = page_columns(read_blocks("<p>one</p><p>two</p>"))
    assert {len(column) for column in columns.values()} == {2}
    model = load_block_model()
    context = context_columns(np.array([1, 2]), layout)
    assert set(model.first.features) <= set(columns)
    assert set(model.second.features) <= {*columns, *context}


def test_a_tree_adds_the_leaf_that_its_answers_name() -> None:
    raw = {
        "features": ["a", "b"],
        "questions": [[0, 1]],
        "thresholds": [[1.0, 2.0]],
        "leaves": [[-2000, 0, 1000, 3000]],
        "bias": 1000,
    }
    columns = {"a": np.array([1, 2, 1, 2], np.float32), "b": np.array([2, 2, 3, 3], np.float32)}
    logits = np.array([-1.0, 1.0, 2.0, 4.0])
    assert parse_tree_model(raw).probabilities(columns).tolist() == np.rint(1000 / (1 + np.exp(-logits))).tolist()


@given(st.integers(1, MAX_DEPTH), st.integers(1, 5), st.integers(0, 70), st.integers(0, 1000))
def test_adds_the_leaves_of_all_trees_for_any_number_of_rows(depth: int, trees: int, rows: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    asked = random.integers(0, 3, (trees, depth))
    limits = random.integers(0, 4, (trees, depth))
    leaves = random.integers(-3000, 3000, (trees, 1 << depth))
    values = random.integers(0, 5, (3, rows)).astype(np.float32)
    raw = {"features": "abc", "questions": asked, "thresholds": limits, "leaves": leaves, "bias": -500}
    found = parse_tree_model(raw).probabilities(dict(zip("abc", values, strict=True)))
    answers = values[asked] > limits[..., None]
    numbers = (answers << np.arange(depth)[None, :, None]).sum(axis=1)
    logits = -500 + np.take_along_axis(leaves, numbers, axis=1).sum(axis=0)
    assert found.tolist() == np.rint(SCALE / (1 + np.exp(-logits / SCALE))).tolist()


@pytest.mark.parametrize("depth", [0, MAX_DEPTH + 1])
def test_refuses_trees_that_ask_too_little_or_too_much(depth: int) -> None:
    numbers = np.zeros((1, depth))
    raw = {"features": "a", "questions": numbers, "thresholds": numbers, "leaves": np.zeros((1, 1 << depth)), "bias": 0}
    with pytest.raises(ValueError, match=f"of {depth} questions"):
        parse_tree_model(raw)


@given(st.lists(st.tuples(st.integers(1, SCALE), st.integers(1, 50)), min_size=1, max_size=8))
def test_no_other_threshold_has_a_higher_expected_f1(blocks: list[tuple[int, int]]) -> None:
    levels = [(probability + 5) // 10 for probability, _ in blocks]
    sizes = [size for _, size in blocks]

    def size_of(wanted: Callable[[int], bool]) -> int:
        return sum(size for level, size in zip(levels, sizes, strict=True) if wanted(level))

    def expected(threshold: int) -> float:
        taken = size_of(lambda level: level >= threshold)
        right = sum(level * size for level, size in zip(levels, sizes, strict=True) if level >= threshold) / 100
        apart = 2 * right / (taken + sum(map(operator.mul, levels, sizes)) / 100)
        wanted = [size_of(partial(operator.le, limit)) for limit in range(1, 101)]
        together = sum(2 * min(taken, size) / (taken + size) for size in wanted) / 100
        return float(0.3 * apart + 0.7 * together)

    probabilities = np.array([probability for probability, _ in blocks])
    found = np.array(levels)[select_expected_f1(probabilities, np.array(sizes))]
    thresholds = [threshold for threshold in range(1, 101) if max(levels) >= threshold]
    assert expected(int(found.min())) >= max(map(expected, thresholds), default=0.0) * 0.9999


def test_takes_blocks_that_hang_together_only_where_they_are_likely_enough_together() -> None:
    sure, teasers = [950] * 2, [300] * 30
    chosen = select_expected_f1(np.array(sure + teasers), np.full(32, 100))
    assert chosen.tolist() == [True] * 2 + [False] * 30


@pytest.mark.parametrize(("beside", "is_article", "kept"), [(2, False, 4), (2, True, 4), (8, False, 10)])
def test_leaves_out_what_stands_in_an_aside_where_enough_remains(beside: int, is_article: bool, kept: int) -> None:  # noqa: FBT001
    is_beside = np.array([0] * 4 + [1] * beside) if beside < 4 else np.array([0] * 2 + [1] * beside)
    assert choose_blocks(*_page(is_beside, "in<aside", is_article=is_article)).sum() == kept


@pytest.mark.parametrize(("is_article", "kept"), [(True, 4), (False, 7)])
def test_leaves_out_teasers_of_pages_that_say_they_are_articles(is_article: bool, kept: int) -> None:  # noqa: FBT001
    is_beside = np.array([0] * 4 + [1] * 3)
    assert choose_blocks(*_page(is_beside, "in.related", is_article=is_article)).sum() == kept


@pytest.mark.parametrize(("sign", "kept"), [(None, 6), ("og_article", 5), ("schema_article", 5), ("page_dated", 5)])
def test_is_stricter_with_pages_that_say_they_are_articles(sign: str | None, kept: int) -> None:
    first, _, columns = _page(np.zeros(6, np.int64), "in<aside", is_article=False)
    first[5] = 460
    if sign is not None:
        columns[sign][:] = 1
    assert choose_blocks(first, first, columns).sum() == kept
    columns["schema_forum"][:] = 1
    assert choose_blocks(first, first, columns).sum() == 6


@pytest.mark.parametrize(("sign", "kept"), [(None, 4), ("in.forum", 7), ("schema_forum", 7)])
def test_leaves_out_comments_of_pages_that_are_no_forums(sign: str | None, kept: int) -> None:
    first, second, columns = _page(np.array([0] * 4 + [1] * 3), "in.comment", is_article=False)
    if sign is not None:
        columns[sign][:] = 1
    assert choose_blocks(first, second, columns).sum() == kept


def test_keeps_comments_where_hardly_anything_remains_without_them() -> None:
    assert choose_blocks(*_page(np.array([0] + [1] * 9), "in.comment", is_article=False)).sum() == 10


def test_keeps_code_between_kept_blocks_however_unlikely_and_not_at_an_edge() -> None:
    first, _, columns = _page(np.zeros(6, np.int64), "in<aside", is_article=True)
    columns["kind"][[0, 2, 4, 5]] = TAG_KINDS["pre"]
    first[[0, 2, 4, 5]] = 50
    assert choose_blocks(first, first, columns).tolist() == [False, True, True, True, False, False]


def _page(is_beside: NDArray[np.int64], hint: str, *, is_article: bool) -> tuple[Numbers, Numbers, Columns]:
    """Blocks of 100 characters that both models are sure of."""
    count = len(is_beside)
    names = ["in<aside", "in.sidebar", "in.related", "in.comment", "in.forum"]
    names += ["og_article", "schema_article", "page_dated", "schema_forum"]
    columns = {name: np.zeros(count, np.float32) for name in names} | {"chars": np.full(count, 100, np.float32)}
    columns["kind"] = np.zeros(count, np.float32)
    columns |= {hint: is_beside.astype(np.float32), "og_article": np.full(count, is_article, np.float32)}
    sure = np.full(count, 900)
    return sure, sure, columns
