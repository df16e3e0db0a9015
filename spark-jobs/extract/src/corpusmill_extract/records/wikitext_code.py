"""Code in wikitext: what MediaWiki shows as it stands, and spans inside lines."""

import re
from html import unescape

from corpusmill_extract.documents.markdown import code_span, fenced_code
from corpusmill_extract.records.wikitext import (
    EMPHASIS,
    EXTERNAL_LINK,
    label_of_link,
    replace_braces,
)
from corpusmill_extract.records.wikitext_shelf import BLOCK, Shelf

_LITERAL = re.compile(r"<!--|<(nowiki|pre|syntaxhighlight|source)(?=[\s/>])([^<>]{0,2000})>", re.IGNORECASE)
_CLOSING = {
    "": re.compile("-->"),
    **{
        name: re.compile(rf"</{name}\s{{0,100}}>", re.IGNORECASE)
        for name in ("nowiki", "pre", "syntaxhighlight", "source")
    },
}
_LANGUAGE = re.compile(r"(?<![\w-])lang\s{0,9}=\s{0,9}([\"']?)([A-Za-z0-9+#-]{1,30})\1(?!\S)", re.IGNORECASE)
_IS_INLINE = re.compile(r"(?<![\w-])inline(?![\w-])", re.IGNORECASE)
_NOWIKI_TAG = re.compile(r"</?nowiki\s{0,100}/?>", re.IGNORECASE)
_BLANK_EDGES = re.compile(r"\A(?:[^\S\n]*\n)+")
_SPAN = re.compile(
    r"<code(?:\s[^<>/]{0,2000})?>([^<\n]*+(?:<(?!/?code[\s/>])[^<\n]*+)*+)</code\s{0,100}>", re.IGNORECASE
)
# Other names between angle brackets are code, as in vector<int>.
_STYLE_TAG = re.compile(
    r"</?(abbr|b|bdi|big|br|em|font|i|kbd|nowiki|s|samp|small|span|strong|sub|sup|tt|u|var|wbr)(?=[\s/>])[^<>]{0,2000}>",
    re.IGNORECASE,
)
_LINK = re.compile(r"\[\[([^\[\]\n]{1,1000})\]\]")


def lift_literals(source: str, shelf: Shelf) -> str:
    """Put code blocks and what `nowiki` holds on the shelf, and take out comments; what opens first counts.

    A tag that is never closed goes alone.
    """
    kept: list[str] = []
    position = 0
    unclosed: set[str] = set()
    while match := _LITERAL.search(source, position):
        kept.append(source[position : match.start()])
        position = match.end()
        name, attributes = (match.group(1) or "").lower(), match.group(2) or ""
        if attributes.endswith("/") or name in unclosed:
            continue
        closing = _CLOSING[name].search(source, match.start())
        if closing is None:
            unclosed.add(name)
            continue
        kept.append(_literal(name, attributes, source[position : closing.start()], shelf))
        position = closing.end()
        if not name and _is_line(source, match.start(), position):
            position += len("\n")
    return "".join(kept) + source[position:]


def lift_code_spans(source: str, shelf: Shelf, dropped: frozenset[str]) -> str:
    """Put what `code` elements show on the shelf, where they begin and end on one line."""

    def lift(span: re.Match[str]) -> str:
        if BLOCK.search(span.group(1)):
            return span.group(1)
        code = " ".join(shelf.restore(_span_text(span.group(1), dropped)).split())
        return shelf.put(code_span(code)) if code else ""

    return _SPAN.sub(lift, source)


def _is_line(source: str, start: int, end: int) -> bool:
    """Whether a line is nothing else: such a comment goes with its line end, and parts no list."""
    return source[start - 1 : start] in {"", "\n"} and source[end : end + 1] == "\n"


def _literal(name: str, attributes: str, content: str, shelf: Shelf) -> str:
    """The mark of an element; a comment, of no name, has none."""
    if name == "nowiki":
        return shelf.put(" ".join(unescape(content).split()))
    if name == "pre":
        content = unescape(_NOWIKI_TAG.sub("", content))
    code = _BLANK_EDGES.sub("", content).rstrip()
    if not name or not code:
        return ""
    if name != "pre" and _IS_INLINE.search(attributes):
        return shelf.put(code_span(" ".join(code.split())))
    language = _LANGUAGE.search(attributes) if name != "pre" else None
    return shelf.put_block(fenced_code(code, language.group(2) if language else ""))


def _span_text(source: str, dropped: frozenset[str]) -> str:
    """Wiki markup holds in a `code` element, but nothing goes that is not paired: brackets are code."""
    plain = replace_braces(source, lambda mark, braced: "" if mark == "{{" else braced)
    plain = _STYLE_TAG.sub(lambda tag: " " if tag.group(1).lower() == "br" else "", plain)
    plain = EMPHASIS.sub("", EXTERNAL_LINK.sub(r"\1", plain))
    return unescape(_LINK.sub(lambda link: label_of_link(link.group(1), dropped), plain))
