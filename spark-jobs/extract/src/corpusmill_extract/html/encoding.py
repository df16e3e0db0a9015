"""Which encoding a page is in, and its text.

Order: byte order mark; UTF-8 where the bytes are valid UTF-8 and not plain ASCII (other encodings hardly
ever are by chance, and pages declare wrongly more often); the HTTP header's charset; the page's own
`<meta>`; detection from the bytes. Labels mean what the WHATWG Encoding Standard says.
"""

import codecs
import re

from charset_normalizer import from_bytes
from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

_META_BYTES = 4096
_DETECT_BYTES = 1 << 17
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_META_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,512}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:+-]{1,60})", re.IGNORECASE
)
# What pages are written in beside UTF-8, most used first.
_LEGACY_ENCODINGS = [
    "cp1252",
    "cp1251",
    "cp932",
    "gb18030",
    "cp949",
    "euc_jp",
    "cp1250",
    "big5",
    "cp1254",
    "cp1256",
    "koi8_r",
]
# Python's codecs of the same names are smaller than what the Encoding Standard means by them.
_SUPERSETS = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
}
# A page declared as UTF-8 of whose non-ASCII bytes more than this fraction is invalid is in another encoding.
_MAX_INVALID_FRACTION = 0.25


def decode_page(body: bytes, http_charset: str | None) -> str:
    """Return the page's text; bytes that its encoding does not know become U+FFFD."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _declared_encoding(body, http_charset)
    if declared not in {"utf-16-le", "utf-16-be"} and not body.isascii() and _is_utf8(body):
        return body.decode("utf-8", "replace")
    if declared == "utf-8" and _is_mostly_invalid_utf8(body):
        declared = None
    return body.decode(declared or _detected_encoding(body), "replace")


def _declared_encoding(body: bytes, http_charset: str | None) -> str | None:
    from_http = _codec(http_charset)
    if from_http is not None:
        return from_http
    match = _META_CHARSET.search(body, 0, _META_BYTES)
    from_meta = _codec(match.group(1).decode("ascii")) if match else None
    # A <meta> that could be read as ASCII is not in UTF-16, whatever it says.
    return "utf-8" if from_meta in {"utf-16-le", "utf-16-be"} else from_meta


def _detected_encoding(body: bytes) -> str:
    """Resiliparse's answer, but where that is UTF-8, which the caller has ruled out, charset-normalizer's."""
    if body.isascii():
        return "utf-8"
    sample = body[:_DETECT_BYTES]
    codec = _codec(detect_encoding(sample))
    if codec not in {None, "utf-8"} or _is_utf8(sample):
        return codec or "utf-8"
    best = from_bytes(sample, cp_isolation=_LEGACY_ENCODINGS).best()
    return _codec(best.encoding.replace("_", "-")) or best.encoding if best else "cp1252"


def _codec(label: str | None) -> str | None:
    """The Python codec for a WHATWG label, or None where there is none."""
    name = map_encoding_to_html5(label, fallback_utf8=False) if label else None
    if name is None:
        return None
    name = _SUPERSETS.get(name, name)
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return name


def _is_utf8(body: bytes) -> bool:
    """Whether `body` is UTF-8; a character cut off at its very end is forgiven."""
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(body, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_invalid_utf8(body: bytes) -> bool:
    sample = body[:_DETECT_BYTES]
    non_ascii = sum(map(len, re.findall(rb"[\x80-\xff]+", sample)))
    return sample.decode("utf-8", "replace").count("\ufffd") > _MAX_INVALID_FRACTION * non_ascii
