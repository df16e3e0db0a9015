"""Which code runs a job spec: the extract job here, every other Spark stage in the jobs jar."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corpusmill_extract.job.extract_job import run_extract
from corpusmill_extract.job.jvm import jobs_package
from corpusmill_extract.storage import read_text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def run_spec(spark: SparkSession, spec_uri: str) -> int:
    """Run the job of a spec to its end: 0 where it is committed or the claim is another's, else 1."""
    if find_stage(spec_uri) == "extract":
        return run_extract(spark, spec_uri)
    return int(jobs_package(spark).Main.run(spec_uri))


def find_stage(spec_uri: str) -> str | None:
    """Return the stage that a spec names, None where it cannot be read: the jobs jar says then what is wrong."""
    try:
        spec = json.loads(read_text(spec_uri))
    except (OSError, ValueError):
        return None
    return spec.get("stage") if isinstance(spec, dict) else None
