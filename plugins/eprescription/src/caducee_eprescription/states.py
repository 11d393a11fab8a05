"""Where a prescription stands, and what happened to it: the words of its life."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class RxState(StrEnum):
    """DRAFT → VALIDATED → REGISTERING → REGISTERED → PARTIALLY_DISPENSED → DISPENSED, or out of the way.

    ``LOCAL_ONLY`` is final: paper and CDA carry no code. ``REJECTED`` goes back to the doctor, with the same number.
    """

    DRAFT = "draft"
    VALIDATED = "validated"
    REGISTERING = "registering"
    REGISTERED = "registered"
    PARTIALLY_DISPENSED = "partially_dispensed"
    DISPENSED = "dispensed"
    REJECTED = "rejected"
    LOCAL_ONLY = "local_only"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"


AT_THE_BASE = frozenset(
    {RxState.REGISTERED, RxState.PARTIALLY_DISPENSED, RxState.DISPENSED, RxState.CANCELLED, RxState.REPLACED}
    | {RxState.EXPIRED}
)
"""The states of a prescription that the national base has confirmed."""


class Action(StrEnum):
    """What a pharmacist did with a line."""

    DISPENSED = "dispensed"
    SUBSTITUTED = "substituted"
    CHANGED = "changed"
    NOT_DISPENSED = "not_dispensed"


class LineDispensed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one line in one dispensation. ``line`` is its path in the model (``medicines[0]``).

    ``remaining`` counts the deliveries still to come (renewals included); ``product`` is what was given in place.
    """

    line: str
    action: Action
    quantity: str = ""
    product: str = ""
    reason: str = ""
    remaining: int = 0


class Dispensation(msgspec.Struct, frozen=True, kw_only=True):
    """What a pharmacy did at once. ``at`` is UTC ISO; ``pharmacy`` is its name."""

    identifier: str
    at: str
    pharmacy: str
    lines: tuple[LineDispensed, ...]
    cancelled: bool = False
