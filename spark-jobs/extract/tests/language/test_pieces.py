"""A text in pieces for its mix of languages."""

from hypothesis import given
from hypothesis import strategies as st

from corpusmill_extract.language.pieces import Piece, sample_pieces


def test_parts_lines_and_joins_short_ones_with_what_follows() -> None:
    text = "Menu\nA line of its own, long enough\n1 2 3 4 5 6 7 8 9 10 11 12\nThe next line stands alone\nend"
    assert sample_pieces(text) == [
        Piece("Menu A line of its own, long enough", 27),
        Piece("The next line stands alone end", 25),
    ]


def test_parts_a_long_line_at_sentence_ends_and_a_long_sentence_between_words() -> None:
    sentence = "A sentence of some length stands here, with words in it!"
    line = f"{sentence} {sentence} No end{' then' * 100}"
    assert [len(piece.text) for piece in sample_pieces(line)] == [56, 56, 202, 304]
    assert [piece.text for piece in sample_pieces("今天天气很好我们去公园散步吧然后回家吃饭。" * 5)][1:] == [
        "今天天气很好我们去公园散步吧然后回家吃饭。"
    ] * 4


def test_has_no_piece_of_a_text_without_letters() -> None:
    assert sample_pieces("1 2 3\n\n" + "-" * 1000) == []


def test_looks_at_32_pieces_all_over_a_text_of_any_length() -> None:
    lines = [f"line {number} of a text that goes on for very long" for number in range(100_000)]
    pieces = sample_pieces("\n".join(lines))
    assert len(pieces) == 32
    quarters = [4 * int(word) // 100_000 for piece in pieces for word in piece.text.split()[1:2] if word.isdigit()]
    assert set(quarters) == {0, 1, 2, 3}


@given(st.text(alphabet="ab. \n!。", max_size=1500))
def test_loses_no_letter_of_a_text_of_few_pieces(text: str) -> None:
    pieces = sample_pieces(text)
    assert len(pieces) <= 32
    if len(pieces) < 32:
        assert sum(piece.letters for piece in pieces) == sum(map(str.isalpha, text))
