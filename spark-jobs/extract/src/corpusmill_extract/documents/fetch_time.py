"""Fetch times as documents carry them: `YYYY-MM-DDThh:mm:ssZ`."""

import re
from datetime import UTC, datetime

_WARC_COMPACT = re.compile(r"\d{14}")


def parse_fetch_time(value: str | None) -> str | None:
    """Return an ISO 8601 date or time as UTC to the second, or None where it is not one.

    A time without a zone is UTC; fractions of a second are cut off.
    """
    if value is None:
        return None
    value = value.strip()
    try:
        moment = (
            datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            if _is_compact(value)
            else datetime.fromisoformat(value)
        )
        return as_fetch_time(moment)
    except (ValueError, OverflowError):
        return None


def as_fetch_time(moment: datetime) -> str:
    """Write a moment as a fetch time; one without a zone is UTC."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment:%m-%dT%H:%M:%SZ}".join((f"{moment.year:04d}-", ""))


def _is_compact(value: str) -> bool:
    return _WARC_COMPACT.fullmatch(value) is not None
