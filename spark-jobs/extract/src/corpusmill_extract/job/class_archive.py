"""Makes the class archive of the local session: `python -m corpusmill_extract.job.class_archive`.

A JVM that starts Spark looks some ten thousand classes up in three hundred jars, parses and verifies them: a third of
the CPU of a small job. With an archive of them (dynamic class data sharing, JEP 350) it maps them instead. The archive
belongs to one JVM, one installation of pyspark and the order of its jars; any other JVM does without it and says
nothing.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark import SparkContext, StorageLevel

from corpusmill_extract.job.session import CLASS_ARCHIVE, LocalResources, start_local_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from pyspark import RDD
    from pyspark.sql import SparkSession

_MEMORY_MB = 2048
_ROWS = 200
# Nothing runs for long; and of classes that cannot be archived a JVM would name every one.
_MAKING_OPTIONS = ("-XX:TieredStopAtLevel=1", "-Xlog:disable")


def make_class_archive(archive: Path = CLASS_ARCHIVE) -> None:
    """Write the archive, in the place of one that is there; raises RuntimeError where the JVM writes none."""
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".class-archive-") as folder:
        made = Path(folder) / archive.name
        resources = LocalResources(1, _MEMORY_MB, Path(folder))
        spark = start_local_session(resources, "", f"-XX:ArchiveClassesAtExit={made}", *_MAKING_OPTIONS)
        process = SparkContext._gateway.proc  # type: ignore[union-attr] # noqa: SLF001 - the only hold on the JVM's process
        _use(spark, Path(folder) / "rows")
        spark.stop()
        process.stdin.close()
        process.wait()
        if not made.is_file():
            raise RuntimeError(f"the JVM ended with {process.returncode} and wrote no class archive")
        made.replace(archive)


def _use(spark: SparkSession, folder: Path) -> None:
    """Do a little of what the stages do, so that the classes for it are loaded."""
    spark.conf.set("spark.sql.codegen.wholeStage", "false")
    rows = spark.range(_ROWS).selectExpr("id", "cast(id as string) text", "array(id) numbers", "id / 3d ratio")
    rows.repartition(2, "id").write.option("compression", "zstd").parquet(str(folder))
    read = spark.read.parquet(str(folder))
    read.groupBy("text").count().sort("count").collect()
    read.mapInArrow(_same, read.schema).toLocalIterator()
    read.write.format("noop").mode("overwrite").save()
    pairs = spark.sparkContext.parallelize(range(_ROWS), 2).map(lambda number: (number % 7, number))
    kept: RDD[tuple[int, int]] = pairs.sortByKey().persist(StorageLevel.DISK_ONLY)
    kept.union(pairs).coalesce(1).zipWithIndex().reduceByKey(max).treeReduce(max)


def _same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return batches


if __name__ == "__main__":
    os.umask(0o022)
    make_class_archive()
