"""How deep and how large a page is, counted before any parser builds a tree of it.

One pass over the tags with the rules of the HTML standard that decide depth: void elements, raw text,
end tags that HTML lets authors leave out, self-closing tags in SVG and MathML. No recursion, linear time.
"""

import re
from collections import Counter
from collections.abc import Iterator

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.documents.reasons import Reason

_TAG = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*))")
_VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_RAW_TEXT = frozenset(["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"])
_FOREIGN = frozenset({"svg", "math"})
# A start tag closes the open elements of its set that stand on top of the stack.
_P = frozenset({"p"})
_CELLS = frozenset(
    [
        "p",
        "li",
        "dd",
        "dt",
        "td",
        "th",
        "a",
        "b",
        "i",
        "font",
        "span",
        "strong",
        "em",
        "u",
        "small",
        "big",
        "center",
    ]
)
_IMPLIED_ENDS = {
    "li": frozenset({"p", "li"}),
    "dd": frozenset({"p", "dd", "dt"}),
    "dt": frozenset({"p", "dd", "dt"}),
    "option": frozenset({"option"}),
    "optgroup": frozenset({"option", "optgroup"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _CELLS | {"tr"},
    "tbody": _CELLS | {"tr", "tbody", "thead", "colgroup"},
    "thead": _CELLS | {"tr", "tbody", "thead", "colgroup"},
    "tfoot": _CELLS | {"tr", "tbody", "thead", "colgroup"},
} | dict.fromkeys(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "details",
        "dir",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ],
    _P,
)


def check_html_limits(html: str, max_nodes: int, max_depth: int) -> None:
    """Refuse a page of more than `max_nodes` tags or nested deeper than `max_depth`.

    Raises:
        BadRecordError: it is; `detail` is the limit.
    """
    if html.count("<") - html.count("</") <= min(max_nodes, max_depth):
        return
    stack = _OpenElements()
    nodes = 0
    for name, is_end in _tags(html, stack):
        if is_end:
            stack.close(name)
            continue
        nodes += 1
        if nodes > max_nodes:
            raise BadRecordError(Reason.HTML_TOO_MANY_NODES, detail=str(max_nodes))
        stack.open(name)
        if stack.depth() > max_depth:
            raise BadRecordError(Reason.HTML_TOO_DEEP, detail=str(max_depth))


class _OpenElements:
    """The stack of open elements."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()

    def depth(self) -> int:
        return len(self._names)

    def is_in_foreign(self) -> bool:
        return any(self._counts[name] for name in _FOREIGN)

    def open(self, name: str) -> None:
        implied = _IMPLIED_ENDS.get(name)
        while implied and self._names and self._names[-1] in implied:
            self._pop()
        if name not in _VOID:
            self._names.append(name)
            self._counts[name] += 1

    def close(self, name: str) -> None:
        if not self._counts[name]:
            return
        while self._pop() != name:
            pass

    def _pop(self) -> str:
        name = self._names.pop()
        self._counts[name] -= 1
        return name


def _tags(html: str, stack: _OpenElements) -> Iterator[tuple[str, bool]]:
    """Yield (name, is an end tag) of every tag that opens or closes an element."""
    position = 0
    while match := _TAG.search(html, position):
        position = match.end()
        comment, slash, name = match.groups()
        if comment:
            position = _after(html, "-->", position)
            continue
        name = name.lower()
        if slash:
            yield name, True
        elif name in _RAW_TEXT:
            position = _after(html, f"</{name}", position)
            yield name, False
            yield name, True
        elif not (stack.is_in_foreign() and _is_self_closing(html, position)):
            yield name, False


def _after(html: str, end: str, position: int) -> int:
    """Where the text that `end` closes is over: at the end of the page where it is never closed."""
    match = re.compile(re.escape(end), re.IGNORECASE).search(html, position)
    return match.end() if match else len(html)


def _is_self_closing(html: str, position: int) -> bool:
    end = html.find(">", position)
    return end > 0 and html[end - 1] == "/"
