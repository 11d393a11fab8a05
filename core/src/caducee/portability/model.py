"""A record that can be carried: plain values, the same after JSON and after an archive."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from caducee.contracts.delivery import Receipt
from caducee.contracts.portability import KeptRecord
from caducee.model.patient import Patient

VERSION = 1


class CarriedDelivery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a document at one destination. ``state``, ``why`` and ``code`` are those of the outbox."""

    delivery_id: str
    kind: str
    reference: str
    state: str
    created: datetime
    attempts: int = 0
    why: str = ""
    code: str = ""
    service_code: str = ""
    service_text: str = ""
    receipt: Receipt | None = None


class SentDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document of the practice. ``model`` is the JSON it was published with, ``entry`` its XDS entry as JSON.

    ``content`` is the sealed CDA; it is absent while the document waits for an identity. ``sha256`` is in hexadecimal.
    """

    document_id: str
    idempotency_key: str
    author: str
    series: str
    set_id: str
    submission_time: str
    model: str
    entry: str = ""
    content: bytes | None = None
    sha256: str = ""
    deliveries: tuple[CarriedDelivery, ...] = ()


class ReceivedItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a service gave through the inbox. ``content`` is there until the practice's software has filed it."""

    item_id: str
    plugin: str
    kind: str
    key: str
    state: str
    received: datetime
    content: bytes = b""


class TrailLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the audit trail about the patient, with its number and hash in the chain it was written in."""

    number: int
    at: datetime
    hash: str
    action: str
    actor: str
    reason: str = ""
    detail: str = ""


class PortableRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The record of ``patient``, as the practice knew them when it was ``made``. ``kept`` is that of each plugin.

    ``audit`` is in the order of the chain; a record that was carried before brings the lines of the earlier chain
    first.
    """

    patient: Patient
    made: datetime
    version: int = VERSION
    sent: tuple[SentDocument, ...] = ()
    items: tuple[ReceivedItem, ...] = ()
    kept: dict[str, KeptRecord] = {}
    audit: tuple[TrailLine, ...] = ()


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
