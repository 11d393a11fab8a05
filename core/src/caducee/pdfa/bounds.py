"""Reads the streams of a PDF within bounds, so that a small file cannot fill the memory."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

from caducee.pdfa.errors import FileTooLarge, FileUnreadable
from caducee.pdfa.needs import need

MAX_STREAM = 64_000_000
_CHUNK = 1_000_000
_SPREADING = ("/LZWDecode", "/RunLengthDecode")
_MAX_SPREADING = 1_000_000
_PICTURES = ("/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode")


def filters_of(stream: Any) -> list[str]:
    """Return the names of the filters of a stream, the first to be undone first."""
    said = stream.get("/Filter")
    if said is None:
        return []
    return [str(one) for one in said] if isinstance(said, need("pikepdf").Array) else [str(said)]


def read(stream: Any, limit: int = MAX_STREAM, *, whole: bool = False) -> bytes:
    """Return the decoded bytes of a stream that is no picture.

    Raises:
        FileTooLarge: more than ``limit`` bytes.
        FileUnreadable: what is compressed is damaged, or, when it must be ``whole``, has no end.
    """
    names = filters_of(stream)
    raw: bytes = stream.read_raw_bytes()
    measured = raw
    for name in names:
        if name in ("/FlateDecode", "/Fl"):
            measured = _inflated(measured, limit, whole=whole)
        elif name in ("/ASCII85Decode", "/A85"):
            measured = _ascii85(measured)
        elif name in ("/ASCIIHexDecode", "/AHx"):
            measured = _hexadecimal(measured)
        elif name in _SPREADING and len(measured) > _MAX_SPREADING:
            raise FileTooLarge("a stream that cannot be measured")
        else:
            break
    if len(measured) > limit:
        raise FileTooLarge("a stream larger than the limit")
    return bytes(stream.read_bytes()) if names else raw


def intact(stream: Any) -> bool:
    """Say whether the bytes of a stream can be decoded; pictures in formats of their own are believed."""
    if any(name in _PICTURES for name in filters_of(stream)):
        return True
    try:
        read(stream, whole=True)
    except FileUnreadable:
        return False
    return True


def _inflated(raw: bytes, limit: int, *, whole: bool) -> bytes:
    engine = zlib.decompressobj()
    parts, total, waiting = [], 0, raw
    try:
        while waiting and not engine.eof:
            part = engine.decompress(waiting, _CHUNK)
            waiting = engine.unconsumed_tail
            parts.append(part)
            total += len(part)
            if total > limit:
                raise FileTooLarge("a stream larger than the limit")
    except zlib.error:
        raise FileUnreadable("a stream is damaged") from None
    if whole and not engine.eof:
        raise FileUnreadable("a stream is cut")
    return b"".join(parts)


def _ascii85(raw: bytes) -> bytes:
    try:
        return base64.a85decode(b"<~" + raw.strip().removeprefix(b"<~").split(b"~")[0] + b"~>", adobe=True)
    except ValueError:
        raise FileUnreadable("a stream is damaged") from None


def _hexadecimal(raw: bytes) -> bytes:
    digits = re.sub(rb"\s", b"", raw.split(b">")[0])
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error:
        raise FileUnreadable("a stream is damaged") from None
