"""The objects of a page's JSON-LD (schema.org), with references among them followed."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_MAX_NODES = 500
_WRITTEN = re.compile(r"Article|Posting|Report|Review|Recipe|Book|CreativeWork|Question|HowTo")

Node = dict[str, Any]


class JsonLd:
    """Objects, those of written works first; what stands in `@graph` counts like what stands alone."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Parse the texts; what is no JSON says nothing."""
        nodes = list(_nodes(texts))
        self.nodes: list[Node] = sorted(nodes, key=lambda node: _WRITTEN.search(_type(node)) is None)
        self._by_id = {node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str)}

    def values(self, name: str) -> Iterator[Any]:
        """Yield a property of all objects, as single values, references followed once."""
        for node in self.nodes:
            value = node.get(name)
            for one in value if isinstance(value, list) else [value]:
                yield self.follow(one)

    def follow(self, value: object) -> object:
        """Return the object that a reference names, or the value itself."""
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self._by_id.get(value["@id"], value)
        return value


def is_organization(node: object) -> bool:
    """Whether an object says that it is one, and no person."""
    kind = _type(node) if isinstance(node, dict) else ""
    return "Organization" in kind and "Person" not in kind


def _type(node: Node) -> str:
    return str(node.get("@type", ""))


def _nodes(texts: Sequence[str]) -> Iterator[Node]:
    """Yield the objects, outermost first, and no more than _MAX_NODES of them."""
    waiting: list[Any] = []
    for text in texts:
        try:
            waiting.append(json.loads(text.strip().rstrip(";"), strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:_MAX_NODES]
        elif isinstance(node, dict):
            yield node
            waiting += [node.get("@graph"), node.get("mainEntity")]
