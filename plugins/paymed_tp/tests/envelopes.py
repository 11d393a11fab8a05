"""A parcel as the outbox hands it to a lane."""

from __future__ import annotations

import hashlib

from caducee.contracts.delivery import Envelope
from caducee.contracts.state import Parcel


def envelope_of(parcel: Parcel) -> Envelope:
    return Envelope(
        delivery_id="d1",
        kind=parcel.kind,
        reference=parcel.reference,
        destination=parcel.destination,
        author="",
        document_id="",
        set_id="",
        signature_id="",
        submission_time="20260105080000",
        document=parcel.payload,
        sha1=hashlib.sha1(parcel.payload, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(parcel.payload).digest(),
        entry=b"",
    )
