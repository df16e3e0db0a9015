r"""The host's life.

starting -> idle <-> busy
\        \
                   +--------+-> stopped   (idle too long, SIGTERM, folder gone, JVM gone)
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from py4j.protocol import Py4JNetworkError

from corpusmill_extract.host.directory import HostDirectory, HostState, Job

_log = logging.getLogger("corpusmill.host")
_POLL_SECONDS = 0.1

RunSpec = Callable[[str], int]


class JvmLostError(Exception):
    """The session's JVM is gone: the host cannot run another job."""


@dataclass(frozen=True, slots=True)
class HostConfig:
    """How long to wait for work, who the host is, and whether its session still lives."""

    idle_seconds: float
    start_time: str
    is_session_alive: Callable[[], bool]


class HostLoop:
    """Takes jobs in turn and runs each to its end."""

    def __init__(self, directory: HostDirectory, config: HostConfig, run_spec: RunSpec) -> None:
        """Prepare; `run` starts."""
        self._directory = directory
        self._config = config
        self._run_spec = run_spec

    def run(self) -> None:
        """Work until there has been nothing to do for too long.

        Raises:
            JvmLostError: the session broke.
        """
        self._say(HostState.IDLE)
        idle_since = time.monotonic()
        while not self._directory.is_gone():
            job = self._directory.take_oldest() or self._last_look(idle_since)
            if job is not None:
                self._run_job(job)
                idle_since = time.monotonic()
            elif self._is_over(idle_since):
                return
            else:
                time.sleep(_POLL_SECONDS)

    def _is_over(self, idle_since: float) -> bool:
        return time.monotonic() - idle_since >= self._config.idle_seconds

    def _last_look(self, idle_since: float) -> Job | None:
        """Before it ends the host says so, then looks again: what came until then is still done."""
        if not self._is_over(idle_since):
            return None
        self._say(HostState.STOPPED)
        return self._directory.take_oldest()

    def _run_job(self, job: Job) -> None:
        log_start = self._directory.log_size()
        self._directory.write_attempt(job.attempt_id, log_start, None)
        self._say(HostState.BUSY, job.attempt_id)
        try:
            status = self._run_spec(job.spec_uri)
            _log.info("job.ended attemptId=%s status=%d", job.attempt_id, status)
        except Py4JNetworkError as error:
            raise JvmLostError from error
        except Exception as error:  # noqa: BLE001 - a job's failure never ends the host
            _log.error("job.unopened attemptId=%s error=%s", job.attempt_id, type(error).__name__)
        finally:
            self._end_attempt(job, log_start)
        if not self._config.is_session_alive():
            raise JvmLostError
        self._say(HostState.IDLE)

    def _end_attempt(self, job: Job, log_start: int) -> None:
        if not self._directory.is_gone():
            self._directory.write_attempt(job.attempt_id, log_start, self._directory.log_size())

    def _say(self, state: HostState, attempt_id: str | None = None) -> None:
        if self._directory.is_gone():
            return
        self._directory.write_host(state, attempt_id, self._config.start_time)
