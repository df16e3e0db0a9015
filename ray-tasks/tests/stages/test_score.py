import pyarrow as pa
import pytest

from attempt_store import SCHEMA, document
from corpusmill_ray.stages.score import ScoreModel, Scorer, ScoreStage, histogram_bin

LENGTH = Scorer(ScoreModel("length", "a" * 64, "x", 0.3), lambda text: len(text) / 10)
FIRST = Scorer(ScoreModel("first-letter", "b" * 64, "x", 0.5), lambda text: 1.0 if text[:1] == "a" else 0.0)
FREE = Scorer(ScoreModel("free", "c" * 64, "x"), lambda _: 0.0)


def batch_of(*texts: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([document(t, n) for n, t in enumerate(texts)], SCHEMA.remove_metadata())


def test_adds_a_column_for_each_model() -> None:
    result = ScoreStage((LENGTH, FREE)).apply(batch_of("abcd", "abcdef"))
    assert result.kept.column("score_length").to_pylist() == [0.4, 0.6]
    assert result.kept.column("score_free").to_pylist() == [0.0, 0.0]
    assert result.kept.schema == ScoreStage((LENGTH, FREE)).kept_schema(SCHEMA.remove_metadata())
    assert result.rejected.num_rows == 0


def test_keeps_a_document_exactly_at_the_minimum() -> None:
    result = ScoreStage((LENGTH,)).apply(batch_of("abc", "ab"))
    assert result.kept.column("text").to_pylist() == ["abc"]
    assert result.rejected.column("text").to_pylist() == ["ab"]


def test_names_the_first_model_that_rejects() -> None:
    result = ScoreStage((LENGTH, FIRST)).apply(batch_of("b", "bcdef", "abcdef"))
    rejected = result.rejected.select(["text", "reason", "detail"]).to_pylist()
    assert rejected == [
        {"text": "b", "reason": "score_below_minimum", "detail": "length"},
        {"text": "bcdef", "reason": "score_below_minimum", "detail": "first-letter"},
    ]
    assert result.rejected.schema.names == [*SCHEMA.names, "reason", "detail"]


def test_counts_the_histogram_over_all_documents() -> None:
    facts = ScoreStage((LENGTH,)).apply(batch_of("b", "abcdef", "abcdef")).facts
    assert dict(facts) == {
        ("models", "length", "histogram", "0.10"): 1,
        ("models", "length", "histogram", "0.60"): 2,
        ("models", "length", "rejected"): 1,
    }


def test_an_empty_batch_gives_empty_batches() -> None:
    result = ScoreStage((LENGTH,)).apply(batch_of())
    assert (result.kept.num_rows, result.rejected.num_rows, result.facts.total()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("score", "border"), [(0.0, "0.00"), (0.049, "0.00"), (0.05, "0.05"), (0.999, "0.95"), (1.0, "0.95")]
)
def test_puts_a_score_into_its_bin(score: float, border: str) -> None:
    assert histogram_bin(score) == border
