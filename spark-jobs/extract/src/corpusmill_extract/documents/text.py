"""Text normalisation. Idempotent: normalising twice gives what normalising once gives."""

import re
import unicodedata

import ftfy

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[ \t\xa0]+")
_MANY_NEWLINES = re.compile("\n{3,}")


def normalize_text(text: str) -> str:
    r"""Return `text` as NFC with `\n` line ends, no control characters and no runs of white space.

    Runs of spaces, tabs and no-break spaces become one space, lines are stripped, and three or more
    line ends become two. Vertical tab and form feed end a line, as in Unicode's line breaking rules.
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    text = "\n".join(map(str.strip, text.split("\n")))
    return _MANY_NEWLINES.sub("\n\n", text).strip()


def normalize_line(text: str) -> str:
    """Return `text` normalised and on one line."""
    return " ".join(normalize_text(text).split())


def fix_mojibake(text: str) -> str:
    """Repair text that was decoded with the wrong encoding (ftfy), and nothing else."""
    return str(ftfy.fix_encoding(text))


def replace_surrogates(text: str) -> str:
    """Put U+FFFD where a lone surrogate stands: UTF-8 cannot carry one."""
    return _SURROGATES.sub("\ufffd", text)


def has_surrogates(text: str | None) -> bool:
    """Whether `text` holds a lone surrogate."""
    return text is not None and _SURROGATES.search(text) is not None
