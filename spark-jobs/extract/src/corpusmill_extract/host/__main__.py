"""`python -m corpusmill_extract.host --dir DIR --cpus N --memory-mb M --idle-seconds S`."""

import argparse
import logging
import os
import shutil
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.sql import SparkSession

from corpusmill_extract.host.directory import HostDirectory, HostState
from corpusmill_extract.host.loop import HostConfig, HostLoop, JvmLostError
from corpusmill_extract.host.process import own_start_time
from corpusmill_extract.job.dispatch import run_spec
from corpusmill_extract.job.session import LocalResources, jobs_class_path, start_local_session

_log = logging.getLogger("corpusmill.host")
_JAR_VARIABLE = "CORPUSMILL_JOBS_JAR"
_S3_JARS_VARIABLE = "CORPUSMILL_S3_JARS"
_WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class HostOptions:
    """The host's configuration, from its arguments and two environment variables."""

    directory: Path
    cpus: int
    memory_mb: int
    idle_seconds: float
    jobs_jar: Path
    s3_jars: Path | None


def main(arguments: list[str]) -> int:
    """Serve a host folder to the end: 0 where there was nothing left to do, 1 where the session broke."""
    options = parse_options(arguments)
    directory = HostDirectory(options.directory)
    _log_to(directory)
    start_time = own_start_time()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: _end_now(directory, start_time))
    watch = threading.Thread(target=_watch, args=(directory, start_time), daemon=True, name="folder-watch")
    watch.start()
    directory.write_host(HostState.STARTING, None, start_time)
    try:
        return _serve(options, directory, start_time)
    except JvmLostError:
        _log.error("host.broken because=jvm-lost")
        return 1
    finally:
        _leave(directory, start_time)


def parse_options(arguments: list[str]) -> HostOptions:
    """Parse the command line; a mistake ends the process with status 2 and says what is wrong."""
    parser = argparse.ArgumentParser(prog="corpusmill_extract.host")
    parser.add_argument("--dir", type=Path, required=True, help="the host's folder")
    parser.add_argument("--cpus", type=int, required=True, help="cores to use")
    parser.add_argument("--memory-mb", type=int, required=True, help="MiB for JVM and Python workers together")
    parser.add_argument("--idle-seconds", type=float, required=True, help="end after so long without work")
    parsed = parser.parse_args(arguments)
    jar = Path(os.environ.get(_JAR_VARIABLE, ""))
    if not jar.is_file():
        parser.error(f"{_JAR_VARIABLE} names no file; set it to the jobs jar")
    s3_jars = Path(os.environ.get(_S3_JARS_VARIABLE) or jar.with_name("s3-jars"))
    return HostOptions(
        directory=parsed.dir.resolve(),
        cpus=parsed.cpus,
        memory_mb=parsed.memory_mb,
        idle_seconds=parsed.idle_seconds,
        jobs_jar=jar.resolve(),
        s3_jars=s3_jars.resolve() if s3_jars.is_dir() else None,
    )


def _serve(options: HostOptions, directory: HostDirectory, start_time: str) -> int:
    resources = LocalResources(options.cpus, options.memory_mb, directory.scratch)
    # A jar that is built anew under a running JVM breaks it; the copy stays what it was.
    jar = shutil.copyfile(options.jobs_jar, directory.scratch / options.jobs_jar.name)
    spark = start_local_session(resources, jobs_class_path(Path(jar), options.s3_jars))
    config = HostConfig(options.idle_seconds, start_time, lambda: _is_alive(spark))
    HostLoop(directory, config, lambda spec_uri: run_spec(spark, spec_uri)).run()
    spark.stop()
    return 0


def _is_alive(spark: SparkSession) -> bool:
    try:
        return not spark.sparkContext._jsc.sc().isStopped()  # noqa: SLF001 - Spark has no public question for it
    except (Py4JError, AttributeError):
        return False


def _log_to(directory: HostDirectory) -> None:
    """Append everything that this process and its children say to the host's log."""
    sys.stdout.flush()
    sys.stderr.flush()
    log = directory.open_log()
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    os.close(log)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("py4j").setLevel(logging.ERROR)


def _watch(directory: HostDirectory, start_time: str) -> None:
    """End the host, even in the middle of a job, when its folder goes."""
    waiter = threading.Event()
    while not waiter.wait(_WATCH_SECONDS):
        if directory.is_gone():
            _end_now(directory, start_time)


def _end_now(directory: HostDirectory, start_time: str) -> NoReturn:
    """End without waiting for the job in hand: a call into the JVM returns only when the job is over."""
    _leave(directory, start_time)
    os._exit(0)


def _leave(directory: HostDirectory, start_time: str) -> None:
    """End the JVM, which ends its Python workers, and remove what Spark left on disk."""
    gateway = SparkContext._gateway  # noqa: SLF001 - the only hold on the JVM's process
    process = getattr(gateway, "proc", None)
    if process is not None:
        process.kill()
        process.wait()
    shutil.rmtree(directory.scratch, ignore_errors=True)
    if not directory.is_gone():
        directory.write_host(HostState.STOPPED, None, start_time)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
