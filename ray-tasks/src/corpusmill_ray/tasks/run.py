"""An attempt after its claim: check inputs and models, run the units on Ray, add up, commit."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from corpusmill_ray.io.content_digest import ContentDigest
from corpusmill_ray.io.control import Progress
from corpusmill_ray.io.documents import DocumentRange, row_group_ranges
from corpusmill_ray.io.manifest import (
    InputManifest,
    Outcome,
    SourceCounts,
    Timings,
    check_sizes,
    commit,
    read_input_manifest,
)
from corpusmill_ray.io.spec import JobSpec
from corpusmill_ray.io.storage import storage_for
from corpusmill_ray.stages.score import ScoreModel
from corpusmill_ray.stages.scrub import ScrubSettings
from corpusmill_ray.tasks.model_check import check_models
from corpusmill_ray.tasks.pool import run_units
from corpusmill_ray.tasks.ray_cluster import ray_cluster
from corpusmill_ray.tasks.settings import parse_settings
from corpusmill_ray.tasks.unit import ScorePlan, Unit, UnitResult

UNIT_BYTES = 128 * 1024 * 1024
"""Input files are split at row groups into units of about this size, compressed."""

Name = TypeVar("Name", str, tuple[str, ...])

OUTPUT_ROLES = ("documents", "rejected")


def run_attempt(spec: JobSpec) -> bool:
    """Run a claimed attempt; False where the version was committed by another attempt.

    Raises:
        CorpusmillError: what problem.json is to say.
    """
    if storage_for(spec.manifest_uri).size_bytes(spec.manifest_uri) is not None:
        return False
    with Progress(spec) as progress:
        clock = _PhaseClock(progress)
        clock.begin("check")
        inputs, units = _prepare(spec)
        clock.begin("start ray")
        with ray_cluster(spec.resources.cpu):
            clock.begin(spec.stage, len(units))
            results = run_units(units, lambda r: progress.unit_done(r.rows_in.total(), r.part.bytes))
            clock.begin("commit")
            return commit(spec, inputs, add_up(results), clock.timings())


def build_units(
    spec: JobSpec, inputs: Sequence[InputManifest], plan: ScorePlan | ScrubSettings
) -> list[Unit]:
    """The units of work, numbered by the order of the manifest's files. They depend on the input alone."""
    parts = [
        part
        for manifest in inputs
        for file in sorted(manifest.files, key=lambda f: f.path)
        if file.role == "documents"
        for part in row_group_ranges(
            DocumentRange(manifest.uri_of(file), file.sha256, file.bytes), UNIT_BYTES
        )
    ]
    return [Unit(number, part, plan, spec.output_uri) for number, part in enumerate(parts)]


def add_up(results: Sequence[UnitResult]) -> Outcome:
    """What the manifest says of all units together."""
    kept = _sum(result.kept for result in results)
    rejected = _sum(result.rejected for result in results)
    digests = {role: ContentDigest() for role in OUTPUT_ROLES}
    for result in results:
        for role, digest in result.content_digests.items():
            digests[role].add(digest)
    return Outcome(
        rows_in=_sum(result.rows_in for result in results),
        by_source={name: SourceCounts(kept[name], rejected[name]) for name in sorted({*kept, *rejected})},
        rejected_by_reason=_sum(result.reasons for result in results),
        by_language=_sum(result.languages for result in results),
        files=tuple(file for result in results for file in result.files),
        content_digests={role: digest.hex() for role, digest in digests.items()},
        report=nested(_sum(result.facts for result in results)),
    )


def nested(facts: Mapping[tuple[str, ...], int]) -> dict[str, object]:
    """Counts under paths of names as objects within objects, names sorted."""
    root: dict[str, object] = {}
    for path, count in sorted(facts.items()):
        node = root
        for name in path[:-1]:
            inner = node.setdefault(name, {})
            if not isinstance(inner, dict):
                raise TypeError(f"{name} is both a count and a group of counts")
            node = inner
        node[path[-1]] = count
    return root


def _prepare(spec: JobSpec) -> tuple[tuple[InputManifest, ...], list[Unit]]:
    settings = parse_settings(spec)
    plan = settings if isinstance(settings, ScrubSettings) else _score_plan(spec, settings)
    inputs = tuple(read_input_manifest(version) for version in spec.inputs)
    for manifest in inputs:
        check_sizes(manifest)
    return inputs, build_units(spec, inputs, plan)


def _score_plan(spec: JobSpec, models: tuple[ScoreModel, ...]) -> ScorePlan:
    uris = check_models(spec.models, models)
    return ScorePlan(models, tuple(uris[model.name] for model in models))


def _sum(counters: Iterable[Counter[Name]]) -> Counter[Name]:
    total: Counter[Name] = Counter()
    for counter in counters:
        total.update(counter)
    return total


class _PhaseClock:
    """Names the phase in progress.json and adds up the seconds of each."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = self._phase_started = time.monotonic()
        self._name = "start"
        self._seconds: dict[str, float] = {}

    def begin(self, name: str, units_total: int | None = None) -> None:
        """End the phase before and begin this one."""
        now = time.monotonic()
        self._seconds[self._name] = now - self._phase_started
        self._name, self._phase_started = name, now
        self._progress.phase(name, units_total)

    def timings(self) -> Timings:
        """Seconds so far; the phase that runs is not listed."""
        return Timings(
            time.monotonic() - self._started, {n: s for n, s in self._seconds.items() if n != "start"}
        )
