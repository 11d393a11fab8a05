"""Cuts what an IMAP server sends into whole responses: lines, with the literals in them (RFC 3501, 4.3). No I/O."""

from __future__ import annotations

import re

# A status ends with words for people: whatever looks like a literal there is none.
_STATUS = re.compile(rb"(\+|[^ ]+ (OK|NO|BAD|BYE|PREAUTH))( |\Z)", re.IGNORECASE)
_LITERAL = re.compile(rb"~?\{([0-9]{1,10})\+?\}\Z")


class BadResponse(ValueError):
    """These bytes are no IMAP response, or are larger than what was bounded."""


class ResponseCutter:
    """Bytes in, responses out: each a list of pieces, text at even places and literals at odd ones.

    ``largest_literal`` bounds one literal, ``largest_response`` all the text around the literals.
    """

    def __init__(self, *, largest_literal: int, largest_response: int) -> None:
        self._largest_literal = largest_literal
        self._largest_response = largest_response
        self._buffer = bytearray()
        self._searched = 0
        self._pieces: list[bytes] = []
        self._missing = -1  # bytes of the literal to come, -1 when in text
        self._text = 0

    @property
    def unread(self) -> bytes:
        """What came after the last whole response."""
        return b"".join(self._pieces) + bytes(self._buffer)

    def feed(self, received: bytes) -> None:
        """Add what arrived."""
        self._buffer += received

    def next(self) -> list[bytes] | None:
        """Return the next whole response, ``None`` when more bytes are needed.

        Raises:
            BadResponse: a bound is passed.
        """
        while self._take_literal() and (line := self._take_line()) is not None:
            self._pieces.append(line)
            self._text += len(line)
            if self._text > self._largest_response:
                raise BadResponse("a response larger than the bound")
            found = None if _STATUS.match(self._pieces[0]) else _LITERAL.search(line)
            if found is None:
                pieces, self._pieces, self._text = self._pieces, [], 0
                return pieces
            self._expect_literal(int(found[1]), found.start())
        return None

    def _expect_literal(self, size: int, start: int) -> None:
        if size > self._largest_literal:
            raise BadResponse("a literal larger than the bound")
        self._pieces[-1] = self._pieces[-1][:start]
        self._missing = size

    def _take_literal(self) -> bool:
        if self._missing < 0:
            return True
        if len(self._buffer) < self._missing:
            return False
        self._pieces.append(bytes(self._buffer[: self._missing]))
        del self._buffer[: self._missing]
        self._missing = -1
        return True

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if self._searched > self._largest_response:
                raise BadResponse("a line without end")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line.removesuffix(b"\r")
