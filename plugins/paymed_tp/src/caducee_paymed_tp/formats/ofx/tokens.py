"""The tags of an OFX file, one reading for both versions: elements that hold a value may or may not be closed.

No document type, no entity beside the five of XML: the rest of an ampersand stays as it is written.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO

import msgspec

from caducee_paymed_tp.formats.quarantine import FormatFault, Place

FORMAT = "OFX"
_CHUNK = 65536
_VALUE_LIMIT = 65536
_HEADER = 2048
_NAME = re.compile(r"/?[A-Za-z0-9_.\-]+/?")
_ENTITY = re.compile("&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6});")
_CHARSET = re.compile(rb"CHARSET:\s*([A-Za-z0-9-]+)|encoding=[\"']([A-Za-z0-9_.-]+)", re.IGNORECASE)
_UTF8 = re.compile(rb"ENCODING:\s*(?:UTF-?8|UNICODE)", re.IGNORECASE)


class Tag(msgspec.Struct, frozen=True):
    """An opening or closing tag, upper case, with the text that follows it, and its offset."""

    name: str
    closing: bool
    text: str
    offset: int


def read_tags(source: BinaryIO) -> Iterator[Tag]:
    """Yield the tags of a file after its header.

    Raises:
        FormatFault: a declaration (DTD), a tag that never ends, a value too long, bytes not of the declared charset.
    """
    head = source.read(_HEADER)
    decode = _charset(head)
    offset, held = 0, b""
    for chunk in _chunks(head, source):
        held += chunk
        *pieces, rest = held.split(b"<")
        for piece in pieces:
            tag = _tag(piece, offset, decode) if offset else None
            offset += len(piece) + 1
            if tag:
                yield tag
        held = rest
        if len(held) > _VALUE_LIMIT and offset:
            raise FormatFault("xml.oversized", Place(format=FORMAT, offset=offset))
    tag = _tag(held, offset, decode) if offset else None
    if tag:
        yield tag


def _chunks(head: bytes, source: BinaryIO) -> Iterator[bytes]:
    yield head
    yield from iter(lambda: source.read(_CHUNK), b"")


def _tag(piece: bytes, offset: int, decode: codecs.CodecInfo) -> Tag | None:
    """Return the tag of what follows a ``<``; ``None`` for processing instructions and comments."""
    if piece.startswith(b"?"):
        return None
    if piece.startswith(b"!"):
        raise FormatFault("xml.doctype", Place(format=FORMAT, offset=offset - 1))
    try:
        text = decode.decode(piece)[0]
    except UnicodeError:
        raise FormatFault("block.charset", Place(format=FORMAT, offset=offset)) from None
    name, found, value = text.partition(">")
    name = name.strip()
    if not found or not _NAME.fullmatch(name):
        raise FormatFault("xml.malformed", Place(format=FORMAT, offset=offset - 1))
    closing = name.startswith("/")
    return Tag(name.strip("/").upper(), closing, _plain(value), offset - 1)


def _plain(value: str) -> str:
    return _ENTITY.sub(lambda found: unescape(found[0]), value).strip()


def _charset(head: bytes) -> codecs.CodecInfo:
    found = _CHARSET.search(head)
    declared = (found[1] or found[2]).decode() if found else ""
    if head.startswith(codecs.BOM_UTF8) or _UTF8.search(head):
        declared = "utf-8"
    if declared.upper() in ("", "NONE"):
        declared = "utf-8" if b"<?OFX" in head or b"<?xml" in head else "cp1252"
    try:
        return codecs.lookup(f"cp{declared}" if declared.isdigit() else declared)
    except LookupError:
        raise FormatFault("block.charset", Place(format=FORMAT, offset=0)) from None
