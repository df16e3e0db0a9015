"""E-mail addresses (RFC 5321 lengths; the local part without quoting)."""

import re
from collections.abc import Iterator

from corpusmill_ray.stages.pii.span import EntityType, Span

MAX_LOCAL_CHARS = 64
MAX_DOMAIN_CHARS = 255
MAX_LABEL_CHARS = 63

# Endings that a name before them turns into a file (`icon@2x.png`), and that are no top-level domains.
FILE_ENDINGS = frozenset(
    {"avif", "bmp", "css", "gif", "htm", "html", "ico", "jpeg", "jpg", "js", "json", "mp3", "mp4", "pdf"}
    | {"php", "png", "svg", "tif", "tiff", "webp", "xml"}
)

# Each is matched at one place with a possessive, bounded repeat: constant work per '@'.
_DOMAIN = re.compile(rf"[A-Za-z0-9À-ɏ.-]{{1,{MAX_DOMAIN_CHARS}}}+")
_LABEL = re.compile(r"[A-Za-z0-9À-ɏ]([A-Za-z0-9À-ɏ-]*[A-Za-z0-9À-ɏ])?")
_TOP_LEVEL = re.compile(r"[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{1,59}")
_LOCAL_BYTE = re.compile(r"[A-Za-z0-9À-ɏ._%+'-]")


def find_emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses, from one '@' to the next."""
    at = text.find("@")
    while at >= 0:
        span = _around(text, at)
        if span is not None:
            yield span
        at = text.find("@", at + 1)


def _around(text: str, at: int) -> Span | None:
    start = _local_start(text, at)
    end = _domain_end(text, at + 1)
    if start is None or end is None:
        return None
    return Span(EntityType.EMAIL, start, end, text[start:end].lower())


def _local_start(text: str, at: int) -> int | None:
    start = at
    lowest = max(0, at - MAX_LOCAL_CHARS - 1)
    while start > lowest and _LOCAL_BYTE.match(text[start - 1]):
        start -= 1
    if at - start > MAX_LOCAL_CHARS:
        return None
    while start < at and text[start] in ".'-%+":
        start += 1
    local = text[start:at]
    return None if not local or local.endswith(".") or ".." in local else start


def _domain_end(text: str, start: int) -> int | None:
    match = _DOMAIN.match(text, start)
    if match is None:
        return None
    labels = match.group().rstrip(".-").split(".")
    end = start + len(match.group().rstrip(".-"))
    top = labels[-1]
    if len(labels) == 1 or not _TOP_LEVEL.fullmatch(top) or top.lower() in FILE_ENDINGS:
        return None
    good = all(len(label) <= MAX_LABEL_CHARS and _LABEL.fullmatch(label) for label in labels)
    return end if good else None
