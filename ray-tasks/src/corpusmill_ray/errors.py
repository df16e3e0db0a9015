"""The one error type of the jobs, and its stable codes (docs/contracts/error-codes.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ErrorCode(StrEnum):
    """The codes of error-codes.md that a Ray job can end with."""

    SPEC_INVALID = "SPEC_INVALID"
    INPUT_MISSING = "INPUT_MISSING"
    INPUT_CORRUPT = "INPUT_CORRUPT"
    MODEL_INVALID = "MODEL_INVALID"
    COUNTS_DO_NOT_ADD_UP = "COUNTS_DO_NOT_ADD_UP"
    DISK_FULL = "DISK_FULL"
    MEMORY_EXCEEDED = "MEMORY_EXCEEDED"
    STORAGE_UNAVAILABLE = "STORAGE_UNAVAILABLE"
    JOB_FAILED = "JOB_FAILED"


RETRYABLE = frozenset({ErrorCode.MEMORY_EXCEEDED, ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.JOB_FAILED})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a job failed. Holds no document text, secret or personal data."""

    code: ErrorCode
    message: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def retryable(self) -> bool:
        """Whether a new attempt may succeed."""
        return self.code in RETRYABLE


class CorpusmillError(Exception):
    """A failure with a problem to report. Picklable, so that it crosses Ray's processes."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        """The code and the message."""
        return f"{self.problem.code}: {self.problem.message}"


def fail(code: ErrorCode, message: str, **details: object) -> CorpusmillError:
    """Build the error to raise: a code, what happened and what to do, and named details."""
    return CorpusmillError(Problem(code, message, details))
