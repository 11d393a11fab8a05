"""Distinguished names as others write them, read so that they can be compared by what they say and not as text.

RFC 4514 and its predecessors (RFC 2253, RFC 1779): quoted values, spaces around separators, semicolons, ``OID.`` before
a number, values in hexadecimal of any string type.
"""

from __future__ import annotations

import re
from enum import StrEnum

from caducee.keys import der
from caducee.keys.names import KEYWORDS, Attribute, Name, text_of

_MORE_KEYWORDS = {
    "SURNAME": "2.5.4.4",
    "SERIALNUMBER": "2.5.4.5",
    "S": "2.5.4.8",
    "T": "2.5.4.12",
    "TITLE": "2.5.4.12",
    "GIVENNAME": "2.5.4.42",
    "ORGANIZATIONIDENTIFIER": "2.5.4.97",
    "EMAILADDRESS": "1.2.840.113549.1.9.1",
    "E": "1.2.840.113549.1.9.1",
}
_OIDS = {**{keyword: oid for oid, keyword in KEYWORDS.items()}, **_MORE_KEYWORDS}
_TOKEN = re.compile(r"\\[0-9A-Fa-f]{2}|\\.|.", re.DOTALL)
_PAIR = re.compile(r"\\[0-9A-Fa-f]{2}")
_LONGEST = 4096


class Match(StrEnum):
    """How a written name and one of a certificate compare. ``REVERSED`` is met in the field, and no standard's."""

    SAME = "same"
    REVERSED = "reversed"
    OTHER = "other"


def parse_name(written: str) -> Name:
    """Read a name; the last part that is written comes first, as in a certificate.

    Raises:
        ValueError: it is not a distinguished name.
    """
    if len(written) > _LONGEST:
        raise ValueError("too long for a name")
    parts = _split(written, ",;") if written.strip(" ") else []
    return Name(tuple(tuple(_attribute(one) for one in _split(part, "+")) for part in reversed(parts)))


def compare(written: str, name: Name) -> Match:
    """Compare a written name with one of a certificate (RFC 5280, 7.1). What is no name is another name."""
    try:
        read = parse_name(written)
    except ValueError:
        return Match.OTHER
    if read.same_as(name):
        return Match.SAME
    return Match.REVERSED if Name(read.rdns[::-1]).same_as(name) else Match.OTHER


def _split(written: str, separators: str) -> list[str]:
    parts, quoted = [""], False
    for sign in _TOKEN.findall(written):
        if sign == '"':
            quoted = not quoted
        if sign in separators and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    if quoted:
        raise ValueError("a quotation mark is not closed")
    return parts


def _attribute(part: str) -> Attribute:
    keyword, equals, value = part.partition("=")
    written = keyword.strip(" ").upper().removeprefix("OID.")
    oid = _OIDS.get(written, written)
    if not equals or not re.fullmatch(r"[0-2](\.(0|[1-9][0-9]{0,30}))+", oid, re.ASCII):
        raise ValueError("a part of the name has no known type")
    return _valued(oid, _trimmed(value))


def _trimmed(value: str) -> str:
    """Drop the blanks around a value, but not the one that an escape keeps at its end."""
    trimmed = value.strip(" ")
    escapes = len(trimmed) - len(trimmed.rstrip("\\"))
    return f"{trimmed} " if escapes % 2 else trimmed


def _valued(oid: str, value: str) -> Attribute:
    if value.startswith("#"):
        [element] = der.elements(bytes.fromhex(value[1:]))
        return Attribute(oid, text_of(element), element.encoded)
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    text = b"".join(_unescaped(sign) for sign in _TOKEN.findall(value)).decode("utf-8")
    return Attribute(oid, text, b"")


def _unescaped(sign: str) -> bytes:
    if _PAIR.fullmatch(sign):
        return bytes.fromhex(sign[1:])
    if sign == "\\":
        raise ValueError("an escape has nothing to escape")
    return sign[-1].encode("utf-8")
