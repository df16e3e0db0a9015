"""The settings of score and scrub, as recipe.schema.json has them with every default filled in."""

import re

from corpusmill_ray.io.json_reader import DIGEST, ObjectReader, Problems
from corpusmill_ray.io.spec import JobSpec, raise_problems
from corpusmill_ray.stages.pii.span import EntityType
from corpusmill_ray.stages.score import ScoreModel
from corpusmill_ray.stages.scrub import ScrubAction, ScrubSettings

_MODEL_NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
RAY_STAGES = ("score", "scrub")


def parse_settings(spec: JobSpec) -> tuple[ScoreModel, ...] | ScrubSettings:
    """The stage's own settings.

    Raises:
        CorpusmillError: SPEC_INVALID with every problem, also for a stage that does not run on Ray.
    """
    problems = Problems()
    if spec.stage not in RAY_STAGES:
        problems.add("/stage", f"must be one of {', '.join(RAY_STAGES)} here")
    if spec.stage in RAY_STAGES and len(spec.inputs) != 1:
        problems.add("/inputs", "must hold one version")
    raise_problems(problems)
    reader = ObjectReader(spec.settings, "/settings", problems)
    settings = _score(reader, spec) if spec.stage == "score" else _scrub(reader)
    reader.close()
    raise_problems(problems)
    return settings


def _score(reader: ObjectReader, spec: JobSpec) -> tuple[ScoreModel, ...]:
    models = reader.list_of("models", _score_model)
    if reader.has("models") and not models:
        reader.report("models", "must not be empty")
    digests = {model.name: model.sha256 for model in spec.models}
    names = [model.name for model in models]
    for position, model in enumerate(models):
        if names.index(model.name) != position:
            reader.report(f"models/{position}/name", "is given twice")
        if digests.get(model.name) != model.sha256:
            reader.report(f"models/{position}", "is not among /models with this name and digest")
    return models


def _score_model(reader: ObjectReader) -> ScoreModel:
    reader.string("path")
    minimum = reader.fraction("minScore") if reader.has("minScore") else None
    return ScoreModel(
        reader.string("name", _MODEL_NAME, limit=40),
        reader.string("sha256", DIGEST),
        reader.string("label"),
        minimum,
    )


def _scrub(reader: ObjectReader) -> ScrubSettings:
    known = {entity.value for entity in EntityType}
    values = reader.list("entities")
    for position, value in enumerate(values):
        if value not in known or values.index(value) != position:
            reader.report(f"entities/{position}", f"must be one of {', '.join(sorted(known))}, once")
    if reader.has("entities") and not values:
        reader.report("entities", "must not be empty")
    action = reader.one_of("action", [a.value for a in ScrubAction])
    entities = tuple(entity for entity in EntityType if entity.value in values)
    return ScrubSettings(
        entities, ScrubAction.ANNOTATE if action == ScrubAction.ANNOTATE else ScrubAction.REPLACE
    )
