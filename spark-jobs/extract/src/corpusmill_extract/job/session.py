"""The Spark session of a job: one that spark-submit configured, or a local one."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

from corpusmill_extract import __file__ as package_file

# What a Python worker needs beside the JVM: interpreter, libraries and language models (about 180 MiB), the page
# in hand as bytes, text and tree, and a batch of rows.
_WORKER_MB = 512
_MIN_DRIVER_MB = 512
# The JVM beside its heap (classes, code, buffers) and the Python process that drives it.
_OVERHEAD_MB = 512
# C2 later than by default (8 times): it takes 5 s of CPU from a start whose code runs once, and still compiles
# the loops that matter within their first second. It compiles methods of less than 100 bytes, and not 325, into their
# callers: a dedup of 1 GB takes a tenth less, and the filter's loops run as fast.
_JVM_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:Tier4InvocationThreshold=40000",
    "-XX:Tier4MinInvocationThreshold=5000",
    "-XX:Tier4CompileThreshold=120000",
    "-XX:Tier4BackEdgeThreshold=320000",
    "-XX:FreqInlineSize=100",
    "-Xss4m",
    "-Dfile.encoding=UTF-8",
    "-Duser.timezone=UTC",
)
_LOGGING = Path(__file__).with_name("log4j2.properties")
_SPARK = Path(pyspark.__file__).parent
# What `class_archive` makes; beside Spark's jars, whose classes it holds, so that it goes with them.
CLASS_ARCHIVE = _SPARK / "corpusmill-classes.jsa"


@dataclass(frozen=True, slots=True)
class LocalResources:
    """What a local session may use; `scratch` is where Spark spills and keeps its temporary files."""

    cpus: int
    memory_mb: int
    scratch: Path


def start_local_session(resources: LocalResources, class_path: str, *java_options: str) -> SparkSession:
    """Start a session in this process's own JVM, reachable from this machine only.

    The JVM takes Spark's classes from the class archive where there is one that fits, unless `java_options` are given.
    """
    resources.scratch.mkdir(parents=True, exist_ok=True)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_package_root(), os.environ.get("PYTHONPATH"))))
    builder = SparkSession.builder.master(f"local[{resources.cpus}]").appName("corpusmill")
    for key, value in local_settings(resources, class_path, java_options or class_archive_options()).items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def jobs_class_path(jobs_jar: Path, s3_jars: Path | None) -> str:
    """Return what the JVM needs beside Spark's own jars: ours, and an S3 client's where there is one."""
    return os.pathsep.join([str(jobs_jar), *([f"{s3_jars}/*"] if s3_jars else [])])


def driver_memory_mb(memory_mb: int, cpus: int) -> int:
    """Return the JVM's heap in MiB: what is left beside one Python worker a core and the overhead."""
    return max(_MIN_DRIVER_MB, memory_mb - cpus * _WORKER_MB - _OVERHEAD_MB)


def class_archive_options(archive: Path = CLASS_ARCHIVE) -> tuple[str, ...]:
    """Return the options of a JVM that reads the archive; none where it is not there.

    An archive that does not fit (another JVM, other jars) is left alone, and nobody is told.
    """
    return (
        (f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
        if archive.is_file()
        else ()
    )


def local_settings(resources: LocalResources, class_path: str, java_options: tuple[str, ...]) -> dict[str, str]:
    """Return the session's settings.

    Spark's jars come first on the class path: an archive holds for class paths that begin as the one it was made with.
    """
    scratch = str(resources.scratch)
    return {
        "spark.driver.memory": f"{driver_memory_mb(resources.memory_mb, resources.cpus)}m",
        "spark.driver.extraJavaOptions": " ".join(
            (
                *_JVM_OPTIONS,
                *java_options,
                f"-Djava.io.tmpdir={scratch}",
                f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}",
            )
        ),
        "spark.driver.extraClassPath": os.pathsep.join(filter(None, (f"{_SPARK / 'jars'}/*", class_path))),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": scratch,
        "spark.sql.warehouse.dir": (resources.scratch / "warehouse").as_uri(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1",
    }


def _package_root() -> str:
    return str(Path(package_file).parent.parent)
