import random
from pathlib import Path

import pytest
from hypothesis import settings

from attempt_store import AttemptStore
from corpusmill_ray.models.training import TrainingSettings, train, training_lines

# How long an example takes says nothing where other work runs beside the tests.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

GOOD_WORDS = ("alpha", "beta", "science", "history", "music", "the", "of", "and")
POOR_WORDS = ("buy", "cheap", "now", "click", "free", "the", "win", "and")


def sample_texts(words: tuple[str, ...], count: int, seed: int) -> list[str]:
    chooser = random.Random(seed)
    return [" ".join(chooser.choices(words, k=30)) for _ in range(count)]


@pytest.fixture(scope="session")
def quality_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    lines = training_lines(sample_texts(GOOD_WORDS, 200, 1), sample_texts(POOR_WORDS, 200, 2), seed=0)
    (folder / "lines.txt").write_text("".join(lines))
    train(folder / "lines.txt", folder / "quality.ftz", TrainingSettings(buckets=500, epochs=5))
    return folder / "quality.ftz"


@pytest.fixture
def store(tmp_path: Path) -> AttemptStore:
    return AttemptStore(tmp_path)
