"""A payment link for what the patient owes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class LinkStatus(StrEnum):
    """Where a link stands."""

    CREATED = "created"
    SENT = "sent"
    OPENED = "opened"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class PaymentLink(msgspec.Struct, frozen=True, kw_only=True):
    """One link. ``id`` has 128 random bits; neither it nor the label says anything of care or of the patient."""

    id: str
    invoice: str
    amount: int
    expires: datetime
    status: LinkStatus = LinkStatus.CREATED
    provider_reference: str = ""
    refunded: int = 0
