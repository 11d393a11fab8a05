"""Reads the values of an IMAP response: atoms, numbers, quoted strings, literals, lists, NIL (RFC 3501, 9). No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from caducee_mss.imap.framing import BadResponse

_DEEPEST = 40
_DELIMITERS = frozenset(b' ()"')


class Atom(str):
    """A word without quotes: a keyword, a flag, a number. Compared as text, in upper case by :attr:`upper_case`."""

    __slots__ = ()

    @property
    def upper_case(self) -> str:
        """The word in upper case: keywords are case-insensitive."""
        return str(self).upper()


# Strings, quoted or literal, are bytes; NIL is None.
Value: TypeAlias = "Atom | bytes | tuple[Value, ...] | None"


def values_of(pieces: Sequence[bytes]) -> tuple[Value, ...]:
    """Return the values of a response cut by ``ResponseCutter``.

    Raises:
        BadResponse: an open quote or list, a list closed twice, lists nested without end.
    """
    reader = _Reader()
    for place, piece in enumerate(pieces):
        if place % 2:
            reader.add(piece)
        else:
            reader.read(piece)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self._open: list[list[Value]] = [[]]

    def add(self, value: Value) -> None:
        self._open[-1].append(value)

    def finish(self) -> tuple[Value, ...]:
        if len(self._open) != 1:
            raise BadResponse("a list is not closed")
        return tuple(self._open[0])

    def read(self, text: bytes) -> None:
        at = 0
        while at < len(text):
            byte = text[at : at + 1]
            if byte == b" ":
                at += 1
            elif byte == b'"':
                at = self._quoted(text, at + 1)
            elif byte == b"(":
                self._begin()
                at += 1
            elif byte == b")":
                self._end()
                at += 1
            else:
                at = self._atom(text, at)

    def _begin(self) -> None:
        if len(self._open) > _DEEPEST:
            raise BadResponse("lists nested without end")
        self._open.append([])

    def _end(self) -> None:
        if len(self._open) == 1:
            raise BadResponse("a list is closed twice")
        closed = self._open.pop()
        self.add(tuple(closed))

    def _quoted(self, text: bytes, at: int) -> int:
        read = bytearray()
        while at < len(text):
            byte = text[at]
            if byte == 0x22:
                self.add(bytes(read))
                return at + 1
            if byte == 0x5C:  # backslash: the next byte is itself
                at += 1
            if at < len(text):
                read.append(text[at])
            at += 1
        raise BadResponse("a quote is not closed")

    def _atom(self, text: bytes, start: int) -> int:
        at = start
        bracket = 0  # BODY[HEADER.FIELDS (MESSAGE-ID)] is one word, its spaces and lists included
        while at < len(text) and (bracket or text[at] not in _DELIMITERS):
            bracket += {0x5B: 1, 0x5D: -1}.get(text[at], 0) if bracket or text[at] == 0x5B else 0
            at += 1
        if bracket:
            raise BadResponse("a bracket is not closed")
        word = text[start:at].decode("utf-8", errors="surrogateescape")
        self.add(None if word.upper() == "NIL" else Atom(word))
        return at
