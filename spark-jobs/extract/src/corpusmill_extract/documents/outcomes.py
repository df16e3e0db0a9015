"""The values that travel from a reader to the staged rows.

A reader yields `Page`, `WikiPage`, `TextRecord`, `Rejected` or `Quarantined`, one per record of its input;
`build_outcome` turns the first three into `Document`, `Rejected` or `Quarantined`.
"""

from dataclasses import dataclass

from corpusmill_extract.documents.reasons import Reason


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input file of a source. `uri` is the name that documents carry, `location` where it is read."""

    source: str
    domain: str
    kind: str
    uri: str
    location: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of a record beside its text: identity, origin, and what it says of itself.

    `offset` is in bytes (Parquet: rows).
    """

    offset: int
    doc_id: str | None = None
    id: str | None = None
    url: str | None = None
    title: str | None = None
    fetch_time: str | None = None
    metadata: str | None = None
    author: str | None = None
    date: str | None = None
    licence: str | None = None
    opt_out: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A web page's decoded payload; `charset` and `policy`, fields that may opt out, are what the HTTP header says."""

    provenance: Provenance
    body: bytes
    media_type: str
    charset: str | None
    policy: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WikiPage:
    """A wiki page's source; `own_names` is what its wiki calls files and categories."""

    provenance: Provenance
    source: str
    own_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A record that is text already."""

    provenance: Provenance
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A kept document."""

    provenance: Provenance
    text: str
    lang: str
    lang_score: float
    lang_mix: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is taken out for a reason; text and language where they were known."""

    provenance: Provenance
    reason: Reason
    detail: str | None = None
    text: str | None = None
    lang: str | None = None
    lang_score: float | None = None
    lang_mix: str | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Input that could not be parsed; `offset` is None for a file as a whole. `detail` is never text."""

    offset: int | None
    reason: Reason
    detail: str | None = None


Record = Page | WikiPage | TextRecord | Rejected | Quarantined
Outcome = Document | Rejected | Quarantined
