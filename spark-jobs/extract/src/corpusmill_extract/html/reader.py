"""The page reader of native/reader.zig, by ctypes.

A thread keeps its buffers from page to page; what is returned is copied out of them.
"""

import ctypes
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import cache
from html.entities import html5

import numpy as np
from numpy.typing import NDArray

from corpusmill_extract.html.hints import HINT_BIT, TAG_BIT
from corpusmill_extract.html.library import check_size, library, tag_names
from corpusmill_extract.html.names import ELSEWHERE, HINTS, NAMING, OTHER_WORD, word_bits

TOO_DEEP, TOO_MANY_NODES = 1, 2
# The first number of a tag that the reader does not know.
NAMED_TAGS = 256
_FNV_BASIS, _FNV_PRIME, _WORD_MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1
# Attributes, elements of which Python reads them, and events around authors and dates, of one page.
_ATTRIBUTES, _NOTES, _EVENTS = 1 << 16, 1 << 14, 1 << 14
# Elements that a page has although nobody wrote them, once each: html, head and body.
_IMPLIED = 3
# Text grows by a fifth at most where references are read: of all named ones `&nGt;` and `&nLt;` grow, to six bytes.
_GROWTH = 5
_CONTAINER_FIELDS, _BLOCK_FIELDS = 10, 5
# Buffers for pages of more tags or bytes than this are not kept.
_KEPT_ROOM, _KEPT_BYTES = 1 << 16, 1 << 22

_POINTER, _SIZE = ctypes.c_void_p, ctypes.c_size_t


class NoteKind(IntEnum):
    """`NoteKind` of native/page.zig."""

    META, LINK, HTML, TITLE, JSON_LD, PLACE = range(6)


class EventKind(IntEnum):
    """`EventKind` of native/page.zig."""

    HEARD, OPENED, CLOSED = range(3)


class EventFlag(IntFlag):
    """`is_time` and `is_elsewhere` of native/page.zig."""

    TIME, ELSEWHERE = 1, 2


class _Buffers(ctypes.Structure):
    """`Buffers` of native/page.zig."""

    _fields_ = (
        ("html", ctypes.c_char_p),
        *(
            (name, _SIZE)
            for name in ("html_size", "max_nodes", "max_depth", "max_opened", "byte_room", "room", "slots")
        ),
        *(("words", _POINTER), ("words_size", _SIZE), ("references", _POINTER), ("references_size", _SIZE)),
        ("tag_bits", _POINTER),
        *((name, ctypes.c_uint64) for name in ("hints", "naming", "other", "comment", "unseen", "elsewhere")),
        *((name, _POINTER) for name in ("text", "heard", "scratch", "blocks", "containers", "open", "candidates")),
        *((name, _POINTER) for name in ("kind_slots", "kind_spans", "kind_tags", "kind_bits")),
        *((name, _POINTER) for name in ("name_slots", "name_spans", "name_kinds")),
        *(("attributes", _POINTER), ("attribute_room", _SIZE), ("notes", _POINTER), ("note_room", _SIZE)),
        *(("events", _POINTER), ("event_room", _SIZE)),
        *((name, _SIZE) for name in ("text_size", "block_count", "container_count")),
        *((name, _SIZE) for name in ("name_count", "note_count", "event_count")),
    )


class _Workspace(threading.local):
    """A thread's buffers, large enough for its last page."""

    def __init__(self) -> None:
        self.buffers = _Buffers()
        self.arrays: dict[str, NDArray[np.generic]] = {}
        self._room = self._bytes = self._depth = 0
        self._set_constants()

    def fit(self, html: bytes, max_nodes: int, max_depth: int) -> None:
        """Make room for a page."""
        buffers = self.buffers
        buffers.html, buffers.html_size = html, len(html)
        buffers.max_nodes, buffers.max_depth = max_nodes, max_depth
        buffers.max_opened = min(html.count(b"<"), max_nodes) + _IMPLIED
        self._fit_tags(2 * buffers.max_opened + 1)
        self._fit_bytes(len(html) + len(html) // _GROWTH + 1)
        if max_depth > self._depth:
            self._depth = max_depth
            self._make({"open": ((max_depth, 3), np.uint32), "candidates": ((max_depth, 2), np.uint32)})

    def _fit_tags(self, room: int) -> None:
        if not room <= self._room <= max(_KEPT_ROOM, 2 * room):
            self._room = room = 1 << (room - 1).bit_length()
            numbers = dict.fromkeys(("kind_tags", "name_kinds"), ((room,), np.uint32))
            spans = dict.fromkeys(("kind_spans", "name_spans"), ((room, 2), np.uint32))
            self._make(
                {
                    "containers": ((_CONTAINER_FIELDS, room), np.int64),
                    "blocks": ((_BLOCK_FIELDS, room), np.int64),
                    "kind_bits": ((room,), np.uint64),
                    **dict.fromkeys(("kind_slots", "name_slots"), ((2 * room,), np.uint32)),
                    **numbers,
                    **spans,
                }
            )
            self.buffers.room = room
        self.buffers.slots = min(2 * self._room, 1 << (2 * room - 1).bit_length())

    def _fit_bytes(self, size: int) -> None:
        if not size <= self._bytes <= max(_KEPT_BYTES, 2 * size):
            self._bytes = self.buffers.byte_room = size
            self._make(dict.fromkeys(("text", "heard", "scratch"), ((size,), np.uint8)))

    def _set_constants(self) -> None:
        check_size(_Buffers, 0)
        tables = _tables()
        buffers = self.buffers
        buffers.words_size, buffers.references_size = len(tables.words), len(tables.references)
        for name in ("words", "references", "tag_bits"):
            setattr(buffers, name, getattr(tables, name).ctypes.data)
        buffers.hints, buffers.naming, buffers.other = HINTS, NAMING, OTHER_WORD
        buffers.comment, buffers.unseen, buffers.elsewhere = HINT_BIT["comment"], HINT_BIT["unseen"], ELSEWHERE
        buffers.attribute_room, buffers.note_room, buffers.event_room = _ATTRIBUTES, _NOTES, _EVENTS
        self._make(
            {
                "attributes": ((_ATTRIBUTES, 4), np.uint32),
                "notes": ((_NOTES, 4), np.int64),
                "events": ((_EVENTS, 5), np.int64),
            }
        )

    def _make(self, shapes: Mapping[str, tuple[tuple[int, ...], type[np.generic]]]) -> None:
        for name, (shape, kind) in shapes.items():
            self.arrays[name] = array = np.empty(shape, dtype=kind)
            setattr(self.buffers, name, array.ctypes.data)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the reader looks up, the same for all pages."""

    words: NDArray[np.uint64]
    references: NDArray[np.uint64]
    tag_bits: NDArray[np.int64]


@cache
def _tables() -> _Tables:
    references = {name.encode(): _points(text) for name, text in html5.items()}
    bits = [TAG_BIT.get(name, 0) for name in tag_names()]
    words = {word.encode(): bits for word, bits in word_bits().items()}
    return _Tables(_hashed(words), _hashed(references), np.array(bits, dtype=np.int64))


def _points(text: str) -> int:
    return ord(text[0]) | (ord(text[1]) << 32 if len(text) > 1 else 0)


def _hashed(values: Mapping[bytes, int]) -> NDArray[np.uint64]:
    """Open addressing by FNV-1a, as `Table` of native/strings.zig reads it."""
    size = 1 << (2 * len(values)).bit_length()
    table = [(0, 0)] * size
    for name, value in values.items():
        key = _fnv(name)
        slot = key & (size - 1)
        while table[slot][0]:
            slot = (slot + 1) & (size - 1)
        table[slot] = (key, value)
    return np.array(table, dtype=np.uint64)


def _fnv(name: bytes) -> int:
    state = _FNV_BASIS
    for byte in name:
        state = (state ^ byte) * _FNV_PRIME & _WORD_MASK
    return state


_WORKSPACE = _Workspace()


@dataclass(frozen=True, slots=True)
class RawPage:
    """What the reader found, in its own buffers, which the thread's next page overwrites.

    `blocks` and `containers` have a row for each field of native/page.zig; `names` are those of unknown tags.
    """

    html: bytes
    text: str
    blocks: NDArray[np.int64]
    containers: NDArray[np.int64]
    names: list[str]
    notes: list[list[int]]
    events: list[list[int]]

    def heard(self, low: int, high: int) -> str:
        """Return a range of the text that was heard."""
        return bytes(_WORKSPACE.arrays["heard"][low:high]).decode("utf-8", "replace")

    def attributes(self, low: int, high: int) -> list[tuple[bytes, bytes]]:
        """Return the names and values of a range of attributes, as they are written."""
        html, rows = self.html, _WORKSPACE.arrays["attributes"][low:high].tolist()
        return [(html[name:name_end], html[value:value_end]) for name, name_end, value, value_end in rows]


def read_page(html: bytes, max_nodes: int, max_depth: int) -> RawPage | int:
    """Read a page of valid UTF-8; return TOO_DEEP or TOO_MANY_NODES where it is that."""
    _WORKSPACE.fit(html, max_nodes, max_depth)
    buffers, arrays = _WORKSPACE.buffers, _WORKSPACE.arrays
    status = int(library().read_page(ctypes.byref(buffers)))
    if status:
        return status
    return RawPage(
        html=html,
        text=bytes(arrays["text"][: buffers.text_size]).decode("utf-8"),
        blocks=arrays["blocks"][:, : buffers.block_count].copy(),  # type: ignore[arg-type]
        containers=arrays["containers"][:, : buffers.container_count].copy(),  # type: ignore[arg-type]
        names=[
            html[low:high].decode("utf-8").lower() for low, high in arrays["name_spans"][: buffers.name_count].tolist()
        ],
        notes=arrays["notes"][: buffers.note_count].tolist(),
        events=arrays["events"][: buffers.event_count].tolist(),
    )
