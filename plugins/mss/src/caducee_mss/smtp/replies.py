"""Replies of an SMTP server: bytes in, replies out (RFC 5321, 4.2; RFC 2034 for enhanced codes). No I/O."""

from __future__ import annotations

import re

import msgspec

_LINE = re.compile(rb"([2-5][0-9]{2})([ -]?)(.*)\Z", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |\Z)")
_LONGEST_LINE = 16 * 1024  # a challenge may hold a token's worth of base64 (RFC 4954, 4)
_MOST_LINES = 128


class BadReply(ValueError):
    """These bytes are no SMTP reply."""


class Reply(msgspec.Struct, frozen=True):
    """One whole reply: its code and the text of each line."""

    code: int
    lines: tuple[str, ...]

    @property
    def enhanced(self) -> str:
        """The enhanced status code of RFC 3463, empty when there is none."""
        found = _ENHANCED.match(self.lines[-1])
        return found[1] if found else ""

    @property
    def text(self) -> str:
        """All lines in one, the enhanced code kept."""
        return " ".join(self.lines)

    @property
    def positive(self) -> bool:
        """Whether the command was done, or may go on."""
        return self.code < 400

    @property
    def transient(self) -> bool:
        """Whether the same command may succeed later: the enhanced class decides when there is one (RFC 3463, 2)."""
        first = self.enhanced[:1] or str(self.code)[:1]
        return first == "4"


class ReplyReader:
    """Cuts a stream of bytes into replies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._code = 0

    @property
    def unread(self) -> bytes:
        """What came after the last whole reply."""
        return bytes(self._buffer)

    def feed(self, received: bytes) -> None:
        """Add what arrived."""
        self._buffer += received

    def next(self) -> Reply | None:
        """Return the next whole reply, ``None`` when more bytes are needed.

        Raises:
            BadReply: not a reply, or one without end.
        """
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end]).removesuffix(b"\r")
            del self._buffer[: end + 1]
            if self._take(line):
                reply, self._lines = Reply(self._code, tuple(self._lines)), []
                return reply
        if len(self._buffer) > _LONGEST_LINE:
            raise BadReply("a line without end")
        return None

    def _take(self, line: bytes) -> bool:
        found = _LINE.match(line)
        if found is None or len(line) > _LONGEST_LINE:
            raise BadReply("a line that is no reply")
        code = int(found[1])
        if self._lines and code != self._code:
            raise BadReply("two codes in one reply")
        self._code = code
        self._lines.append(found[3].decode("utf-8", errors="replace"))
        if len(self._lines) > _MOST_LINES:
            raise BadReply("a reply without end")
        return found[2] != b"-"
