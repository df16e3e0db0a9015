"""Trains the block model, or measures a training on pages that it has not seen.

    python training/train.py DATA/extraction --hold-out site:0     # one of FOLDS parts of the sites
    python training/train.py DATA/extraction --hold-out set:aeb    # a whole set
    python training/train.py DATA/extraction --out src/corpusmill_extract/html/block_model.json --version N

One thread, fixed seeds and sorted input: the same data give the same file.
"""

import argparse
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier, Pool
from gold import LabelledPage, read_labelled_pages
from numpy.typing import NDArray
from score import mean_scores

from corpusmill_extract.html.features import Columns, context_columns
from corpusmill_extract.html.main_content import choose_blocks
from corpusmill_extract.html.trees import SCALE, TreeModel, parse_tree_model

FOLDS = 4
# Enough where only the difference to other trainings counts.
_HELD_OUT_FOLDS = 2
# A threshold that no feature reaches.
_NEVER = 1e30
_FEATURES = 150
_SETTINGS: dict[str, Any] = {
    "depth": 5,
    "loss_function": "CrossEntropy",
    "thread_count": 1,
    "border_count": 48,
    "rsm": 0.4,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "l2_leaf_reg": 5,
    "verbose": 0,
    "allow_writing_files": False,
}
_TREES, _LEARNING_RATE = 140, 0.11
# Trainings that differ in what they draw; their mean is the model. One alone is better or worse by a page or two.
_MEMBERS = 4
# Trees that say which features are used most.
_CHOOSING_TREES = 60
# Sets differ in pages and in what their gold covers. With these none decides alone; the one of many types counts most.
_SET_WEIGHTS = {"wcxb-dev": 1.5, "aeb": 4.0, "dragnet-r": 1.0, "trafilatura-a": 3.0}
# Of blocks that weigh less, half of all with a tenth of the weight, so many are drawn that the drawn ones weigh this.
_LEAST_WEIGHT = 0.01

Probabilities = list[NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Trained:
    """Both models of a training."""

    first: TreeModel
    second: TreeModel


@dataclass(frozen=True, slots=True)
class _Draw:
    """Trees, and the seed of what they and the blocks are drawn with."""

    trees: int
    seed: int


def main() -> None:
    """Validate or train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hold-out", metavar="site:N|set:NAME")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--version", type=int, default=1)
    arguments = parser.parse_args()
    pages = list(read_labelled_pages(arguments.folder))
    print(f"{len(pages)} pages, {sum(len(page.texts) for page in pages)} blocks", flush=True)
    if arguments.hold_out is not None:
        scheme, _, part = arguments.hold_out.partition(":")
        print_held_out(pages, lambda page: (str(_fold(page.site)) if scheme == "site" else page.set_name) == part)
    if arguments.out is not None:
        model = train(pages, FOLDS)
        raw = {"version": arguments.version, "first": _raw(model.first), "second": _raw(model.second)}
        arguments.out.write_text(json.dumps(raw, separators=(",", ":")) + "\n", encoding="utf-8")


def print_held_out(pages: list[LabelledPage], is_held_out: Callable[[LabelledPage], bool]) -> None:
    """Print the scores of the pages that are held out, and how many they are per set."""
    model = train([page for page in pages if not is_held_out(page)], _HELD_OUT_FOLDS)
    rest = [page for page in pages if is_held_out(page)]
    scores = mean_scores(rest, [select(model, page) for page in rest])
    counts = Counter(page.set_name for page in rest)
    for name, score in scores.items():
        print(f"{name} {score:.4f} {counts.get(name, '')}", flush=True)


def select(model: Trained, page: LabelledPage) -> NDArray[np.bool_]:
    """Return the blocks of a page that the models keep."""
    first = model.first.probabilities(page.columns)
    second = model.second.probabilities(page.columns | context_columns(first, page.layout))
    return choose_blocks(first, second, page.columns)


def train(pages: list[LabelledPage], folds: int) -> Trained:
    """Train the first model, and the second one on what first models say of sites that they have not seen."""
    columns = [page.columns for page in pages]
    features = _most_used(pages, columns)
    first = _fit(pages, columns, features)
    unseen: dict[int, NDArray[np.int64]] = {}
    for fold in range(folds):
        rest = [number for number, page in enumerate(pages) if _fold(page.site) % folds != fold]
        model = _fit([pages[number] for number in rest], [columns[number] for number in rest], features)
        for number, page in enumerate(pages):
            if _fold(page.site) % folds == fold:
                unseen[number] = model.probabilities(page.columns)
    both = [page.columns | context_columns(unseen[number], page.layout) for number, page in enumerate(pages)]
    return Trained(first, _fit(pages, both, _most_used(pages, both)))


def _most_used(pages: Sequence[LabelledPage], columns: list[Columns]) -> tuple[str, ...]:
    """The features that a model of all of them uses most.

    By name: CatBoost draws features by number, and where a column stands in code must not change a training.
    """
    names = tuple(sorted(columns[0]))
    model = _fit_catboost(pages, columns, names, _Draw(_CHOOSING_TREES, 0))
    best = np.argsort(-model.get_feature_importance(), kind="stable")[:_FEATURES]
    return tuple(names[number] for number in sorted(best))


def _fit(pages: Sequence[LabelledPage], columns: list[Columns], names: tuple[str, ...]) -> TreeModel:
    members = [_export(_fit_catboost(pages, columns, names, _Draw(_TREES, seed)), names) for seed in range(_MEMBERS)]
    joined = {part: [row for member in members for row in member[part]] for part in ("questions", "thresholds")}
    leaves = [[round(value / _MEMBERS) for value in tree] for member in members for tree in member["leaves"]]
    bias = round(sum(member["bias"] for member in members) / _MEMBERS)
    return parse_tree_model({"features": names, **joined, "leaves": leaves, "bias": bias})


def _fit_catboost(
    pages: Sequence[LabelledPage], columns: list[Columns], names: tuple[str, ...], draw: _Draw
) -> CatBoostClassifier:
    weights = np.concatenate([page.weights * _SET_WEIGHTS[page.set_name] for page in pages])
    drawn = np.random.default_rng(draw.seed).random(len(weights)) * _LEAST_WEIGHT < weights
    labels = np.concatenate([page.labels for page in pages])[drawn]
    matrix = np.stack([np.concatenate([page[name] for page in columns])[drawn] for name in names], axis=1)
    model = CatBoostClassifier(iterations=draw.trees, random_seed=draw.seed, learning_rate=_LEARNING_RATE, **_SETTINGS)
    model.fit(Pool(matrix, labels, weight=np.maximum(weights[drawn], _LEAST_WEIGHT)))
    return model


def _export(model: CatBoostClassifier, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the model as trees.py reads it; trees that stopped early ask their first question again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        raw = json.loads(path.read_text(encoding="utf-8"))
    depth = int(_SETTINGS["depth"])
    questions, thresholds, leaves = [], [], []
    for tree in raw["oblivious_trees"]:
        splits = tree["splits"] or []
        missing = depth - len(splits)
        questions.append([int(split["float_feature_index"]) for split in splits] + [0] * missing)
        thresholds.append([float(np.float32(split["border"])) for split in splits] + [_NEVER] * missing)
        values = [value * SCALE for value in tree["leaf_values"]]
        leaves.append(values + [0] * ((1 << depth) - len(values)))
    scale, bias = raw["scale_and_bias"]
    if scale != 1:
        raise ValueError("the model's leaves are scaled")
    features = raw["features_info"]["float_features"]
    order = {int(feature["flat_feature_index"]): number for number, feature in enumerate(features)}
    if any(flat != number for flat, number in order.items()):
        raise ValueError("the model's features are not in order")
    return {
        "features": names,
        "questions": questions,
        "thresholds": thresholds,
        "leaves": leaves,
        "bias": float(bias[0]) * SCALE,
    }


def _raw(model: TreeModel) -> dict[str, Any]:
    """The model as JSON, without the features that no question asks for."""
    used = sorted(set(model.asked.ravel().tolist()))
    number = {feature: index for index, feature in enumerate(used)}
    return {
        "features": [model.features[feature] for feature in used],
        "questions": [[number[feature] for feature in tree] for tree in model.asked.T.tolist()],
        "thresholds": [[float(f"{limit:.6g}") for limit in tree] for tree in model.limits.T.tolist()],
        "leaves": model.leaves.tolist(),
        "bias": model.bias,
    }


def _fold(site: str) -> int:
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


if __name__ == "__main__":
    main()
