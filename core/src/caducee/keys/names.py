"""X.500 names as IGC-Santé certificates carry them: multi-valued RDNs, printed as RFC 2253, compared parsed."""

from __future__ import annotations

import unicodedata
from collections import Counter

import msgspec

from caducee.keys import der

COMMON_NAME = "2.5.4.3"
SURNAME = "2.5.4.4"
GIVEN_NAME = "2.5.4.42"
TITLE = "2.5.4.12"
UNIT = "2.5.4.11"

# RFC 2253, 2.3, and the two name parts under the keywords that LDAP gives them (GN, never G; ST, never S).
KEYWORDS = {
    COMMON_NAME: "CN",
    SURNAME: "SN",
    GIVEN_NAME: "GN",
    UNIT: "OU",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x14: "latin-1", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}


class Attribute(msgspec.Struct, frozen=True):
    """One attribute of a name: its type as a dotted OID, its text, its value as encoded."""

    oid: str
    text: str
    encoded: bytes

    def rfc2253(self) -> str:
        """Print as ``KEYWORD=text``, or ``OID=#hex`` when RFC 2253 has no keyword for it."""
        keyword = KEYWORDS.get(self.oid)
        return f"{keyword}={_escape(self.text)}" if keyword else f"{self.oid}=#{self.encoded.hex()}"


class Name(msgspec.Struct, frozen=True):
    """A distinguished name: its relative names in the order of the certificate, each with one attribute or more."""

    rdns: tuple[tuple[Attribute, ...], ...]

    @classmethod
    def from_der(cls, encoded: bytes) -> Name:
        """Read a name.

        Raises:
            ValueError: it is not a name.
        """
        [outer] = der.elements(encoded)
        return cls(
            tuple(tuple(_attribute(a) for a in der.elements(rdn.content)) for rdn in der.elements(outer.content))
        )

    def first(self, oid: str) -> str:
        """Return the text of the first attribute of this type, or an empty string."""
        return next((a.text for rdn in self.rdns for a in rdn if a.oid == oid), "")

    def rfc2253(self) -> str:
        """Print as RFC 2253 wants: last relative name first, no spaces, ``+`` inside a multi-valued one."""
        return ",".join("+".join(a.rfc2253() for a in rdn) for rdn in reversed(self.rdns))

    def same_as(self, other: Name) -> bool:
        """Compare by content: case, spacing and string type do not matter, nor the order inside a relative name."""
        return [_comparable(r) for r in self.rdns] == [_comparable(r) for r in other.rdns]


def _attribute(element: der.Element) -> Attribute:
    kind, value = der.elements(element.content)
    return Attribute(der.oid(kind.content), text_of(value), value.encoded)


def text_of(value: der.Element) -> str:
    """Return the text of a string of any type."""
    return value.content.decode(_ENCODINGS.get(value.tag, "latin-1"), errors="replace")


def _comparable(rdn: tuple[Attribute, ...]) -> Counter[tuple[str, str]]:
    return Counter((a.oid, " ".join(unicodedata.normalize("NFKC", a.text).casefold().split())) for a in rdn)


def _escape(text: str) -> str:
    escaped = "".join(f"\\{c}" if c in ',+"\\<>;' else c for c in text)
    if escaped[:1] in {"#", " "}:
        escaped = f"\\{escaped}"
    if escaped.endswith(" ") and len(text) > 1:
        escaped = f"{escaped[:-1]}\\ "
    return escaped
