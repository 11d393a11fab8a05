"""A parcel leaves by the outbox like a sealed document: same leases, same doubts, same receipts."""

from __future__ import annotations

import hashlib

from caducee.contracts.state import Parcel
from caducee.outbox.contract import DeliveryState, NewDelivery, NewDocument
from caducee.outbox.stores.cells import Cells


def as_publication(cells: Cells, plugin: str, parcel: Parcel) -> NewDocument:
    """Return what the outbox keeps of a parcel.

    Key and series are the plugin's own words and may name a patient: what stands for them in clear is a blind index.
    """
    name = _blind(cells, "parcel", plugin, parcel.key)
    series = _blind(cells, "parcel series", plugin, parcel.series) if parcel.series else name
    digest = hashlib.sha256(parcel.payload).digest()
    delivery = NewDelivery(
        delivery_id=name,
        kind=parcel.kind,
        reference=parcel.reference,
        destination=parcel.destination,
        state=DeliveryState.PENDING,
    )
    return NewDocument(
        document_id=name,
        idempotency_key=f"parcel\0{plugin}\0{parcel.key}",
        content_hash=hashlib.sha256(digest + parcel.kind.encode() + parcel.destination).digest(),
        local_id="",
        author=parcel.author,
        series=series,
        set_id=name,
        signature_id="",
        submission_time="",
        model=b"",
        document=parcel.payload,
        sha1=hashlib.sha1(parcel.payload, usedforsecurity=False).digest(),
        sha256=digest,
        entry=b"",
        deliveries=(delivery,),
    )


def _blind(cells: Cells, use: str, plugin: str, value: str) -> str:
    index = cells.index(use, f"{plugin}\0{value}")
    return f"parcel:{plugin}:{index.hex()[:32]}"
