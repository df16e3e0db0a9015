r"""Trains the language model, or measures a training on sentences that it has not seen.

    python training/train_language.py DATA/langid/lingua-sentences-a.jsonl.gz --validate
    python training/train_language.py DATA/langid/lingua-sentences-a.jsonl.gz --version N \
        --out src/corpusmill_extract/language/language_model.json

The same data give the same file. A softmax over candidates (candidates.py) with Gaussian priors, fitted on marks that
were chosen on other sentences than it is fitted on.
"""

import argparse
import gzip
import itertools
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from corpusmill_extract.documents.text import normalize_text
from corpusmill_extract.language.answers import Answers, ask_both
from corpusmill_extract.language.candidates import FEATURES, candidates, feature_rows
from corpusmill_extract.language.detector import LanguageModel
from corpusmill_extract.language.markers import CLOSE_LANGUAGES, Markers, marks_of

FOLDS = 4
# Most sentences that the data call Malay read as Indonesian, which the web has far more of: one in 25 is used.
_RARE, _RARE_EVERY = "ms", 25
_MARKS_PER_GROUP, _MIN_SENTENCES = 2000, 2
_WEIGHT_PRIOR, _BIAS_PRIOR, _MARK_PRIOR = 1.0, 3.0, 20.0
_MAX_STEPS, _MAX_MARK_STEPS = 150, 60
# What was fitted is surer than it is right of sentences that it has not seen, whose likelihood is highest at this.
_CAUTION = 0.9
_BUCKETS = (0.0, 0.5, 0.7, 0.9, 0.95, 0.99, 1.01)
_Loss = Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]
TOP_20 = frozenset(
    ["ar", "cs", "de", "en", "es", "fa", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "uk"]
) | {"vi", "zh"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A normalised sentence, its language, and what the detectors say of it."""

    text: str
    lang: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class _Rows:
    """The candidates of all sentences, one after the other."""

    features: NDArray[np.float64]
    languages: NDArray[np.int64]
    is_right: NDArray[np.float64]
    starts: NDArray[np.int64]
    sentences: NDArray[np.int64]


def main() -> None:
    """Validate or train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--version", type=int, default=1)
    arguments = parser.parse_args()
    sentences = read_sentences(arguments.file)
    if arguments.validate:
        validate(sentences)
    if arguments.out is not None:
        model = train(sentences, arguments.version)
        arguments.out.write_text(json.dumps(_raw(model), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def read_sentences(path: Path) -> list[Sentence]:
    """Read the sentences and ask both detectors."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [(normalize_text(row["text"]), str(row["lang"])) for row in map(json.loads, lines)]
    return [Sentence(text, lang, ask_both(text)) for text, lang in rows]


def validate(sentences: Sequence[Sentence]) -> None:
    """Print accuracy and calibration, every sentence under a model that has not seen it."""
    found: list[tuple[Sentence, str, float]] = []
    folds = np.random.default_rng(0).integers(0, FOLDS, len(sentences))
    for fold in range(FOLDS):
        model = train([sentence for sentence, of in zip(sentences, folds, strict=True) if of != fold], 0)
        for sentence in (sentence for sentence, of in zip(sentences, folds, strict=True) if of == fold):
            probabilities = model.probabilities(sentence.answers, sentence.text)
            best = max(probabilities, key=lambda code: probabilities[code]) if probabilities else "und"
            found.append((sentence, best, probabilities.get(best, 0.0)))
    top = [entry for entry in found if entry[0].lang in TOP_20]
    print(f"all {_accuracy(found):.4f}, 20 most used {_accuracy(top):.4f}")
    for low, high in itertools.pairwise(_BUCKETS):
        part = [entry for entry in found if low <= entry[2] < high]
        if part:
            mean = sum(score for _, _, score in part) / len(part)
            print(f"score {low:.2f} to {min(high, 1):.2f}: {len(part)}, mean {mean:.3f}, right {_accuracy(part):.3f}")
    mistakes = Counter(f"{sentence.lang}→{code}" for sentence, code, _ in found if code != sentence.lang)
    print(" ".join(f"{pair} {count}" for pair, count in mistakes.most_common(20)))


def _accuracy(found: Sequence[tuple[Sentence, str, float]]) -> float:
    return sum(sentence.lang == code for sentence, code, _ in found) / len(found)


def train(sentences: Sequence[Sentence], version: int) -> LanguageModel:
    """Train on all sentences: each half is fitted with marks of the other."""
    halves = sentences[::2], sentences[1::2]
    marks = [choose_markers(half) for half in halves]
    parts = [
        (sentence, candidates(sentence.answers, sentence.text), other)
        for half, other in zip(halves, reversed(marks), strict=True)
        for sentence in _as_on_the_web(half)
    ]
    parts = [(sentence, codes, other) for sentence, codes, other in parts if sentence.lang in codes]
    languages = sorted({code for _, codes, _ in parts for code in codes})
    solution = _CAUTION * _fit(_rows(parts, languages), len(languages))
    weights = [round(float(value), 4) for value in solution[: len(FEATURES)]]
    biases = {
        language: round(float(value), 3)
        for language, value in zip(languages, solution[len(FEATURES) :], strict=True)
        if abs(value) > 1e-3  # noqa: PLR2004 - says nothing
    }
    return LanguageModel(version, weights, biases, choose_markers(sentences))


def _as_on_the_web(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, of the rare language only some."""
    usual = [sentence for sentence in sentences if sentence.lang != _RARE]
    return usual + [sentence for sentence in sentences if sentence.lang == _RARE][::_RARE_EVERY]


def choose_markers(sentences: Sequence[Sentence]) -> tuple[Markers, ...]:
    """Return per group of close languages the marks that tell most."""
    return tuple(_markers(group, [s for s in sentences if s.lang in group]) for group in CLOSE_LANGUAGES)


def _markers(group: tuple[str, ...], sentences: Sequence[Sentence]) -> Markers:
    """The marks of largest weight in a softmax over the group's languages, each language counting alike."""
    present = {sentence.lang for sentence in sentences}
    known = tuple(language for language in group if language in present)
    marks = [marks_of(sentence.text) for sentence in sentences]
    counts = Counter(itertools.chain.from_iterable(marks))
    names = sorted(mark for mark, count in counts.items() if count >= _MIN_SENTENCES)
    number = {mark: index for index, mark in enumerate(names)}
    columns = [sorted(number[mark] for mark in of_one if mark in number) for of_one in marks]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter(itertools.chain.from_iterable(columns), np.int64, int(ends[-1]))
    rows = csr_array((np.ones(len(flat)), flat, ends), shape=(len(sentences), len(names)))
    is_right = np.array([[float(sentence.lang == language) for language in known] for sentence in sentences])
    weights = _fit_marks(rows, is_right, is_right @ (len(sentences) / len(known) / is_right.sum(axis=0)))
    chosen = np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:_MARKS_PER_GROUP]
    return Markers(known, {names[index]: [round(1000 * float(w)) for w in weights[index]] for index in sorted(chosen)})


def _fit_marks(rows: csr_array, is_right: NDArray[np.float64], worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a weight per mark and language; `worth` is how much a sentence counts."""
    shape = rows.shape[1], is_right.shape[1]

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = rows @ values.reshape(shape)
        logits -= logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        slope = rows.T @ (worth[:, None] * (np.exp(logs) - is_right))
        likelihood = float((worth * (logs * is_right).sum(axis=1)).sum())
        return 0.5 * _MARK_PRIOR * float((values**2).sum()) - likelihood, slope.ravel() + _MARK_PRIOR * values

    return _minimum(loss, shape[0] * shape[1], _MAX_MARK_STEPS).reshape(shape)


def _rows(parts: Sequence[tuple[Sentence, list[str], tuple[Markers, ...]]], languages: list[str]) -> _Rows:
    number = {language: index for index, language in enumerate(languages)}
    features = [feature_rows(sentence.answers, sentence.text, codes, marks) for sentence, codes, marks in parts]
    sizes = np.array([len(codes) for _, codes, _ in parts])
    return _Rows(
        features=np.array([row for rows in features for row in rows]),
        languages=np.array([number[code] for _, codes, _ in parts for code in codes]),
        is_right=np.array([float(code == sentence.lang) for sentence, codes, _ in parts for code in codes]),
        starts=np.concatenate(([0], np.cumsum(sizes[:-1]))),
        sentences=np.repeat(np.arange(len(parts)), sizes),
    )


def _fit(rows: _Rows, languages: int) -> NDArray[np.float64]:
    count = len(FEATURES)
    prior = np.concatenate((np.full(count, _WEIGHT_PRIOR), np.full(languages, _BIAS_PRIOR)))

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = rows.features @ values[:count] + values[count:][rows.languages]
        powers = np.exp(logits - np.maximum.reduceat(logits, rows.starts)[rows.sentences])
        found = powers / np.add.reduceat(powers, rows.starts)[rows.sentences]
        wrong = found - rows.is_right
        per_language = np.bincount(rows.languages, wrong, minlength=languages)
        slope = np.concatenate((rows.features.T @ wrong, per_language)) + prior * values
        likelihood = float((np.log(found) * rows.is_right).sum())
        return 0.5 * float((prior * values**2).sum()) - likelihood, slope.astype(np.float64)

    return _minimum(loss, count + languages, _MAX_STEPS)


def _minimum(loss: _Loss, size: int, steps: int) -> NDArray[np.float64]:
    found: NDArray[np.float64] = minimize(
        loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": steps}
    ).x
    return found


def _raw(model: LanguageModel) -> dict[str, Any]:
    markers = [{"languages": group.languages, "weights": group.weights} for group in model.markers]
    weights = dict(zip(FEATURES, model.weights, strict=True))
    return {"version": model.version, "weights": weights, "biases": model.biases, "markers": markers}


if __name__ == "__main__":
    main()
