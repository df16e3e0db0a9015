import hashlib
import json
from pathlib import Path

import pytest

from corpusmill_ray.models.fasttext_model import FastTextModel
from corpusmill_ray.models.training import TrainingSettings, train, training_lines
from corpusmill_ray.tasks.train_quality import main

GOOD = [f"the science of history and music number {n}" for n in range(60)]
POOR = [f"buy cheap now click free win number {n}" for n in range(60)]


def write_jsonl(path: Path, texts: list[str]) -> str:
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return str(path)


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    digests = []
    for name in ("a.ftz", "b.ftz"):
        lines = tmp_path / "lines.txt"
        lines.write_text("".join(training_lines(GOOD, POOR, seed=3)))
        train(lines, tmp_path / name, TrainingSettings(buckets=300, epochs=3, seed=3))
        digests.append(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_the_command_writes_a_model_that_tells_its_texts_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, poor = write_jsonl(tmp_path / "good.jsonl", GOOD), write_jsonl(tmp_path / "poor.jsonl", POOR)
    out = tmp_path / "models" / "quality.ftz"
    assert main(["--positive", good, "--negative", poor, "--out", str(out)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    model = FastTextModel(out)
    assert model.probability(GOOD[0], "__label__hq") > 0.9
    assert model.probability(POOR[0], "__label__hq") < 0.1
    assert [path.name for path in out.parent.iterdir()] == ["quality.ftz"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "no text"),
        ('{"text": "a"}\n{"text": 7}\n', "line 2"),
        ("{\n", "line 1"),
        ('["text"]\n', "line 1"),
    ],
)
def test_input_that_cannot_be_trained_on_names_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, complaint: str
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(content)
    good = write_jsonl(tmp_path / "good.jsonl", GOOD)
    assert main(["--positive", good, "--negative", str(bad), "--out", str(tmp_path / "m.ftz")]) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "m.ftz").exists()
