"""The way from a session to the classes of the jobs jar."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py4j.java_gateway import JavaPackage
    from pyspark.sql import SparkSession


class JobsJarMissingError(Exception):
    """The session's class path has no jobs jar."""


def jobs_package(spark: SparkSession) -> JavaPackage:
    """Return the package `dev.corpusmill.jobs` of the session's JVM.

    Raises:
        JobsJarMissingError: it is not there.
    """
    jvm = spark.sparkContext._jvm  # noqa: SLF001 - Spark has no public way to its JVM
    if jvm is None or not hasattr(jvm.dev.corpusmill.jobs.PythonJob, "open"):
        raise JobsJarMissingError("no dev.corpusmill.jobs.PythonJob on Spark's class path; add the jobs jar to it")
    return jvm.dev.corpusmill.jobs
