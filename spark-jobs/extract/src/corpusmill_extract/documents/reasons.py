"""Stable reason codes of the extract stage (docs/contracts/reasons.md)."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a record is no document."""

    RECORD_TYPE = "record_type"
    HTTP_STATUS = "http_status"
    CONTENT_TYPE = "content_type"
    EMPTY_TEXT = "empty_text"
    WIKI_NAMESPACE = "wiki_namespace"
    WIKI_REDIRECT = "wiki_redirect"
    LANGUAGE = "language"
    LANGUAGE_SCORE = "language_score"

    MISSING_FILE = "missing_file"
    EMPTY_FILE = "empty_file"
    UNREADABLE_FILE = "unreadable_file"
    NOT_WARC = "not_warc"
    CORRUPT_GZIP = "corrupt_gzip"
    TRUNCATED = "truncated"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    DECOMPRESSION_RATIO = "decompression_ratio"
    INVALID_HTTP = "invalid_http"
    HTML_TOO_DEEP = "html_too_deep"
    HTML_TOO_MANY_NODES = "html_too_many_nodes"
    EXTRACTOR_FAILED = "extractor_failed"
    INVALID_JSON = "invalid_json"
    MISSING_TEXT = "missing_text"
    INVALID_ENCODING = "invalid_encoding"
    LINE_TOO_LONG = "line_too_long"
    NOT_PARQUET = "not_parquet"
    NOT_PDF = "not_pdf"
    NOT_WIKIPEDIA = "not_wikipedia"
