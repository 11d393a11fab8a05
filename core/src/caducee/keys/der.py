"""The few reads of DER that names need, lenient where an X.509 library refuses old cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Element(NamedTuple):
    """One DER element: its tag, its content, and the whole of it as it is encoded."""

    tag: int
    content: bytes
    encoded: bytes


def elements(data: bytes) -> Iterator[Element]:
    """Walk the elements that follow each other in ``data``.

    Raises:
        ValueError: ``data`` is cut short or is not DER.
    """
    at = 0
    while at < len(data):
        found = _element(data, at)
        at += len(found.encoded)
        yield found


def subject(certificate: bytes) -> bytes:
    """Return the encoded subject of a DER certificate (RFC 5280, 4.1).

    Raises:
        ValueError: it is not a certificate.
    """
    [outer] = elements(certificate)
    body = next(elements(outer.content), None)
    fields = list(elements(body.content)) if body else []
    if fields and fields[0].tag == 0xA0:
        del fields[0]
    if len(fields) < 6:
        raise ValueError("not a certificate")
    return fields[4].encoded


def oid(content: bytes) -> str:
    """Return the dotted form of an object identifier."""
    arcs: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        raise ValueError("empty object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def _element(data: bytes, at: int) -> Element:
    if at + 2 > len(data):
        raise ValueError("cut short")
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[start : start + count], "big")
        start += count
        if not 1 <= count <= 4:
            raise ValueError("length is not DER")
    end = start + length
    if end > len(data):
        raise ValueError("cut short")
    return Element(tag, data[start:end], data[at:end])
