"""Manifests (docs/contracts/manifest.schema.json): read those of inputs, commit the job's own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from corpusmill_ray.errors import ErrorCode, fail
from corpusmill_ray.io.control import utc_now
from corpusmill_ray.io.json_reader import DIGEST, ObjectReader, Problems
from corpusmill_ray.io.spec import API_VERSION, STAGES, InputVersion, JobSpec
from corpusmill_ray.io.storage import storage_for

_PREFIX = re.compile(r"attempts/[a-z0-9-]+/")
_PATH = re.compile(r"(?!.*(^|/)\.{1,2}(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
ROLES = ("documents", "rejected", "quarantine", "shard", "index", "sidecar", "provenance", "signatures")
FORMATS = ("parquet", "llmc", "megatron", "tfrecord")


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of a version; `path` is below the manifest's prefix."""

    path: str
    role: str
    format: str
    bytes: int
    sha256: str
    rows: int | None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class InputManifest:
    """What a stage needs of its input's manifest."""

    version: InputVersion
    manifest_sha256: str
    folder_uri: str
    files: tuple[ManifestFile, ...]

    def uri_of(self, file: ManifestFile) -> str:
        """Where the file is."""
        return self.folder_uri + file.path


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """Documents of one source: `in = kept + rejected`. These stages quarantine nothing."""

    kept: int = 0
    rejected: int = 0

    def __add__(self, other: "SourceCounts") -> "SourceCounts":
        return SourceCounts(self.kept + other.kept, self.rejected + other.rejected)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the workers made, added up. `rows_in` is counted where rows are read, the rest where written."""

    rows_in: Mapping[str, int]
    by_source: Mapping[str, SourceCounts]
    rejected_by_reason: Mapping[str, int]
    by_language: Mapping[str, int]
    files: tuple[ManifestFile, ...]
    content_digests: Mapping[str, str]
    report: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds."""

    wall_seconds: float
    phases: Mapping[str, float]


def read_input_manifest(version: InputVersion) -> InputManifest:
    """Read and check a committed version's manifest.

    Raises:
        CorpusmillError: INPUT_MISSING where it is not there, INPUT_CORRUPT where it breaks its schema or
            names another version.
    """
    uri = version.manifest_uri
    content = storage_for(uri).read_bytes(uri)
    if content is None:
        raise fail(ErrorCode.INPUT_MISSING, f"the manifest of {version.dataset} is gone: {uri}", uri=uri)
    problems = Problems()
    try:
        reader = ObjectReader(json.loads(content), "", problems)
    except ValueError as error:
        raise fail(ErrorCode.INPUT_CORRUPT, f"{uri} is not JSON; run its stage again", uri=uri) from error
    reader.one_of("apiVersion", [API_VERSION])
    reader.one_of("stage", STAGES)
    if reader.string("versionKey", DIGEST) != version.version_key:
        reader.report("versionKey", f"is not {version.version_key}")
    prefix = reader.string("prefix", _PREFIX)
    files = reader.list_of("files", _file)
    if problems.found:
        message = f"{uri} is no valid manifest; run its stage again"
        raise fail(ErrorCode.INPUT_CORRUPT, message, uri=uri, errors=problems.found)
    folder = uri.rpartition("/")[0] + "/" + prefix
    return InputManifest(version, sha256(content).hexdigest(), folder, files)


def check_sizes(manifest: InputManifest) -> None:
    """Compare the size of every file with the manifest's.

    Raises:
        CorpusmillError: INPUT_MISSING or INPUT_CORRUPT, naming the first file that differs.
    """
    for file in manifest.files:
        uri = manifest.uri_of(file)
        size = storage_for(uri).size_bytes(uri)
        if size is None:
            raise fail(ErrorCode.INPUT_MISSING, f"{uri} is gone; run its stage again", uri=uri)
        if size != file.bytes:
            message = f"{uri} has {size} bytes, its manifest says {file.bytes}; run its stage again"
            raise fail(ErrorCode.INPUT_CORRUPT, message, uri=uri, bytes=size, expectedBytes=file.bytes)


def commit(spec: JobSpec, inputs: tuple[InputManifest, ...], outcome: Outcome, timings: Timings) -> bool:
    """Create manifest.json; False where another attempt has committed the version already.

    Raises:
        CorpusmillError: COUNTS_DO_NOT_ADD_UP.
    """
    check_counts(outcome)
    manifest = build_manifest(spec, inputs, outcome, timings)
    content = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    return storage_for(spec.manifest_uri).create_exclusive(spec.manifest_uri, content)


def check_counts(outcome: Outcome) -> None:
    """Refuse counts and files that do not add up, in total and by source."""
    wrong = [
        {"source": source, "in": outcome.rows_in.get(source, 0), "kept": c.kept, "rejected": c.rejected}
        for source, c in _all_sources(outcome).items()
        if outcome.rows_in.get(source, 0) != c.kept + c.rejected
    ]
    total = sum(outcome.by_source.values(), SourceCounts())
    rows = {
        role: sum(f.rows or 0 for f in outcome.files if f.role == role) for role in ("documents", "rejected")
    }
    reasons = sum(outcome.rejected_by_reason.values())
    agree = rows["documents"] == total.kept and rows["rejected"] == total.rejected == reasons
    if wrong or not agree:
        message = "rows read, kept, rejected and written do not add up; nothing was committed"
        raise fail(ErrorCode.COUNTS_DO_NOT_ADD_UP, message, bySource=wrong, written=rows, reasons=reasons)


def build_manifest(
    spec: JobSpec, inputs: tuple[InputManifest, ...], outcome: Outcome, timings: Timings
) -> dict[str, object]:
    """The manifest as JSON."""
    return {
        "apiVersion": API_VERSION,
        "stage": spec.stage,
        "dataset": spec.dataset,
        "versionKey": spec.version_key,
        "runId": spec.run_id,
        "attempt": {"id": spec.attempt.id, "number": spec.attempt.number},
        "createdAt": utc_now(),
        "codeVersion": spec.code_version,
        "settings": spec.settings,
        "settingsDigest": spec.settings_digest,
        "inputs": [_input_json(manifest) for manifest in inputs],
        "sources": [],
        "models": [{"name": model.name, "sha256": model.sha256} for model in spec.models],
        "tokenizer": None,
        "prefix": spec.prefix,
        "files": [_file_json(file) for file in sorted(outcome.files, key=lambda f: f.path)],
        "counts": _counts_json(outcome),
        "contentDigests": dict(outcome.content_digests),
        "timings": {
            "wallSeconds": round(timings.wall_seconds, 3),
            "phases": {name: round(seconds, 3) for name, seconds in timings.phases.items()},
        },
        "report": dict(outcome.report),
    }


def _all_sources(outcome: Outcome) -> dict[str, SourceCounts]:
    names = sorted({*outcome.rows_in, *outcome.by_source})
    return {name: outcome.by_source.get(name, SourceCounts()) for name in names}


def _counts_json(outcome: Outcome) -> dict[str, object]:
    total = sum(outcome.by_source.values(), SourceCounts())
    return {
        **_source_json(total),
        "rejectedByReason": dict(sorted(outcome.rejected_by_reason.items())),
        "quarantinedByReason": {},
        "bySource": {name: _source_json(counts) for name, counts in _all_sources(outcome).items()},
        "byLanguage": dict(sorted(outcome.by_language.items())),
        "tokens": None,
    }


def _source_json(counts: SourceCounts) -> dict[str, int]:
    seen = counts.kept + counts.rejected
    return {"in": seen, "kept": counts.kept, "rejected": counts.rejected, "quarantined": 0}


def _input_json(manifest: InputManifest) -> dict[str, str]:
    version = manifest.version
    return {
        "dataset": version.dataset,
        "stage": version.stage,
        "versionKey": version.version_key,
        "manifestSha256": manifest.manifest_sha256,
    }


def _file_json(file: ManifestFile) -> dict[str, object]:
    return {
        "path": file.path,
        "role": file.role,
        "format": file.format,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "rows": file.rows,
        "tokens": file.tokens,
    }


def _file(reader: ObjectReader) -> ManifestFile:
    return ManifestFile(
        path=reader.string("path", _PATH, limit=1024),
        role=reader.one_of("role", ROLES),
        format=reader.one_of("format", FORMATS),
        bytes=reader.integer("bytes", 0),
        sha256=reader.string("sha256", DIGEST),
        rows=None if reader.raw("rows") is None else reader.integer("rows", 0),
        tokens=None if reader.raw("tokens") is None else reader.integer("tokens", 0),
    )
