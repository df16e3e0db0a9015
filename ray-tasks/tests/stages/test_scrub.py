import pyarrow as pa

from attempt_store import SCHEMA, document
from corpusmill_ray.stages.pii.span import EntityType
from corpusmill_ray.stages.scrub import ScrubAction, ScrubSettings, ScrubStage

ALL = tuple(EntityType)


def stage(action: ScrubAction = ScrubAction.REPLACE, entities: tuple[EntityType, ...] = ALL) -> ScrubStage:
    return ScrubStage(ScrubSettings(entities, action))


def batch_of(*rows: dict[str, object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), SCHEMA.remove_metadata())


def test_replaces_text_and_records_spans_of_the_text_before() -> None:
    text = "🌍 Ask bob@example.org or 10.0.0.1, then Bob@example.org."
    result = stage().apply(batch_of(document(text)))
    (row,) = result.kept.to_pylist()
    assert row["text"] == "🌍 Ask <EMAIL_1> or <IP_1>, then <EMAIL_1>."
    assert [(s["type"], text[s["start"] : s["end"]], s["token"]) for s in row["pii"]] == [
        ("EMAIL", "bob@example.org", "<EMAIL_1>"),
        ("IP", "10.0.0.1", "<IP_1>"),
        ("EMAIL", "Bob@example.org", "<EMAIL_1>"),
    ]
    assert result.rejected.num_rows == 0
    assert result.rejected.schema.names == [*SCHEMA.names, "reason", "detail"]


def test_annotate_keeps_the_text_and_records_the_same_spans() -> None:
    rows = batch_of(document("Ask bob@example.org."))
    annotated, replaced = stage(ScrubAction.ANNOTATE).apply(rows).kept, stage().apply(rows).kept
    assert annotated.column("text").to_pylist() == ["Ask bob@example.org."]
    assert annotated.column("pii").to_pylist() == replaced.column("pii").to_pylist()


def test_looks_only_for_the_entities_of_the_settings() -> None:
    result = stage(entities=(EntityType.IP,)).apply(batch_of(document("bob@example.org 10.0.0.1")))
    assert result.kept.column("text").to_pylist() == ["bob@example.org <IP_1>"]


def test_a_document_without_personal_data_has_an_empty_list() -> None:
    result = stage().apply(batch_of(document("Nothing here."), document("")))
    assert result.kept.column("pii").to_pylist() == [[], []]
    assert result.facts.total() == 0


def test_reports_spans_by_type_and_source_and_documents_with_spans() -> None:
    rows = (
        document("a@example.org b@example.org", 0, "crawl"),
        document("10.0.0.1", 1, "notes"),
        document("nothing", 2, "notes"),
    )
    assert dict(stage().apply(batch_of(*rows)).facts) == {
        ("spansByType", "EMAIL"): 2,
        ("spansByType", "IP"): 1,
        ("spansBySource", "crawl", "EMAIL"): 2,
        ("spansBySource", "notes", "IP"): 1,
        ("documentsWithSpans", "crawl"): 1,
        ("documentsWithSpans", "notes"): 1,
    }


def test_an_empty_batch_gives_an_empty_batch() -> None:
    assert stage().apply(batch_of()).kept.num_rows == 0
