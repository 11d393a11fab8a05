"""Cutting a file into blocks of one length, with or without line ends between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from caducee_paymed_tp.formats.quarantine import FormatFault, Place

_CHUNK = 65536
_LINE_ENDS = b"\r\n"
_SIGNATURE = b"\xef\xbb\xbf"


class Block(msgspec.Struct, frozen=True):
    """One block, where it starts in the file, and its number from 1."""

    raw: bytes
    offset: int
    number: int


def cut(source: BinaryIO, length: int, *, format_name: str) -> Iterator[Block]:
    """Yield the blocks of a file. Line ends are skipped wherever a block may start, never inside one.

    The signature that editors put before UTF-8 text is no part of the first block. Memory: one chunk.

    Raises:
        FormatFault: the file does not end with a whole block, or holds a line end inside one.
    """
    held, offset, number = b"", 0, 0
    for chunk in iter(lambda: source.read(_CHUNK), b""):
        held += chunk
        start = _after_line_ends(held, len(_SIGNATURE) if not offset and held.startswith(_SIGNATURE) else 0)
        while len(held) - start >= length:
            number += 1
            raw = held[start : start + length]
            _no_line_end(raw, Place(format=format_name, offset=offset + start, record=number))
            yield Block(raw, offset + start, number)
            start = _after_line_ends(held, start + length)
        held, offset = held[start:], offset + start
    if held:
        raise FormatFault("block.length", Place(format=format_name, offset=offset, record=number + 1))


def _after_line_ends(held: bytes, start: int) -> int:
    while start < len(held) and held[start] in _LINE_ENDS:
        start += 1
    return start


def _no_line_end(raw: bytes, place: Place) -> None:
    found = [position for position in (raw.find(b"\r"), raw.find(b"\n")) if position >= 0]
    if found:
        raise FormatFault(
            "block.length", Place(format=place.format, offset=place.offset + min(found), record=place.record)
        )


def ascii_text(raw: bytes, place: Place) -> str:
    """Return the characters of a block that must be printable ASCII.

    Raises:
        FormatFault: a byte is not; its offset is said, not its value.
    """
    text = raw.decode("latin-1")
    if text.isascii() and text.isprintable():
        return text
    bad = next(i for i, character in enumerate(text) if not (character.isascii() and character.isprintable()))
    raise FormatFault("block.charset", Place(format=place.format, offset=place.offset + bad, record=place.record))
