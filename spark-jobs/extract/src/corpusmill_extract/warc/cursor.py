"""Record framing: where each WARC record begins and ends, whatever stands between them.

FastWARC parses the header fields. A record counts as read only once its end was seen: its last byte and,
in a gzip member that it closes, the member's checksum.
"""

import io
import re
from dataclasses import dataclass

from fastwarc.warc import HeaderMap

from corpusmill_extract.documents.errors import DamagedInputError
from corpusmill_extract.documents.reasons import Reason
from corpusmill_extract.warc.members import RECORD_START, RECORD_START_BYTES, MemberSource

MAX_HEADER_BYTES = 1 << 16
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_SIGNATURE = b"WARC/"
_TERMINATORS = (b"\r\n\r\n", b"\n\n")


@dataclass(frozen=True, slots=True)
class RecordHead:
    """The header of a record; `content_length` is in bytes."""

    offset: int
    headers: HeaderMap
    content_length: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """Whether another record was found after damage, and what damage was met on the way to it."""

    found: bool
    damage: DamagedInputError | None = None


class RecordCursor:
    """Goes from record to record of a file; the current record's block is read through `read_block`."""

    def __init__(self, source: MemberSource) -> None:
        """Stand before the first record."""
        self.record_offset = 0
        self.records_found = 0
        self._source = source
        self._buffer = bytearray()
        self._stream_position = 0  # of the buffer's first byte in the inflated stream
        self._in_member = False
        self._fresh_member = False
        self._shares_member = False
        self._block_left = 0

    def next_head(self) -> RecordHead | None:
        """Return the next record's header, or None at the end of the file.

        Raises:
            DamagedInputError: no record begins here.
        """
        if not self._go_to_content():
            return None
        self._shares_member = not self._fresh_member
        if self._shares_member:
            self.record_offset = self._stream_position
        self._fresh_member = False
        self._source.mark_record()
        headers = self._take_header()
        length = headers.get("content-length", "") or ""
        if not (length.isascii() and length.isdigit()):
            raise DamagedInputError(Reason.NOT_WARC, detail="content-length")
        self._block_left = int(length)
        self.records_found += 1
        if self._source.end is not None and self._stream_position + self._block_left > self._source.end:
            raise DamagedInputError(Reason.TRUNCATED)
        return RecordHead(self.record_offset, headers, self._block_left)

    def read_block(self, size: int) -> bytes:
        """Return `size` bytes of the block, fewer only at its end.

        Raises:
            DamagedInputError: the file or the member ends before the block does.
        """
        parts = []
        wanted = min(size, self._block_left)
        while wanted > 0:
            if not self._peek(1):
                self._continue_in_next_member()
            part = self._take(min(wanted, len(self._buffer)))
            parts.append(part)
            wanted -= len(part)
            self._block_left -= len(part)
        return b"".join(parts)

    def finish_record(self) -> None:
        """Read to the record's end and verify it.

        Raises:
            DamagedInputError: the record has no verified end.
        """
        while self._block_left > 0:
            self.read_block(MAX_HEADER_BYTES)
        if not self._source.has_checksums and not self._is_terminated():
            raise DamagedInputError(Reason.TRUNCATED)
        try:
            self._skip_line_ends()
        except DamagedInputError:
            # What comes after a record that is not its member's first is damage of the next one's.
            if not self._shares_member:
                raise

    def recover(self) -> Recovery:
        """Go to the next place where a record begins, if there is one."""
        self._block_left = 0
        damage = None
        try:
            if self._scan_for_record():
                return Recovery(found=True)
        except DamagedInputError as error:
            damage = error
        self._buffer.clear()
        self._in_member = False
        return Recovery(self._source.resync(self.record_offset), damage)

    def _is_terminated(self) -> bool:
        """Whether an end of record follows, or anything but the end of the file: only that cuts records off."""
        terminator = bytes(self._peek(len(_TERMINATORS[0])))
        return terminator.startswith(_TERMINATORS) or len(terminator) == len(_TERMINATORS[0])

    def _scan_for_record(self) -> bool:
        while self._in_member:
            self._in_member = len(self._peek(MAX_HEADER_BYTES)) == MAX_HEADER_BYTES
            match = RECORD_START.search(self._buffer)
            if match:
                self._take(match.end())
                self._in_member = True
                return True
            self._take(len(self._buffer) - (RECORD_START_BYTES if self._in_member else 0))
        return self._peek_next_member()

    def _peek_next_member(self) -> bool:
        """Whether the next member begins a record; it is open then."""
        return self._open_next() and bytes(self._peek(len(_SIGNATURE))) == _SIGNATURE

    def _go_to_content(self) -> bool:
        while True:
            self.record_offset = self._stream_position
            if not self._in_member and not self._open_next():
                return False
            if self._fresh_member:
                self.record_offset = self._stream_position = self._source.member_offset
            self._skip_line_ends()
            if self._buffer:
                return True
            self._in_member = False

    def _open_next(self) -> bool:
        self._in_member = self._fresh_member = self._source.open_next()
        return self._in_member

    def _skip_line_ends(self) -> None:
        while self._peek(1):
            line_ends = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
            if line_ends == 0:
                return
            self._take(line_ends)

    def _take_header(self) -> HeaderMap:
        if bytes(self._peek(len(_SIGNATURE))) != _SIGNATURE:
            raise DamagedInputError(Reason.NOT_WARC)
        end = _BLANK_LINE.search(self._buffer)
        while end is None:
            size = len(self._buffer)
            if size >= MAX_HEADER_BYTES or len(self._peek(size + 1)) == size:
                self._take(len(_SIGNATURE))  # the search for the next record starts after this one
                raise DamagedInputError(Reason.NOT_WARC if size >= MAX_HEADER_BYTES else Reason.TRUNCATED)
            end = _BLANK_LINE.search(self._buffer, max(0, size - len(_TERMINATORS[0])))
        return parse_headers(self._take(end.end()))

    def _continue_in_next_member(self) -> None:
        """A block may go on in the next member, unless that one begins a record of its own."""
        if not self._open_next():
            raise DamagedInputError(Reason.TRUNCATED)
        if bytes(self._peek(len(_SIGNATURE))) == _SIGNATURE:
            raise DamagedInputError(Reason.TRUNCATED)

    def _peek(self, size: int) -> bytearray:
        """Return the buffer, filled to `size` bytes where the member has as many."""
        while len(self._buffer) < size:
            chunk = self._source.read()
            if not chunk:
                break
            self._buffer += chunk
        return self._buffer[:size]

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._stream_position += size
        return taken


def parse_headers(header: bytes) -> HeaderMap:
    """Parse a status line and header fields, as far as they can be parsed.

    Raises:
        DamagedInputError: FastWARC refuses them.
    """
    headers = HeaderMap()
    try:
        headers.parse(io.BytesIO(header))
    except (OSError, ValueError) as error:
        raise DamagedInputError(Reason.NOT_WARC, detail=type(error).__name__) from error
    return headers
