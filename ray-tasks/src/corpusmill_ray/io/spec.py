"""The job spec (docs/contracts/job-spec.schema.json), parsed strictly into frozen values."""

import json
import re
from dataclasses import dataclass

from corpusmill_ray.errors import ErrorCode, fail
from corpusmill_ray.io.json_reader import DIGEST, FOLDER_URI, URI, ObjectReader, Problems

API_VERSION = "corpusmill.dev/v1"
STAGES = ("extract", "filter", "dedup", "score", "scrub", "tokenize", "mix")
SOURCE_KINDS = ("warc", "wet", "jsonl", "parquet", "text", "wikipedia")
TOKENIZER_ROLES = ("tokenizer", "vocab", "merges")

_ATTEMPT_ID = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_PREFIX = re.compile(r"attempts/[a-z0-9-]+/")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a step. `token` is random; the claim repeats it."""

    id: str
    number: int
    token: str


@dataclass(frozen=True, slots=True)
class InputVersion:
    """A committed version to read."""

    dataset: str
    stage: str
    version_key: str
    manifest_uri: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model by place and digest."""

    name: str
    uri: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Resources:
    """Cores and MiB for the whole workload."""

    cpu: int
    memory_mb: int
    partitions_per_core: int


@dataclass(frozen=True, slots=True)
class ControlFolder:
    """Where an attempt's claim, progress and problem are."""

    attempt_id: str
    uri: str


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What an executor hands a job. Sources and tokenizer are checked, but no stage here uses them."""

    run_id: str
    step_id: str
    stage: str
    attempt: Attempt
    dataset: str
    version_key: str
    code_version: str
    settings: dict[str, object]
    settings_digest: str
    inputs: tuple[InputVersion, ...]
    models: tuple[ModelFile, ...]
    version_uri: str
    prefix: str
    control_uri: str
    resources: Resources

    @property
    def control(self) -> ControlFolder:
        """The attempt's control folder."""
        return ControlFolder(self.attempt.id, self.control_uri)

    @property
    def output_uri(self) -> str:
        """Folder that this attempt alone writes to; ends with '/'."""
        return self.version_uri + self.prefix

    @property
    def manifest_uri(self) -> str:
        """The file whose creation commits the version."""
        return self.version_uri + "manifest.json"


def parse_job_spec(text: str | bytes) -> JobSpec:
    """Parse a job spec.

    Raises:
        CorpusmillError: SPEC_INVALID; `details.errors` lists every problem with its JSON pointer.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise fail(ErrorCode.SPEC_INVALID, "the job spec is not JSON", error=type(error).__name__) from error
    problems = Problems()
    reader = ObjectReader(value, "", problems)
    spec = _spec(reader)
    reader.close()
    raise_problems(problems)
    return spec


def find_control_folder(text: str | bytes) -> ControlFolder | None:
    """The control folder of a spec that is otherwise wrong; None where that part is wrong too."""
    problems = Problems()
    try:
        reader = ObjectReader(json.loads(text), "", problems)
    except ValueError:
        return None
    attempt_id = reader.child("attempt", lambda r: r.string("id", _ATTEMPT_ID, limit=40))
    uri = reader.child("control", lambda r: r.string("uri", FOLDER_URI))
    is_usable = _ATTEMPT_ID.fullmatch(attempt_id) and FOLDER_URI.fullmatch(uri)
    return ControlFolder(attempt_id, uri) if is_usable else None


def raise_problems(problems: Problems) -> None:
    """Raise SPEC_INVALID where there are any."""
    if not problems.found:
        return
    listed = "; ".join(f"{p['pointer'] or '/'} {p['message']}" for p in problems.found[:10])
    raise fail(ErrorCode.SPEC_INVALID, f"the job spec is wrong: {listed}", errors=problems.found)


def _spec(reader: ObjectReader) -> JobSpec:
    reader.one_of("apiVersion", [API_VERSION])
    reader.list_of("sources", _source)
    if reader.has("earlier"):
        reader.list_of("earlier", _check_earlier)
    _tokenizer(reader)
    output = reader.child(
        "output", lambda r: (r.string("versionUri", FOLDER_URI), r.string("prefix", _PREFIX))
    )
    return JobSpec(
        run_id=reader.string("runId", limit=64),
        step_id=reader.string("stepId", limit=64),
        stage=reader.one_of("stage", STAGES),
        attempt=reader.child("attempt", _attempt),
        dataset=reader.string("dataset"),
        version_key=reader.string("versionKey", DIGEST),
        code_version=reader.string("codeVersion", DIGEST),
        settings=reader.mapping("settings"),
        settings_digest=reader.string("settingsDigest", DIGEST),
        inputs=reader.list_of("inputs", _input),
        models=reader.list_of("models", _model),
        version_uri=output[0],
        prefix=output[1],
        control_uri=reader.child("control", lambda r: r.string("uri", FOLDER_URI)),
        resources=reader.child("resources", _resources),
    )


def _attempt(reader: ObjectReader) -> Attempt:
    return Attempt(
        reader.string("id", _ATTEMPT_ID, limit=40),
        reader.integer("number", 1),
        reader.string("token", _TOKEN),
    )


def _input(reader: ObjectReader) -> InputVersion:
    return InputVersion(
        reader.text("dataset"),
        reader.text("stage"),
        reader.string("versionKey", DIGEST),
        reader.string("manifestUri", URI),
    )


def _check_earlier(reader: ObjectReader) -> None:
    """Versions that filter alone uses again."""
    reader.one_of("stage", ["filter"])
    reader.text("dataset")
    reader.string("versionKey", DIGEST)
    reader.string("manifestUri", URI)


def _model(reader: ObjectReader) -> ModelFile:
    return ModelFile(reader.text("name"), reader.string("uri", URI), reader.string("sha256", DIGEST))


def _resources(reader: ObjectReader) -> Resources:
    return Resources(
        reader.integer("cpu", 1), reader.integer("memoryMb", 256), reader.integer("partitionsPerCore", 1, 64)
    )


def _source(reader: ObjectReader) -> None:
    reader.text("name")
    reader.one_of("kind", SOURCE_KINDS)
    reader.text("domain")
    reader.list_of("files", _source_file)


def _source_file(reader: ObjectReader) -> None:
    reader.text("uri")
    reader.string("location", URI)
    if reader.raw("bytes") is not None:
        reader.integer("bytes", 0)


def _tokenizer(reader: ObjectReader) -> None:
    if reader.raw("tokenizer") is not None:
        reader.child("tokenizer", _tokenizer_fields)


def _tokenizer_fields(reader: ObjectReader) -> None:
    reader.text("name")
    if not isinstance(reader.raw("builtin"), bool):
        reader.report("builtin", "must be true or false")
    reader.list_of("files", _tokenizer_file)
    reader.string("sha256", DIGEST)
    if reader.raw("endOfText") is not None:
        reader.text("endOfText")


def _tokenizer_file(reader: ObjectReader) -> None:
    reader.one_of("role", TOKENIZER_ROLES)
    reader.string("uri", URI)
    reader.string("sha256", DIGEST)
