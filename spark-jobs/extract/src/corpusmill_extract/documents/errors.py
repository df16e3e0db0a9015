"""Errors of reading input; every one of them becomes a quarantine row."""

from corpusmill_extract.documents.reasons import Reason


class DamagedInputError(Exception):
    """Input that cannot be read further here. `offset` is None where the reader knows it better."""

    def __init__(self, reason: Reason, offset: int | None = None, detail: str | None = None) -> None:
        super().__init__(f"{reason} at offset {offset}")
        self.reason = reason
        self.offset = offset
        self.detail = detail


class BadRecordError(DamagedInputError):
    """A record whose content is damaged but whose end is known: the next one can be read as if nothing was."""
