"""Distinguished names as the signature and the assertion print them (RFC 2253).

Read from the DER itself: old CPS certificates order the members of their multi-valued names in a way that strict
parsers refuse, and a name must be printed as the certificate has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

_KEYWORDS = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
_SPECIAL = frozenset(',+"\\<>;')


class IssuerSerial(msgspec.Struct, frozen=True):
    """The issuer of a certificate, RFC 2253, and its serial number, decimal and never negative (RFC 5280, 4.1.2.2)."""

    issuer: str
    serial: str


@lru_cache(maxsize=64)
def issuer_serial(certificate: bytes) -> IssuerSerial:
    """Read the issuer and the serial number of a DER certificate.

    Raises:
        ValueError: not a certificate.
    """
    fields = _fields(certificate)
    serial = int.from_bytes(_content(fields[0]), "big")
    return IssuerSerial(rfc2253(fields[2]), str(serial))


@lru_cache(maxsize=64)
def subject(certificate: bytes) -> str:
    """Read the subject of a DER certificate, RFC 2253.

    Raises:
        ValueError: not a certificate.
    """
    return rfc2253(_fields(certificate)[4])


def _fields(certificate: bytes) -> list[bytes]:
    """Return the fields that follow the version: serial, algorithm, issuer, validity, subject."""
    tbs = _content(_first(_content(_first(certificate))))
    fields = [element for element in _elements(tbs) if element[0] != 0xA0]
    if len(fields) < 5:
        raise ValueError("not a certificate")
    return fields


def rfc2253(name: bytes) -> str:
    """Print a DER Name, most specific first. Attributes without an RFC 2253 keyword are printed as ``oid=#hex``."""
    relative = ["+".join(_attribute(item) for item in _elements(_content(rdn))) for rdn in _elements(_content(name))]
    return ",".join(reversed(relative))


def _attribute(attribute: bytes) -> str:
    oid_element, value, *_ = (*_elements(_content(attribute)), b"", b"")
    if not value:
        raise ValueError("cut DER")
    oid = _oid(_content(oid_element))
    keyword, encoding = _KEYWORDS.get(oid), _ENCODINGS.get(value[0])
    if keyword is None or encoding is None:
        return f"{keyword or oid}=#{value.hex()}"
    return f"{keyword}={_escaped(_content(value).decode(encoding))}"


def _escaped(value: str) -> str:
    escaped = "".join(f"\\{c}" if c in _SPECIAL else c for c in value)
    if value[:1] in {"#", " "}:
        escaped = "\\" + escaped
    if len(value) > 1 and value.endswith(" "):
        escaped = escaped[:-1] + "\\ "
    return escaped


def _oid(content: bytes) -> str:
    arcs, value = [], 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        raise ValueError("cut DER")
    top = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (top, arcs[0] - 40 * top, *arcs[1:]))


def _first(data: bytes) -> bytes:
    first = next(_elements(data), None)
    if first is None:
        raise ValueError("cut DER")
    return first


def _content(element: bytes) -> bytes:
    return element[_header_length(element) :]


def _elements(data: bytes) -> Iterator[bytes]:
    while data:
        end = _header_length(data) + _content_length(data)
        if end > len(data):
            raise ValueError("cut DER")
        yield data[:end]
        data = data[end:]


def _header_length(data: bytes) -> int:
    if len(data) < 2:
        raise ValueError("cut DER")
    return 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)


def _content_length(data: bytes) -> int:
    if not data[1] & 0x80:
        return data[1]
    return int.from_bytes(data[2 : _header_length(data)], "big")
