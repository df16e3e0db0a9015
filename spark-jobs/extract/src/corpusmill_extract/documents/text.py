"""Text normalisation. Idempotent: normalising twice gives what normalising once gives."""

import re
import unicodedata

import ftfy

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[ \t\xa0]+")
_MANY_NEWLINES = re.compile("\n{3,}")


def normalize_text(text: str, *, keep_indent: bool = False) -> str:
    r"""Return `text` as NFC with `\n` line ends, no control characters and no runs of white space.

    Runs of spaces, tabs and no-break spaces become one space, lines are stripped, and three or more
    line ends become two. Vertical tab and form feed end a line, as in Unicode's line breaking rules.
    With `keep_indent` the spaces and tabs that a line begins with stay (Markdown: lists in lists, code).
    """
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))
    if keep_indent:
        text = "\n".join(_indented(line) for line in text.split("\n"))
        return _MANY_NEWLINES.sub("\n\n", text).strip("\n")
    text = "\n".join(map(str.strip, _SPACES.sub(" ", text).split("\n")))
    return _MANY_NEWLINES.sub("\n\n", text).strip()


def _indented(line: str) -> str:
    content = line.strip()
    indent = line[: len(line) - len(line.lstrip(" \t"))] if content else ""
    return indent + _SPACES.sub(" ", content)


def normalize_line(text: str) -> str:
    """Return `text` normalised and on one line."""
    return " ".join(normalize_text(text).split())


def fix_mojibake(text: str) -> str:
    """Repair text that was decoded with the wrong encoding (ftfy), and nothing else."""
    return str(ftfy.fix_encoding(text))


def replace_surrogates(text: str) -> str:
    """Put U+FFFD where a lone surrogate stands: UTF-8 cannot carry one."""
    return _SURROGATES.sub("\ufffd", text) if has_surrogates(text) else text


def has_surrogates(text: str | None) -> bool:
    """Whether `text` holds a lone surrogate."""
    try:
        (text or "").encode("utf-8")  # ten times faster than a search
    except UnicodeEncodeError:
        return True
    return False
