"""What leaves, and what says that it arrived."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from caducee_paymed_tp.model.invoices import Text
from caducee_paymed_tp.model.parts import Security


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """Invoices of one professional, one destination and one security mode. ``number`` has three digits in B2."""

    number: int
    ps: str
    destination: str
    security: Security
    closed: date
    invoices: tuple[str, ...]


class Arl(StrEnum):
    """The logical receipt of a file. A positive one says that it conforms, not that it will be paid."""

    NONE = "none"
    POSITIVE = "positive"
    NEGATIVE = "negative"


class Transmission(msgspec.Struct, frozen=True, kw_only=True):
    """One file on its way. The same lot sent again is another transmission, with another ``file_id``.

    ``digest`` is that of the lot's content: two transmissions of one lot have the same.
    """

    file_id: str
    lot: Lot
    digest: str
    sent: datetime | None = None
    arl: Arl = Arl.NONE
    code: str = ""
    stale: bool = False


class Receipt(msgspec.Struct, frozen=True, kw_only=True, tag="receipt"):
    """An ARL as read from the concentrator: ``digest`` of the file that held it, ``offset`` of the line."""

    file_id: Text
    positive: bool
    digest: str
    code: str = ""
    offset: int = 0
