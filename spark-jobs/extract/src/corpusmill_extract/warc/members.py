"""The bytes of a WARC file as a sequence of members.

A .warc.gz has one gzip member a record, or one for the whole file; a plain .warc is one member.
zlib inflates; framing members here rather than in FastWARC is what lets a damaged member be named by its
offset and skipped: FastWARC stops at the first one, and does not say so where a file is cut off.
"""

import io
import re
import zlib
from typing import BinaryIO, Protocol

from corpusmill_extract.documents.errors import DamagedInputError
from corpusmill_extract.documents.reasons import Reason

# A version line at the start of a line; RECORD_START_BYTES are enough to see one.
RECORD_START = re.compile(rb"(?:^|\n)(?=WARC/\d\.\d+\r?\n)")
RECORD_START_BYTES = 16
GZIP_MAGIC = b"\x1f\x8b"
_MEMBER_START = b"\x1f\x8b\x08"
_GZIP_WINDOW_BITS = 31
_INPUT_BYTES = 1 << 16
# Bytes inflated in one step. Where a step meets damage it is done again in smaller ones, so that nothing
# that stands before the damage is lost.
_OUTPUT_BYTES = (1 << 20, 1 << 10, 1)
_PROBE_BYTES = 4096
_SCAN_BYTES = 1 << 20
# Deflate cannot exceed 1032:1; text and pages stay below 50:1, so only made-up input passes this.
_BOMB_RATIO = 200


class MemberSource(Protocol):
    """Members in turn; `member_offset` is the file offset of the current one."""

    member_offset: int
    has_checksums: bool
    end: int | None  # file offset where records end, where that is known beforehand

    def open_next(self) -> bool:
        """Go to the next member; False at the end of the file."""
        ...

    def read(self) -> bytes:
        """Return some bytes of the current member, none at its verified end."""
        ...

    def mark_record(self) -> None:
        """Say that a record begins: the bound on what may be inflated starts again."""
        ...

    def resync(self, record_offset: int) -> bool:
        """Go to the next place that holds a WARC record after the one at `record_offset`, if there is one."""
        ...


class PlainMember:
    """An uncompressed file: one member, whose end nothing verifies."""

    has_checksums = False

    def __init__(self, raw: BinaryIO) -> None:
        """Read `raw`, which can seek, from its start."""
        self.member_offset = 0
        self.end: int | None = raw.seek(0, io.SEEK_END)
        self._raw = raw
        self._opened = False

    def open_next(self) -> bool:
        """Return True once, and once more after each resync."""
        if self._opened:
            return False
        self._raw.seek(self.member_offset)
        self._opened = True
        return True

    def read(self) -> bytes:
        """Return the next bytes, none at the end."""
        return self._raw.read(_INPUT_BYTES)

    def mark_record(self) -> None:
        """Nothing is inflated here."""

    def resync(self, record_offset: int) -> bool:
        """Find the next record after the start of the damaged one: its stated length may be what is wrong."""
        start = record_offset + 1
        while True:
            self._raw.seek(start)
            window = self._raw.read(_SCAN_BYTES)
            match = RECORD_START.search(window)
            if match:
                self.member_offset = start + match.end()
                self._opened = False
                return True
            if len(window) < _SCAN_BYTES:
                return False
            start += len(window) - RECORD_START_BYTES


class GzipMembers:
    """A gzip file, member by member, in bounded memory."""

    has_checksums = True
    end: int | None = None

    def __init__(self, raw: BinaryIO, max_record_bytes: int) -> None:
        """Read `raw`, which can seek, from its start."""
        raw.seek(0)
        self.member_offset = 0
        self._raw = raw
        self._max_record_bytes = max_record_bytes
        self._pending = b""
        self._position = 0  # of the first pending byte
        self._decoder = zlib.decompressobj(_GZIP_WINDOW_BITS)
        self._care = 0
        self._record_output = 0
        self._member_output = 0

    def open_next(self) -> bool:
        """Go to the next member, over zero padding; False at the end of the file.

        Raises:
            DamagedInputError: something else than a member stands there.
        """
        while True:
            if not self._fill():
                return False
            stripped = self._pending.lstrip(b"\0")
            self._advance(len(self._pending) - len(stripped))
            if stripped:
                break
        self.member_offset = self._position
        self._start_member()
        if len(self._pending) < len(_MEMBER_START):
            self._pending += self._raw.read(_INPUT_BYTES)
        if not self._pending.startswith(_MEMBER_START[: len(self._pending)]):
            raise DamagedInputError(Reason.CORRUPT_GZIP, self.member_offset)
        return True

    def read(self) -> bytes:
        """Return some inflated bytes of the member, none at its end, whose checksum is then verified.

        Raises:
            DamagedInputError: damaged or cut-off data, or a record that grows beyond all proportion.
        """
        while not self._decoder.eof:
            if not self._fill():
                raise DamagedInputError(Reason.TRUNCATED)
            output = self._inflate()
            if output:
                self._check_ratio(len(output))
                return output
        return b""

    def mark_record(self) -> None:
        """Start the bound on inflated bytes again."""
        self._record_output = 0

    def resync(self, record_offset: int) -> bool:  # noqa: ARG002 - a member is the unit of damage here
        """Find, after the current member's first byte, the next member whose content begins a WARC record."""
        offset = self._find_member(self.member_offset + 1)
        if offset is None:
            return False
        self._raw.seek(offset)
        self._pending, self._position = b"", offset
        return True

    def _start_member(self) -> None:
        self._decoder = zlib.decompressobj(_GZIP_WINDOW_BITS)
        self._care = 0
        self._record_output = self._member_output = 0

    def _fill(self) -> bool:
        if not self._pending:
            self._pending = self._raw.read(_INPUT_BYTES)
        return bool(self._pending)

    def _advance(self, size: int) -> None:
        self._pending = self._pending[size:]
        self._position += size

    def _inflate(self) -> bytes:
        """One step, or none where it failed and is to be done with more care."""
        before = self._decoder.copy()
        try:
            output = self._decoder.decompress(self._pending, _OUTPUT_BYTES[self._care])
        except zlib.error as error:
            if self._care == len(_OUTPUT_BYTES) - 1:
                raise DamagedInputError(Reason.CORRUPT_GZIP) from error
            self._decoder = before
            self._care += 1
            return b""
        rest = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
        self._advance(len(self._pending) - len(rest))
        return output

    def _check_ratio(self, size: int) -> None:
        self._record_output += size
        self._member_output += size
        consumed = self._position - self.member_offset
        if self._record_output > self._max_record_bytes and self._member_output > _BOMB_RATIO * consumed:
            raise DamagedInputError(Reason.DECOMPRESSION_RATIO)

    def _find_member(self, start: int) -> int | None:
        while True:
            self._raw.seek(start)
            window = self._raw.read(_SCAN_BYTES)
            found = window.find(_MEMBER_START)
            while found >= 0:
                if self._begins_record(start + found):
                    return start + found
                found = window.find(_MEMBER_START, found + 1)
            if len(window) < _SCAN_BYTES:
                return None
            start += len(window) - len(_MEMBER_START) + 1

    def _begins_record(self, offset: int) -> bool:
        self._raw.seek(offset)
        try:
            head = zlib.decompressobj(_GZIP_WINDOW_BITS).decompress(self._raw.read(_PROBE_BYTES), 16)
        except zlib.error:
            return False
        return head.lstrip().startswith(b"WARC/")


def open_members(raw: BinaryIO, max_record_bytes: int) -> MemberSource:
    """Choose by content, never by name: a file that begins otherwise may still hold members further on."""
    raw.seek(0)
    head = raw.read(len(b"WARC/"))
    members = GzipMembers(raw, max_record_bytes)
    if head.startswith(GZIP_MAGIC):
        return members
    if head.startswith(b"WARC/") or not members.resync(0):
        return PlainMember(raw)
    return GzipMembers(raw, max_record_bytes)
