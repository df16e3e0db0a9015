"""score: the probability of a model's label as a column; documents below a minimum are rejected.

Columns in: `text`. Columns out: `score_<model>` (double) for each model.
Rejected: the input's columns, `reason` = score_below_minimum, `detail` = the model's name.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from corpusmill_ray.stages.batch import StageBatch, rejected_columns, strings_of, with_columns, with_values

SCORE_BELOW_MINIMUM = "score_below_minimum"
HISTOGRAM_BINS = 20


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """A model's settings. `min_score` None rejects nothing."""

    name: str
    sha256: str
    label: str
    min_score: float | None = None

    @property
    def column(self) -> str:
        """The column that holds its score."""
        return f"score_{self.name}"


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model's settings and the function from a text to the probability of its label."""

    model: ScoreModel
    probability: Callable[[str], float]


class ScoreStage:
    """Scores with every model; the first model in the order of the settings that says no names the detail."""

    def __init__(self, scorers: tuple[Scorer, ...]) -> None:
        self._scorers = scorers

    def kept_schema(self, documents: pa.Schema) -> pa.Schema:
        """The input's columns and the scores."""
        return with_columns(documents, [pa.field(s.model.column, pa.float64()) for s in self._scorers])

    def rejected_schema(self, documents: pa.Schema) -> pa.Schema:
        """The input's columns and the reason."""
        return rejected_columns(documents)

    def apply(self, batch: pa.RecordBatch) -> StageBatch:
        """Score every document of the batch."""
        texts = strings_of(batch, "text")
        scores = {s.model.column: [s.probability(text) for text in texts] for s in self._scorers}
        details = [
            self._rejecting_model({name: column[i] for name, column in scores.items()})
            for i in range(len(texts))
        ]
        keep = pa.array([detail is None for detail in details], pa.bool_())
        kept = with_values(batch, self.kept_schema(batch.schema), scores).filter(keep)
        reasons: dict[str, Sequence[object]] = {
            "reason": [SCORE_BELOW_MINIMUM] * len(texts),
            "detail": details,
        }
        rejected = with_values(batch, self.rejected_schema(batch.schema), reasons).filter(pc.invert(keep))
        return StageBatch(kept, rejected, self._facts(scores, details))

    def _rejecting_model(self, scores: dict[str, float]) -> str | None:
        for scorer in self._scorers:
            model = scorer.model
            if model.min_score is not None and scores[model.column] < model.min_score:
                return model.name
        return None

    def _facts(self, scores: dict[str, list[float]], details: list[str | None]) -> Counter[tuple[str, ...]]:
        facts: Counter[tuple[str, ...]] = Counter()
        for scorer in self._scorers:
            name = scorer.model.name
            facts.update(("models", name, "histogram", histogram_bin(s)) for s in scores[scorer.model.column])
        facts.update(("models", detail, "rejected") for detail in details if detail is not None)
        return facts


def histogram_bin(score: float) -> str:
    """The lower border of the score's bin, of twenty equal ones: `0.00` to `0.95`; 1 is in the last."""
    position = min(int(score * HISTOGRAM_BINS), HISTOGRAM_BINS - 1)
    return f"{position / HISTOGRAM_BINS:.2f}"
