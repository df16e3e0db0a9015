"""Settings of the extract stage, as recipe.schema.json names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    """The stage's settings; the defaults are the recipe's."""

    languages: tuple[str, ...] = ()
    min_language_score: float = 0.65
    extractor: str = "blocks"
    format: str = "text"
    comments: bool = False
    fix_mojibake: bool = False
    max_record_bytes: int = 16 * 1024 * 1024
    max_html_nodes: int = 200_000
    max_html_depth: int = 2_000
    max_bad_record_fraction: float = 1.0


def parse_settings(raw: Mapping[str, Any]) -> ExtractSettings:
    """Read the settings of a job spec, in which the control plane has filled in every default.

    Raises:
        KeyError: a setting is missing.
    """
    return ExtractSettings(
        languages=tuple(raw["languages"]),
        min_language_score=float(raw["minLanguageScore"]),
        extractor=str(raw["extractor"]),
        format=str(raw["format"]),
        comments=bool(raw["comments"]),
        fix_mojibake=bool(raw["fixMojibake"]),
        max_record_bytes=int(raw["maxRecordBytes"]),
        max_html_nodes=int(raw["maxHtmlNodes"]),
        max_html_depth=int(raw["maxHtmlDepth"]),
        max_bad_record_fraction=float(raw["maxBadRecordFraction"]),
    )
