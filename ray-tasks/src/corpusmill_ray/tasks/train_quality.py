"""Trains a quality model.

`python -m corpusmill_ray.tasks.train_quality --positive FILE… --negative FILE… --out MODEL.ftz`

Inputs are JSONL with a string `text` a line. The same inputs give the same bytes. Prints the model's digest.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from corpusmill_ray.models.training import TrainingSettings, train, training_lines


class TrainingInputError(Exception):
    """A file that cannot be trained on; names the file, the line and what to do."""


def main(arguments: list[str]) -> int:
    """Train; returns the exit status, 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(prog="train_quality", description="Train a fastText quality model.")
    parser.add_argument("--positive", nargs="+", type=Path, required=True, help="JSONL of good texts")
    parser.add_argument("--negative", nargs="+", type=Path, required=True, help="JSONL of poor texts")
    parser.add_argument("--out", type=Path, required=True, help="the model to write, .ftz")
    parser.add_argument("--seed", type=int, default=0, help="order of the texts and start of the model")
    options = parser.parse_args(arguments)
    try:
        lines = training_lines(_texts(options.positive), _texts(options.negative), options.seed)
    except TrainingInputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    digest = _train_aside(lines, options.out, TrainingSettings(seed=options.seed))
    sys.stdout.write(json.dumps({"path": str(options.out), "sha256": digest, "label": "__label__hq"}) + "\n")
    return 0


def _train_aside(lines: list[str], out: Path, settings: TrainingSettings) -> str:
    """Train in a folder beside the target and rename, so that a model is never half written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".train-") as folder:
        lines_file, model_file = Path(folder) / "lines.txt", Path(folder) / "model.ftz"
        lines_file.write_text("".join(lines), encoding="utf-8")
        train(lines_file, model_file, settings)
        digest = sha256(model_file.read_bytes()).hexdigest()
        model_file.replace(out)
    return digest


def _texts(files: Iterable[Path]) -> list[str]:
    texts = [text for file in files for text in _texts_of(file)]
    if not texts:
        raise TrainingInputError("there is no text to train on; give files with at least one line each")
    return texts


def _texts_of(file: Path) -> Iterator[str]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingInputError(f"{file} cannot be read ({type(error).__name__})") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _text_of(line, f"{file} line {number}")


def _text_of(line: str, place: str) -> str:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise TrainingInputError(f"{place} is not JSON; correct or remove it") from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise TrainingInputError(f"{place} has no string `text`; correct or remove it")
    text: str = record["text"]
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
