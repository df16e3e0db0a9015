"""Wikitext to text: prose, headings and lists stay; templates, tables, references, files and categories go.

One pass per kind of mark, each with a stack, in time proportional to the page. The parser library that was tried
(mwparserfromhell 0.7.2) takes the square of it where nothing closes what is opened, and ends the process on a page of
100,000 headings in one line.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple

_DROPPED = "|".join(
    [
        *("ref", "references", "gallery", "math", "chem", "score", "timeline", "imagemap", "graph", "source"),
        *("syntaxhighlight", "templatestyles", "mapframe", "hiero", "includeonly", "table"),
    ]
)
_DROPPED_TAG = re.compile(rf"<(/?)({_DROPPED})(?=[\s/>])[^<>]{{0,2000}}>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?([a-zA-Z]{1,20})(?:[\s/][^<>]{0,2000})?>")
_BRACES = re.compile(r"\{\{|\}\}|\{\||\|\}(?!\})")
_CLOSING = {"}}": "{{", "|}": "{|"}
EXTERNAL_LINK = re.compile(r"\[(?:[a-z]{2,10}:)?//[^\s\[\]<>]{1,2000}[ \t]*([^\[\]\n]{0,2000})\]")
_OPEN_BRACKET = re.compile(r"(?<!\[)\[(?!\[)")
EMPHASIS = re.compile(r"'{2,5}")
# Names of files and categories that hold in every wiki, or did so in large ones; a dump names its own.
_DROPPED_NAMES = frozenset(
    ["file", "image", "category", "bild", "imagen", "imagem", "immagine", "afbeelding", "изображение", "画像"]
)
# Languages of large Wikipedias: a bare link to one of them stands beside the page, not in its text.
_LANGUAGES = frozenset(
    [
        *("af", "als", "am", "an", "ar", "arz", "ast", "az", "azb", "ba", "bar", "bat-smg", "be", "be-tarask", "bg"),
        *("bn", "bpy", "br", "bs", "ca", "ce", "ceb", "ckb", "cs", "cv", "cy", "da", "de", "diq", "el", "en", "eo"),
        *("es", "et", "eu", "fa", "fi", "fo", "fr", "fy", "ga", "gd", "gl", "gu", "he", "hi", "hr", "ht", "hu", "hy"),
        *("ia", "id", "ig", "ilo", "io", "is", "it", "ja", "jv", "ka", "kk", "km", "kn", "ko", "ku", "ky", "la", "lb"),
        *("li", "lmo", "lt", "lv", "mg", "min", "mk", "ml", "mn", "mr", "mrj", "ms", "my", "mzn", "nah", "nap", "nds"),
        *("nds-nl", "ne", "new", "nl", "nn", "no", "nv", "oc", "or", "os", "pa", "pl", "pms", "pnb", "ps", "pt", "qu"),
        *("ro", "ru", "sa", "sah", "scn", "sco", "sd", "se", "sh", "si", "simple", "sk", "sl", "so", "sq", "sr", "su"),
        *(
            "sv",
            "sw",
            "szl",
            "ta",
            "te",
            "tg",
            "th",
            "tl",
            "tr",
            "tt",
            "uk",
            "ur",
            "uz",
            "vec",
            "vi",
            "vo",
            "wa",
            "war",
        ),
        *("wuu", "xmf", "yi", "yo", "zh", "zh-classical", "zh-min-nan", "zh-yue", "zu"),
    ]
)
_SPACES = re.compile(r"[ \t\xa0]{2,}")
EMPTY_BRACKETS = re.compile(r"[ \t]?\([ \t,;]*\)")
_MAGIC_WORD = re.compile(r"__[A-Z]{2,30}__")
_BLANK_LINES = re.compile(r"\n\s*\n")
_LINK_BRACKETS = re.compile(r"\[\[|\]\]")
# Captions of files hold links; nothing that people write nests deeper.
_MAX_LINK_DEPTH = 20
LINE_MARKS = re.compile(r"[*#:;]+")


def wikitext_to_text(source: str, own_names: frozenset[str] = frozenset()) -> str:
    """Return the readable text of a page's source; `own_names` is what its wiki calls files and categories."""
    plain = without_braces(without_dropped_tags(_without_comments(source)))
    lines = [plain_line(line) for line in inline_text(plain, dropped_names(own_names)).split("\n")]
    return _BLANK_LINES.sub("\n\n", EMPTY_BRACKETS.sub("", "\n".join(lines))).strip()


def dropped_names(own_names: frozenset[str]) -> frozenset[str]:
    """Return the prefixes, in lower case, of links that show nothing."""
    return _DROPPED_NAMES | {name.lower() for name in own_names}


def inline_text(source: str, dropped: frozenset[str]) -> str:
    """Take out the marks inside lines: tags, links, emphasis, entities; what a line begins with stays."""
    plain = _OTHER_TAG.sub(lambda tag: "\n" if tag.group(1).lower() == "br" else "", source)
    plain = _OPEN_BRACKET.sub("", EXTERNAL_LINK.sub(r"\1", plain))
    plain = _MAGIC_WORD.sub("", EMPHASIS.sub("", plain))
    return _SPACES.sub(" ", unescape(_with_links_as_text(plain, dropped)))


def _without_comments(source: str) -> str:
    parts: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0:
        end = source.find("-->", start)
        if end < 0:
            break
        parts.append(source[position:start])
        position = end + len("-->")
    return "".join(parts) + source[position:].replace("<!--", "")


def without_dropped_tags(source: str) -> str:
    """Take out elements with what is in them; a tag that is never closed goes alone."""
    kept: list[str] = []
    position = 0
    opened: str | None = None
    for match in _DROPPED_TAG.finditer(source):
        slash, name = match.group(1), match.group(2).lower()
        if opened is None:
            kept.append(source[position : match.start()])
            position = match.end()
            if not slash and not match.group().endswith("/>"):
                opened = name
        elif slash and opened == name:
            position, opened = match.end(), None
    return "".join(kept) + source[position:]


class Brace(NamedTuple):
    """A template (`mark` is `{{`) or a table (`{|`) with all that is in it; a mark that is not paired has none."""

    start: int
    end: int
    mark: str


def find_braces(source: str) -> list[Brace]:
    """Return what no template or table holds, in order."""
    pairs: list[Brace] = []
    stack: list[re.Match[str]] = []
    alone: list[re.Match[str]] = []
    for match in _BRACES.finditer(source):
        opening = _CLOSING.get(match.group())
        if opening is None:
            stack.append(match)
        elif stack and stack[-1].group() == opening:
            start = stack.pop().start()
            while pairs and pairs[-1].start > start:
                pairs.pop()
            pairs.append(Brace(start, match.end(), opening))
        else:
            alone.append(match)
    found: list[Brace] = []
    for brace in sorted(pairs + [Brace(*match.span(), "") for match in alone + stack]):
        if not found or brace.start >= found[-1].end:
            found.append(brace)
    return found


def replace_braces(source: str, write: Callable[[str, str], str]) -> str:
    """Put in the place of each brace what `write` makes of its mark and its source."""
    kept: list[str] = []
    position = 0
    for start, end, mark in find_braces(source):
        kept += [source[position:start], write(mark, source[start:end])]
        position = end
    return "".join(kept) + source[position:]


def without_braces(source: str) -> str:
    """Take out templates and tables with all that is in them; what is not paired goes alone."""
    return replace_braces(source, lambda _mark, _source: "")


def _with_links_as_text(source: str, dropped: frozenset[str]) -> str:
    """Put each link's label in its place; brackets that are not paired go alone."""
    levels: list[list[str]] = [[]]
    position = 0
    for match in _LINK_BRACKETS.finditer(source):
        levels[-1].append(source[position : match.start()])
        position = match.end()
        if match.group() == "[[":
            if len(levels) < _MAX_LINK_DEPTH:
                levels.append([])
        elif len(levels) > 1:
            label = label_of_link("".join(levels.pop()), dropped)
            levels[-1].append(label)
    return "".join("".join(level) for level in levels) + source[position:]


def label_of_link(link: str, dropped: frozenset[str]) -> str:
    """What a link shows: its label or title; of a file, a category and a bare link to another language, nothing."""
    title, bar, label = link.partition("|")
    prefix, colon, _ = title.partition(":")
    if colon and (prefix.strip().lower() in dropped or (not bar and prefix.strip() in _LANGUAGES)):
        return ""
    return label if bar and label else title.strip().removeprefix(":")


def plain_line(line: str) -> str:
    """A heading without its marks, an item of a list with one dash."""
    line = line.strip()
    if line.startswith("=="):
        return line.strip("= ")
    marks = LINE_MARKS.match(line)
    if marks is None:
        return "" if line.startswith("----") else line
    content = line[marks.end() :].strip()
    return f"- {content}" if content and marks.group()[-1] in "*#" else content
