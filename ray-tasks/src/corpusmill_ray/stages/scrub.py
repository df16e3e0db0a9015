"""scrub: personal data is found, recorded, and replaced by stable typed tokens.

Columns in: `text`, `source`. Columns out: `text`, and `pii`, the spans in code points of the text before.
Rejects nothing.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pyarrow as pa

from corpusmill_ray.stages.batch import (
    StageBatch,
    no_rows,
    rejected_columns,
    strings_of,
    with_columns,
    with_values,
)
from corpusmill_ray.stages.pii.finder import Scrubbed, scrub_text
from corpusmill_ray.stages.pii.span import EntityType

if TYPE_CHECKING:
    from collections.abc import Sequence

PII = pa.field(
    "pii",
    pa.list_(
        pa.struct(
            [
                pa.field("type", pa.string()),
                pa.field("start", pa.int32()),
                pa.field("end", pa.int32()),
                pa.field("token", pa.string()),
            ]
        )
    ),
)


class ScrubAction(StrEnum):
    """replace: tokens stand in the text. annotate: the text stays as it is."""

    REPLACE = "replace"
    ANNOTATE = "annotate"


@dataclass(frozen=True, slots=True)
class ScrubSettings:
    """What to look for, and what to do with it."""

    entities: tuple[EntityType, ...]
    action: ScrubAction


class ScrubStage:
    """Scrubs every document."""

    def __init__(self, settings: ScrubSettings) -> None:
        self._settings = settings

    def kept_schema(self, documents: pa.Schema) -> pa.Schema:
        """The input's columns and `pii`."""
        return with_columns(documents, [PII])

    def rejected_schema(self, documents: pa.Schema) -> pa.Schema:
        """The input's columns and the reason; no document is ever rejected."""
        return rejected_columns(documents)

    def apply(self, batch: pa.RecordBatch) -> StageBatch:
        """Scrub every document of the batch."""
        scrubbed = [scrub_text(text, self._settings.entities) for text in strings_of(batch, "text")]
        added: dict[str, Sequence[object]] = {"pii": [_spans_json(document) for document in scrubbed]}
        if self._settings.action is ScrubAction.REPLACE:
            added["text"] = [document.text for document in scrubbed]
        kept = with_values(batch, self.kept_schema(batch.schema), added)
        rejected = no_rows(self.rejected_schema(batch.schema))
        return StageBatch(kept, rejected, _facts(scrubbed, strings_of(batch, "source")))


def _spans_json(scrubbed: Scrubbed) -> list[dict[str, object]]:
    return [
        {"type": r.span.type.value, "start": r.span.start, "end": r.span.end, "token": r.token}
        for r in scrubbed.replacements
    ]


def _facts(scrubbed: list[Scrubbed], sources: list[str]) -> Counter[tuple[str, ...]]:
    facts: Counter[tuple[str, ...]] = Counter()
    for document, source in zip(scrubbed, sources, strict=True):
        kinds = [r.span.type.value for r in document.replacements]
        facts.update(("spansByType", kind) for kind in kinds)
        facts.update(("spansBySource", source, kind) for kind in kinds)
        if kinds:
            facts["documentsWithSpans", source] += 1
    return facts
