"""Runs the extract stage of a job spec: one Spark job from input files to a committed version.

The claim, progress, roles, counts, digests and the commit are the jobs jar's (`PythonJob`), the same as the
other stages'; this side makes the staged rows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from py4j.protocol import Py4JJavaError
from pyspark.sql.pandas.types import from_arrow_schema

from corpusmill_extract.documents.outcomes import SourceFile
from corpusmill_extract.documents.settings import ExtractSettings, parse_settings
from corpusmill_extract.job.jvm import jobs_package
from corpusmill_extract.job.staged import STAGED_SCHEMA
from corpusmill_extract.job.tasks import build_task, group_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from py4j.java_gateway import JavaObject
    from pyspark.sql import DataFrame, SparkSession


def run_extract(spark: SparkSession, spec_uri: str) -> int:
    """Run the extract job of the spec: 0 where its version is committed or the claim is another's, else 1."""
    job = jobs_package(spark).PythonJob.open(spec_uri)
    if job is None:
        return 0
    try:
        return _work(spark, job)
    finally:
        job.close()


def _work(spark: SparkSession, job: JavaObject) -> int:
    try:
        spec = json.loads(job.specJson())
        files = source_files(spec)
        settings = parse_settings(spec["settings"])
        partitions = int(spec["resources"]["cpu"]) * int(spec["resources"]["partitionsPerCore"])
        job.commitStaged(stage_rows(spark, files, settings, partitions)._jdf)  # noqa: SLF001 - the JVM's own DataFrame
    except Exception as error:  # noqa: BLE001 - the attempt ends with a problem, whatever it was
        job.failUnexpected(_error_class(error))
        return 1
    return 0


def _error_class(error: Exception) -> str:
    """The error's class, of a Java error its own: messages may quote rows."""
    if isinstance(error, Py4JJavaError):
        return str(error.java_exception.getClass().getName())
    return type(error).__name__


def stage_rows(spark: SparkSession, files: list[SourceFile], settings: ExtractSettings, partitions: int) -> DataFrame:
    """Return the staged rows of `files` as a DataFrame that has not been computed yet."""
    groups = group_files(files, partitions)
    shared = spark.sparkContext.broadcast(groups)
    task = build_task(lambda number: shared.value[number], settings)
    numbers = spark.range(0, len(groups), 1, max(1, len(groups)))
    return numbers.mapInArrow(task, from_arrow_schema(STAGED_SCHEMA))


def source_files(spec: Mapping[str, Any]) -> list[SourceFile]:
    """Return every input file that a job spec names."""
    return [
        SourceFile(
            source=source["name"],
            domain=source["domain"],
            kind=source["kind"],
            uri=file["uri"],
            location=file["location"],
            size_bytes=file["bytes"],
        )
        for source in spec["sources"]
        for file in source["files"]
    ]
