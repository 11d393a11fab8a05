"""The rows that a NOEMIE PS file comes to: wires, invoices with their parts, movements."""

from __future__ import annotations

from datetime import date

import msgspec

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.noemie.entities import Entity, FileEnd, FileStart


class Wire(msgspec.Struct, frozen=True, kw_only=True, tag="wire"):
    """A transfer that the payer announces (071), or the day of it (070). The bank line carries its labels."""

    day: date | None
    labels: tuple[str, ...]
    paying_org: str
    payee: str
    offset: int
    raw: bytes


class ReturnedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an invoice. ``state``: P paid, R rejected, D deferred, empty when not treated. Amounts in cents.

    ``asked`` is ``None`` where the file gives acts only; ``paid`` carries its sign.
    ``offset`` is that of its entity, of the invoice where there are acts only.
    """

    part: str
    asked: int | None
    paid: int
    state: str
    offset: int
    amc_id: str = ""
    member_id: str = ""


class ReturnedAct(msgspec.Struct, frozen=True, kw_only=True):
    """One act (210): amounts in cents, ``refunded`` with its sign; ``zones`` is all the entity gives."""

    refunded: int
    amc_amount: int
    expense: int
    zones: dict[str, Value]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A reject or a flag (290, 294). ``part`` is AMO, AMC, or empty where the entity does not say."""

    code: str
    label: str
    part: str = ""
    scope: str = ""
    line: str = ""


class ReturnedInvoice(msgspec.Struct, frozen=True, kw_only=True, tag="invoice"):
    """What came back for one invoice. ``records`` are its entities as they were received: bytes and offset."""

    number: str
    complement: str
    lot_no: str
    lot_date: date | None
    kind: str
    wire: Wire | None
    parts: tuple[ReturnedPart, ...]
    acts: tuple[ReturnedAct, ...]
    reasons: tuple[Reason, ...]
    comments: tuple[str, ...]
    offset: int
    records: tuple[Entity, ...]

    @property
    def paid(self) -> int:
        """Cents paid for it in this file."""
        return sum(part.paid for part in self.parts)


class Movement(msgspec.Struct, frozen=True, kw_only=True, tag="movement"):
    """Money that belongs to no invoice: retention (250, negative when withheld) or lump sum (261). Cents."""

    kind: str
    amount: int
    remaining: int
    reference: str
    reason: str
    operation: str
    wire: Wire | None
    offset: int
    records: tuple[Entity, ...]


class WireTotal(msgspec.Struct, frozen=True, kw_only=True, tag="wire_total"):
    """What a wire comes to: the amount to find at the bank. ``wire`` is ``None`` for money that no wire announces."""

    wire: Wire | None
    paid: int
    invoices: int
    movements: int


class Aside(msgspec.Struct, frozen=True, kw_only=True, tag="aside"):
    """An entity that stands in no invoice and moves no money: a comment, a flag, a type that no table describes."""

    wire: Wire | None
    entity: Entity


ReturnRow = FileStart | Wire | ReturnedInvoice | Movement | WireTotal | Aside | FileEnd
