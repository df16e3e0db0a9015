"""A store on disk with committed versions as another stage would write them, and specs to run on them."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "docs/contracts/examples"
SCHEMAS = REPOSITORY / "docs/contracts"
INPUT_KEY = "d" * 64

ALL_ENTITIES = ["EMAIL", "PHONE", "IP", "CREDIT_CARD", "IBAN", "US_SSN"]

SPARK_METADATA: dict[bytes | str, bytes | str] = {
    "org.apache.spark.sql.parquet.row.metadata": '{"type":"struct","fields":[]}'
}

STRINGS = (
    "doc_id",
    "id",
    "source",
    "domain",
    "url",
    "title",
    "fetch_time",
    "warc_uri",
    "lang",
    "text",
    "metadata",
)

COLUMNS: list[tuple[str, pa.DataType]] = [(name, pa.string()) for name in STRINGS]
COLUMNS += [("warc_offset", pa.int64()), ("lang_score", pa.float64())]

SCHEMA = pa.schema(COLUMNS, metadata=SPARK_METADATA)


def document(text: str, number: int = 0, source: str = "crawl", lang: str = "en") -> dict[str, object]:
    """A row of a documents file."""
    return {
        "doc_id": hashlib.sha256(f"{number} {text}".encode()).hexdigest()[:32],
        "id": None,
        "source": source,
        "domain": "web",
        "url": f"http://example.org/{number}",
        "title": None,
        "fetch_time": "2026-01-02T03:04:05Z",
        "warc_uri": "data/a.warc.gz",
        "warc_offset": number,
        "lang": lang,
        "lang_score": 0.9,
        "text": text,
        "metadata": None,
    }


@dataclass(frozen=True, slots=True)
class AttemptFiles:
    """Where one attempt's files are."""

    spec_path: Path
    control: Path
    version: Path

    @property
    def uri(self) -> str:
        return f"file://{self.spec_path}"

    @property
    def claim(self) -> dict[str, object]:
        return read_json(self.control / "claim.json")

    @property
    def problem(self) -> dict[str, object]:
        return read_json(self.control / "problem.json")

    @property
    def progress(self) -> dict[str, object]:
        return read_json(self.control / "progress.json")

    @property
    def manifest(self) -> dict[str, object]:
        return read_json(self.version / "manifest.json")

    def rows(self, role: str) -> list[dict[str, object]]:
        """Rows of a role, in the order of the manifest."""
        manifest = self.manifest
        files = manifest["files"]
        assert isinstance(files, list)
        paths = [self.version / str(manifest["prefix"]) / f["path"] for f in files if f["role"] == role]
        return [row for path in paths for row in pq.read_table(path).to_pylist()]


class AttemptStore:
    """Versions and attempts below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.input_folder = root / "versions" / "dedup" / INPUT_KEY

    def write_input(
        self, files: Sequence[Sequence[Mapping[str, object]]], row_group_rows: int = 1000
    ) -> None:
        """Commit an input version with one Parquet file for each list of documents."""
        folder = self.input_folder / "attempts" / "a-1" / "documents"
        folder.mkdir(parents=True)
        entries = []
        for number, rows in enumerate(files):
            path = folder / f"part-{number:05d}.parquet"
            table = pa.Table.from_pylist(list(rows), SCHEMA)
            pq.write_table(table, path, compression="zstd", row_group_size=row_group_rows)
            entries.append(_entry(path, len(rows)))
        manifest = read_json(EXAMPLES / "manifest/valid/filter.json")
        manifest.update(versionKey=INPUT_KEY, files=entries, prefix="attempts/a-1/")
        (self.input_folder / "manifest.json").write_text(json.dumps(manifest))

    def input_file(self, number: int = 0) -> Path:
        """One of the input's Parquet files."""
        return self.input_folder / f"attempts/a-1/documents/part-{number:05d}.parquet"

    def scrub_spec(self, **settings: object) -> dict[str, object]:
        """A spec of a scrub attempt."""
        spec = self._spec("scrub")
        spec["settings"] = {"entities": ALL_ENTITIES, "action": "replace", **settings}
        spec["models"] = []
        return spec

    def score_spec(self, model: Path, **settings: object) -> dict[str, object]:
        """A spec of a score attempt with one model called `quality`."""
        digest = hashlib.sha256(model.read_bytes()).hexdigest()
        spec = self._spec("score")
        given = {"name": "quality", "path": str(model), "sha256": digest, "label": "__label__hq", **settings}
        spec["settings"] = {"models": [given]}
        spec["models"] = [{"name": "quality", "uri": f"file://{model}", "sha256": digest}]
        return spec

    def place(self, spec: dict[str, object]) -> AttemptFiles:
        """Write the spec where an executor would."""
        control, output = spec["control"], spec["output"]
        assert isinstance(control, dict)
        assert isinstance(output, dict)
        folder = Path(control["uri"].removeprefix("file://"))
        folder.mkdir(parents=True)
        (folder / "spec.json").write_text(json.dumps(spec))
        return AttemptFiles(folder / "spec.json", folder, Path(output["versionUri"].removeprefix("file://")))

    def _spec(self, stage: str) -> dict[str, object]:
        attempt_id, key = f"{stage}-{secrets.token_hex(4)}-1", secrets.token_hex(32)
        spec = read_json(EXAMPLES / "job-spec/valid/score.json")
        spec["stage"] = stage
        spec["attempt"] = {"id": attempt_id, "number": 1, "token": secrets.token_hex(16)}
        spec["versionKey"] = key
        spec["inputs"] = [
            {
                "dataset": "web-demo/dedup",
                "stage": "dedup",
                "versionKey": INPUT_KEY,
                "manifestUri": f"file://{self.input_folder}/manifest.json",
            }
        ]
        prefix = f"attempts/{attempt_id}/"
        spec["output"] = {"versionUri": f"file://{self.root}/versions/{stage}/{key}/", "prefix": prefix}
        spec["control"] = {"uri": f"file://{self.root}/runs/r/{stage}/{attempt_id}/"}
        return spec


def read_json(path: Path) -> dict[str, object]:
    """A JSON object from a file."""
    value = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    return value


def _entry(path: Path, rows: int) -> dict[str, object]:
    content = path.read_bytes()
    return {
        "path": f"documents/{path.name}",
        "role": "documents",
        "format": "parquet",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": rows,
        "tokens": None,
    }
