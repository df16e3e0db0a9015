"""Text normalisation. Idempotent: normalising twice gives what normalising once gives."""

import re
import unicodedata
from collections.abc import Iterator

import ftfy

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[ \t\xa0]+")
_FENCE = re.compile(r"[ \t]*(`{3,})[^`]*$")
_MANY_NEWLINES = re.compile("\n{3,}")


def normalize_text(text: str, *, keep_indent: bool = False) -> str:
    r"""Return `text` as NFC with `\n` line ends, no control characters and no runs of white space.

    Runs of spaces, tabs and no-break spaces become one space, lines are stripped, and three or more
    line ends become two. Vertical tab and form feed end a line, as in Unicode's line breaking rules.
    With `keep_indent` the spaces and tabs that a line begins with stay (Markdown: lists in lists), and of lines between
    fences of three or more backticks (code) all but white space at their ends.
    """
    if not text.replace("\n", "").isprintable():  # else there are none of them, which is seen sooner than looked for
        text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    text = unicodedata.normalize("NFC", text)
    if keep_indent:
        return "\n".join(_markdown_lines(text)).strip("\n")
    if "  " in text or "\t" in text or "\xa0" in text:
        text = _SPACES.sub(" ", text)
    text = "\n".join(map(str.strip, text.split("\n")))
    return _MANY_NEWLINES.sub("\n\n", text).strip()


def _markdown_lines(text: str) -> Iterator[str]:
    fence, was_blank = "", False
    for line in text.split("\n"):
        if fence:
            yield line.rstrip()
            mark = line.strip()
            fence = "" if mark.startswith(fence) and not mark.strip("`") else fence
            continue
        content = _indented(line)
        if content or not was_blank:
            yield content
        was_blank = not content
        opened = _FENCE.match(content)
        fence = opened.group(1) if opened else ""


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
