"""A concentrator and a payment provider that hold what they are given."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

import msgspec

from caducee.contracts.state import Parcel
from caducee.errors import ServiceUnavailable
from caducee_paymed_tp.errors import TpSubmissionRefused
from caducee_paymed_tp.model.sending import Receipt
from caducee_paymed_tp.payment_link.provider import Checkout
from caducee_paymed_tp.sending.port import Accepted, Collected, Submission, decode


class HeldConcentrator:
    """Takes every lot once; gives what a test has put in ``receipts`` and ``files``."""

    def __init__(self) -> None:
        self.held: dict[str, Submission] = {}
        self.receipts: list[Receipt] = []
        self.files: list[bytes] = []
        self.refuses = False

    async def submit(self, submission: Submission) -> Accepted:
        if self.refuses:
            raise TpSubmissionRefused("tp", "refused", service_code="E07")
        again = submission.file_id in self.held
        self.held[submission.file_id] = submission
        return Accepted(file_id=submission.file_id, reference=f"R-{submission.file_id}", again=again)

    async def holds(self, file_id: str) -> Accepted | None:
        return Accepted(file_id=file_id, again=True) if file_id in self.held else None

    async def collect(self, cursor: str) -> Collected:
        start = int(cursor or 0)
        files = tuple(self.files[start:])
        return Collected(receipts=tuple(self.receipts), files=files, next=str(start + len(files)))


class HeldProvider:
    """Prepares payments, signs messages."""

    def __init__(self) -> None:
        self.created: dict[str, tuple[int, str]] = {}
        self.refunds: dict[str, int] = {}
        self.away = False

    async def create(self, link_id: str, *, amount: int, label: str, expires: datetime) -> Checkout:
        if self.away:
            raise ServiceUnavailable("tp.payment", "away")
        self.created[link_id] = (amount, label)
        return Checkout(reference=f"pay-{link_id[:6]}", address=f"https://payer.invalid/{link_id}")

    async def refund(self, reference: str, *, amount: int, key: str) -> None:
        self.refunds[key] = amount

    def says(self, key: bytes, **fields: Any) -> tuple[bytes, str]:
        body = msgspec.json.encode(fields)
        return body, hmac.digest(key, body, hashlib.sha256).hex()


def lots_of(parcels: dict[str, Parcel]) -> list[Submission]:
    return [decode(parcel.payload) for parcel in parcels.values()]
