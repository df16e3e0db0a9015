"""`python -m corpusmill_ray SPEC_URI`: one attempt at score or scrub (docs/contracts/local-process.md).

Exit status: 0 when the manifest is committed or the claim is somebody else's, 1 when problem.json says why
not or no spec can be read. SIGTERM ends it at once. Nothing heavy is imported before the claim.
"""

import logging
import sys
import traceback

from corpusmill_ray.errors import CorpusmillError, ErrorCode, Problem, fail
from corpusmill_ray.io.control import make_claim, write_problem
from corpusmill_ray.io.spec import JobSpec, find_control_folder, parse_job_spec
from corpusmill_ray.io.storage import disk_full, storage_for
from corpusmill_ray.tasks.process_group import lead_process_group
from corpusmill_ray.tasks.ray_environment import prepare_ray_environment

EXIT_DONE, EXIT_FAILED = 0, 1
log = logging.getLogger("corpusmill_ray")


def main(arguments: list[str]) -> int:
    """Run one attempt; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    lead_process_group()
    spec = _read_spec(arguments)
    if spec is None:
        return EXIT_FAILED
    if not make_claim(spec):
        log.info("attempt %s is claimed already", spec.attempt.id)
        return EXIT_DONE
    log.info("attempt %s claimed, stage %s", spec.attempt.id, spec.stage)
    return _run_claimed(spec)


def _run_claimed(spec: JobSpec) -> int:
    prepare_ray_environment()
    try:
        from corpusmill_ray.tasks.run import run_attempt  # noqa: PLC0415 - heavy, and only after the claim

        committed = run_attempt(spec)
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it was becomes problem.json
        problem = _problem_of(error, spec)
        log.error("%s: %s", problem.code, problem.message)
        _remove_output(spec)
        write_problem(spec.control, problem)
        return EXIT_FAILED
    log.info("version %s %s", spec.version_key[:12], "committed" if committed else "was committed already")
    return EXIT_DONE


def _remove_output(spec: JobSpec) -> None:
    """Free what a failed attempt has written: the problem itself needs room where the disk is full."""
    storage = storage_for(spec.output_uri)
    if storage.size_bytes(spec.manifest_uri) is None:
        storage.remove_folder(spec.output_uri)


def _problem_of(error: Exception, spec: JobSpec) -> Problem:
    if isinstance(error, CorpusmillError):
        return error.problem
    if isinstance(error, OSError):
        full = disk_full(error, spec.output_uri, 0)
        if full is not None:
            return full.problem
    # Messages of other people's errors may quote data: the places are logged, the message is not.
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    log.error("%s at\n%s", type(error).__name__, frames)
    return Problem(ErrorCode.JOB_FAILED, f"the job failed with {type(error).__name__}; see log.txt")


def _read_spec(arguments: list[str]) -> JobSpec | None:
    content: bytes | None = None
    try:
        if len(arguments) != 1:
            raise fail(ErrorCode.SPEC_INVALID, "give one argument: the URI of the job spec")
        content = storage_for(arguments[0]).read_bytes(arguments[0])
        if content is None:
            raise fail(ErrorCode.SPEC_INVALID, f"there is no job spec at {arguments[0]}", uri=arguments[0])
        return parse_job_spec(content)
    except CorpusmillError as error:
        log.error("%s", error)
        control = None if content is None else find_control_folder(content)
        if control is not None:
            write_problem(control, error.problem)
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
