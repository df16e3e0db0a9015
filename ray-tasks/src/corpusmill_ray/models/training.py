"""Training of a small two-label fastText classifier: the same texts give the same bytes."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import fasttext

HIGH_QUALITY = "__label__hq"
LOW_QUALITY = "__label__lq"


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """fastText's arguments; small enough for a model well below 1 MB."""

    dimension: int = 16
    epochs: int = 10
    learning_rate: float = 0.5
    word_ngrams: int = 2
    buckets: int = 20_000
    seed: int = 0


def training_lines(positive: Iterable[str], negative: Iterable[str], seed: int) -> list[str]:
    """One labelled line a text, shuffled by the seed."""
    lines = [f"{HIGH_QUALITY} {_one_line(text)}\n" for text in positive]
    lines += [f"{LOW_QUALITY} {_one_line(text)}\n" for text in negative]
    random.Random(seed).shuffle(lines)  # noqa: S311 - an order, no secret
    return lines


def train(lines_file: Path, model_file: Path, settings: TrainingSettings) -> None:
    """Train on a file of labelled lines and write the quantised model; one thread, for the same bytes."""
    model = fasttext.train_supervised(
        str(lines_file),
        dim=settings.dimension,
        epoch=settings.epochs,
        lr=settings.learning_rate,
        wordNgrams=settings.word_ngrams,
        bucket=settings.buckets,
        minCount=1,
        thread=1,
        seed=settings.seed,
        verbose=0,
    )
    model.quantize(input=str(lines_file), thread=1, verbose=0)
    model.save_model(str(model_file))


def _one_line(text: str) -> str:
    return " ".join(text.split())
