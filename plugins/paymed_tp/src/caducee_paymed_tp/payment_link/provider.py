"""What a payment provider offers, and its signed messages."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from caducee_paymed_tp.errors import LinkRefused

LABEL = "Paiement au cabinet médical"
"""What the patient's bank shows: never an act, a name or a date of care."""


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that the provider has prepared. ``reference`` is its own."""

    reference: str
    address: str


class Provider(Protocol):
    """A payment provider. An adapter implements it; the sandbox has a fake one."""

    async def create(self, link_id: str, *, amount: int, label: str, expires: datetime) -> Checkout:
        """Prepare a payment of ``amount`` cents. The same ``link_id`` twice is one payment.

        Raises:
            ServiceUnavailable, ServiceRejected, OutcomeUnknown.
        """
        ...

    async def refund(self, reference: str, *, amount: int, key: str) -> None:
        """Give back ``amount`` cents. The same ``key`` twice is one refund.

        Raises:
            ServiceUnavailable, ServiceRejected, OutcomeUnknown.
        """
        ...


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a provider. ``id`` is its own name of the message; ``fee`` is what it kept, in cents."""

    id: str
    link: str
    status: Literal["opened", "paid", "expired", "cancelled", "refunded"]
    amount: int = 0
    reference: str = ""
    fee: int = 0


def read_webhook(body: bytes, signature: str, *, key: bytes) -> Said:
    """Return a provider's message once its HMAC-SHA-256 signature (hexadecimal, of the very bytes) is verified.

    Raises:
        LinkRefused: it is not signed with ``key``, or is not a message.
    """
    expected = hmac.digest(key, body, hashlib.sha256).hex()
    if not signature.isascii() or not hmac.compare_digest(signature.strip().lower(), expected):
        raise LinkRefused("the signature does not fit")
    try:
        return msgspec.json.decode(body, type=Said)
    except msgspec.DecodeError:
        raise LinkRefused("not a message") from None
