"""One unit of work: a range of an input file through a stage into Parquet files. Runs in a Ray worker."""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

import pyarrow as pa

from corpusmill_ray.errors import CorpusmillError, ErrorCode, Problem, fail
from corpusmill_ray.io.documents import DocumentRange, DocumentReader, DocumentWriter, verify_digest
from corpusmill_ray.io.manifest import ManifestFile
from corpusmill_ray.io.storage import disk_full, storage_for
from corpusmill_ray.models.fasttext_model import FastTextModel
from corpusmill_ray.stages.batch import Stage, StageBatch, strings_of
from corpusmill_ray.stages.score import ScoreModel, Scorer, ScoreStage
from corpusmill_ray.stages.scrub import ScrubSettings, ScrubStage


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """The score stage: models and where their files are."""

    models: tuple[ScoreModel, ...]
    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """What a worker is told. `number` names the output files and depends on the input alone."""

    number: int
    part: DocumentRange
    plan: ScorePlan | ScrubSettings
    output_uri: str


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What a worker did. Counters: rows read by source, kept and rejected by source, and so on."""

    part: DocumentRange
    files: tuple[ManifestFile, ...]
    content_digests: Mapping[str, str]
    rows_in: Counter[str]
    kept: Counter[str]
    rejected: Counter[str]
    reasons: Counter[str]
    languages: Counter[str]
    facts: Counter[tuple[str, ...]]


def run_unit(unit: Unit) -> UnitResult | Problem:
    """Do the unit. A failure that the job must report is a value, so that Ray does not try it again."""
    try:
        return _Run(unit).result()
    except CorpusmillError as error:
        return error.problem
    except OSError as error:
        full = disk_full(error, unit.output_uri, unit.part.bytes)
        if full is None:
            raise
        return full.problem


@lru_cache(maxsize=1)
def build_stage(plan: ScorePlan | ScrubSettings) -> Stage:
    """The stage of a plan; models are loaded once a process."""
    match plan:
        case ScrubSettings():
            return ScrubStage(plan)
        case ScorePlan():
            pairs = zip(plan.models, plan.uris, strict=True)
            return ScoreStage(tuple(_scorer(model, _load(uri)) for model, uri in pairs))
        case _:
            assert_never(plan)


def _load(uri: str) -> FastTextModel:
    return FastTextModel(storage_for(uri).local_path(uri))


def _scorer(model: ScoreModel, loaded: FastTextModel) -> Scorer:
    return Scorer(model, lambda text: loaded.probability(text, model.label))


class _Run:
    """Reads, applies and writes, adding up what the manifest will say."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._rows_in: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._facts: Counter[tuple[str, ...]] = Counter()

    def result(self) -> UnitResult:
        if self._unit.part.first == 0:
            verify_digest(self._unit.part)
        reader = DocumentReader(self._unit.part)
        stage = build_stage(self._unit.plan)
        with ExitStack() as open_files:
            outputs = _Outputs(self._unit, open_files)
            outputs.open("documents", stage.kept_schema(reader.schema))
            for batch in reader.batches():
                decided = self._decide(stage, batch)
                outputs.write("documents", decided.kept)
                if decided.rejected.num_rows:
                    outputs.open("rejected", stage.rejected_schema(reader.schema))
                    outputs.write("rejected", decided.rejected)
            outputs.close()
        return UnitResult(
            self._unit.part,
            outputs.files(),
            outputs.content_digests(),
            self._rows_in,
            self._kept,
            self._rejected,
            self._reasons,
            self._languages,
            self._facts,
        )

    def _decide(self, stage: Stage, batch: pa.RecordBatch) -> StageBatch:
        self._rows_in.update(strings_of(batch, "source"))
        try:
            decided = stage.apply(batch)
        except UnicodeDecodeError as error:
            uri = self._unit.part.uri
            raise fail(ErrorCode.INPUT_CORRUPT, f"{uri} holds text that is not UTF-8", uri=uri) from error
        self._kept.update(strings_of(decided.kept, "source"))
        self._languages.update(strings_of(decided.kept, "lang"))
        self._rejected.update(strings_of(decided.rejected, "source"))
        self._reasons.update(strings_of(decided.rejected, "reason"))
        self._facts.update(decided.facts)
        return decided


class _Outputs:
    """The unit's files by role, each opened when it gets its first row (documents: always)."""

    def __init__(self, unit: Unit, open_files: ExitStack) -> None:
        self._unit = unit
        self._open_files = open_files
        self._writers: dict[str, DocumentWriter] = {}

    def open(self, role: str, schema: pa.Schema) -> None:
        if role in self._writers:
            return
        uri = self._unit.output_uri + self._path(role)
        sink = self._open_files.enter_context(storage_for(uri).writing(uri))
        self._writers[role] = DocumentWriter(sink, schema)

    def write(self, role: str, batch: pa.RecordBatch) -> None:
        self._writers[role].write(batch)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()

    def files(self) -> tuple[ManifestFile, ...]:
        return tuple(writer.described(self._path(role), role) for role, writer in self._writers.items())

    def content_digests(self) -> dict[str, str]:
        return {role: writer.content_digest() for role, writer in self._writers.items()}

    def _path(self, role: str) -> str:
        return f"{role}/part-{self._unit.number:05d}.parquet"
