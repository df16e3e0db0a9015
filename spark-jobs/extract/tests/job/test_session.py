"""The local session's sizing, and its class archive."""

import shutil
import subprocess
from pathlib import Path

import pytest

from corpusmill_extract.job.session import (
    CLASS_ARCHIVE,
    LocalResources,
    class_archive_options,
    driver_memory_mb,
    local_settings,
)

_JAVA = shutil.which("java") or "java"


@pytest.mark.parametrize(
    ("memory_mb", "cpus", "heap_mb"),
    [(4096, 2, 2560), (8192, 4, 5632), (2048, 2, 512), (512, 1, 512)],
)
def test_leaves_memory_for_python_workers(memory_mb: int, cpus: int, heap_mb: int) -> None:
    assert driver_memory_mb(memory_mb, cpus) == heap_mb


def test_asks_for_no_class_archive_where_there_is_none(tmp_path: Path) -> None:
    assert class_archive_options(tmp_path / "none.jsa") == ()


def test_a_jvm_says_nothing_of_an_archive_that_does_not_fit(tmp_path: Path) -> None:
    archive = tmp_path / "broken.jsa"
    archive.write_bytes(b"no archive" * 1000)
    assert run_java(*class_archive_options(archive), "-version") == run_java("-version")


@pytest.mark.skipif(not CLASS_ARCHIVE.is_file(), reason="this JVM made no archive at set-up")
def test_takes_classes_from_the_archive_whatever_jar_comes_after_those_of_spark(tmp_path: Path) -> None:
    settings = local_settings(LocalResources(1, 2048, tmp_path), str(tmp_path / "jobs.jar"), ())
    class_path = settings["spark.driver.extraClassPath"]
    options = (*class_archive_options(), "-Xlog:class+load", "-cp", class_path)
    output = run_java("-XX:+UseSerialGC", *options, "org.apache.spark.deploy.SparkSubmit", "--version")
    assert "org.apache.spark.deploy.SparkSubmit source: shared objects file (top)" in output


def run_java(*arguments: str) -> str:
    """Run a JVM and return all it says, without what differs between two runs of one."""
    done = subprocess.run([_JAVA, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return done.stdout.replace(", sharing", "")
