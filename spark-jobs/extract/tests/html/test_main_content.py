"""The model of blocks: its trees, its choice, and pages of every script and shape."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.html.blocks import read_blocks
from corpusmill_extract.html.features import page_columns
from corpusmill_extract.html.main_content import load_block_model, select_expected_f1, select_main_content
from corpusmill_extract.html.trees import SCALE, parse_tree_model

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
    assert len(layout.ranges) == 4
    first = load_block_model().first
    assert set(first.features) <= set(columns)


def test_makes_the_same_hints_whether_some_or_all_are_wanted() -> None:
    page = read_blocks('<div class="post"><p>one</p><nav>two</nav></div>')
    every, _ = page_columns(page)
    some, _ = page_columns(page, frozenset({"by.post", "in<nav"}))
    assert [name for name in some if name[:3] in {"by.", "in.", "by<", "in<"}] == ["in<nav", "by.post"]
    assert all(np.array_equal(every[name], some[name]) for name in some)


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


@given(st.lists(st.tuples(st.integers(1, SCALE), st.integers(1, 50)), min_size=1, max_size=8))
def test_no_other_set_of_blocks_has_a_higher_expected_f1(blocks: list[tuple[int, int]]) -> None:
    probabilities = np.array([probability for probability, _ in blocks])
    sizes = np.array([size for _, size in blocks])

    def expected(chosen: tuple[int, ...]) -> float:
        taken = np.array(chosen, dtype=np.int64)
        right = float((probabilities[taken] * sizes[taken]).sum()) / SCALE
        return 2 * right / (float(sizes[taken].sum()) + float((probabilities * sizes).sum()) / SCALE)

    found = tuple(np.flatnonzero(select_expected_f1(probabilities, sizes)).tolist())
    subsets = itertools.chain.from_iterable(
        itertools.combinations(range(len(blocks)), count) for count in range(1, len(blocks) + 1)
    )
    assert expected(found) >= max(map(expected, subsets)) * 0.999
