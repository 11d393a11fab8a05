"""Identifiers that are the same whenever the same publication comes again, so that a resend is recognisable."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

import msgspec

from caducee.documents.ports import Identifiers
from caducee.model.announcement import Announce
from caducee.model.destination import Destination
from caducee.model.document import Document, PdfBody, Version

OID_LIMIT = 64
"""Longest OID that a document may carry (rule dtr1-1-II of the HL7 datatype ``II``, art-decor)."""

_UUID_DIGITS = len(str((1 << 128) - 1))
_ARC = re.compile(r"[012](\.(0|[1-9][0-9]*))+")


def check_root(oid_root: str) -> None:
    """Refuse an arc of the installation under which identifiers could not be made.

    Raises:
        ValueError: it is not an OID, or leaves no room for 39 digits and a dot within 64 characters.
    """
    if not _ARC.fullmatch(oid_root):
        raise ValueError(f"oid_root {oid_root!r} is not an OID")
    longest = OID_LIMIT - _UUID_DIGITS - 1
    if len(oid_root) > longest:
        raise ValueError(f"oid_root {oid_root!r} is too long: {len(oid_root)} characters, at most {longest}")


def identify(oid_root: str, tenant: str, idempotency_key: str, replaces: Version | None = None) -> Identifiers:
    """Return the OIDs of a version: the arc of the installation and a UUID as an integer.

    The next version of a document (``replaces``) stays in its series and counts one more.

    Raises:
        ValueError: ``oid_root`` cannot be used.
    """
    check_root(oid_root)

    def oid(role: str) -> str:
        return f"{oid_root}.{_uuid(tenant, idempotency_key, role).int}"

    return Identifiers(
        document_id=oid("document"),
        series=replaces.series if replaces else oid("series"),
        version=replaces.version + 1 if replaces else 1,
        set_id=oid("submission-set"),
        signature_id=oid("signature"),
    )


def content_hash(document: Document, destinations: tuple[Destination, ...], announce: Announce | None = None) -> bytes:
    """Return the SHA-256 of what was asked: the same key with another hash is another content."""
    body = document.body
    if isinstance(body, PdfBody):
        body = msgspec.structs.replace(body, content=hashlib.sha256(body.content).digest())
    light = msgspec.structs.replace(document, body=body)
    audience = [(destination.kind, destination.reference, destination) for destination in destinations]
    asked = (light, audience) if announce is None else (light, audience, announce)
    return hashlib.sha256(msgspec.json.encode(asked)).digest()


def _uuid(tenant: str, idempotency_key: str, role: str) -> UUID:
    """A name-based UUID of version 8 (RFC 9562, 5.8) over SHA-256."""
    digest = hashlib.sha256(msgspec.msgpack.encode(("caducee", tenant, idempotency_key, role))).digest()
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | 8 << 76
    return UUID(int=number & ~(0b11 << 62) | 0b10 << 62)
