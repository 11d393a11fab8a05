"""Distinguished names as text (RFC 2253 and its field variants), compared by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from cryptography import x509

Rdn = frozenset[tuple[str, str]]

KEYWORDS = {
    "CN": "2.5.4.3",
    "SN": "2.5.4.4",
    "SURNAME": "2.5.4.4",
    "SERIALNUMBER": "2.5.4.5",
    "C": "2.5.4.6",
    "L": "2.5.4.7",
    "ST": "2.5.4.8",
    "O": "2.5.4.10",
    "OU": "2.5.4.11",
    "T": "2.5.4.12",
    "TITLE": "2.5.4.12",
    "GN": "2.5.4.42",
    "GIVENNAME": "2.5.4.42",
}


class NotAName(ValueError):
    """The text is not a distinguished name."""


def same_name(text: str, subject: x509.Name) -> bool:
    """Say whether a text names this subject, in one order or the other."""
    try:
        written = _parse(text)
    except NotAName:
        return False
    expected = [frozenset((a.oid.dotted_string, str(a.value)) for a in rdn) for rdn in subject.rdns]
    return written in (expected, expected[::-1])


@lru_cache(maxsize=256)
def _parse(text: str) -> list[Rdn]:
    rdns = _split(text, ",;")
    return [frozenset(_attribute(part) for part in _split(rdn, "+")) for rdn in rdns]


def _split(text: str, separators: str) -> list[str]:
    parts = [""]
    quoted = False
    for token in re.findall(r"\\.|.", text, re.DOTALL):
        if token == '"':
            quoted = not quoted
        if token in separators and not quoted:
            parts.append("")
        else:
            parts[-1] += token
    return [_trimmed(part) for part in parts]


def _trimmed(part: str) -> str:
    """Drop the blanks around a part, but not the one that an escape keeps at its end."""
    trimmed = part.strip(" ")
    escapes = len(trimmed) - len(trimmed.rstrip("\\"))
    return f"{trimmed} " if escapes % 2 else trimmed


def _attribute(part: str) -> tuple[str, str]:
    keyword, separator, value = part.partition("=")
    key = keyword.strip().upper().removeprefix("OID.")
    oid = KEYWORDS.get(key, key)
    if not separator or not re.fullmatch(r"\d+(\.\d+)+", oid):
        raise NotAName(f"unknown attribute {keyword!r}")
    return oid, _value(_trimmed(value))


def _value(text: str) -> str:
    if text.startswith("#"):
        return _from_der(text[1:])
    if text.startswith('"') and text.endswith('"'):
        text = text[1:-1]
    return b"".join(_unescaped(text)).decode("utf-8", "replace")


def _unescaped(text: str) -> Iterable[bytes]:
    for token in re.findall(r"\\[0-9A-Fa-f]{2}|\\.|.", text, re.DOTALL):
        if len(token) == 3:
            yield bytes([int(token[1:], 16)])
        else:
            yield token[-1].encode()


def _from_der(hexadecimal: str) -> str:
    try:
        der = bytes.fromhex(hexadecimal)
    except ValueError:
        raise NotAName("a # value is not hexadecimal") from None
    if len(der) < 2 or der[1] >= 0x80 or len(der) != 2 + der[1]:
        raise NotAName("a # value is not a short DER string")
    return der[2:].decode("utf-8", "replace")
