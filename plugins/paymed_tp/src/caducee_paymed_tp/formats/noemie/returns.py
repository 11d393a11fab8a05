"""From entities to what a practice wants to know: which invoice was paid, rejected or deferred, in which wire.

Built from any mix of entities, because the composition of each reference is not public: an invoice begins at 100 or 102
and takes what follows it; a wire begins at 071, or at 070 where there is no 071.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.noemie.controls import Controls
from caducee_paymed_tp.formats.noemie.entities import FORMAT, INVOICE, REASONS, Entity, FileEnd, FileStart
from caducee_paymed_tp.formats.noemie.reader import Item
from caducee_paymed_tp.formats.quarantine import FormatFault, Place

INVOICE_LIMIT = 10_000
"""Entities of one invoice; beyond this the file is not what it says."""

_MONEY = frozenset({"198", "199", "210"})
_OUTSIDE = frozenset({"020", "040", "070", "071", "080", "081", "990", "250", "261", "262"})


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


def read_returns(items: Iterable[Item], *, controls: Controls | None = None) -> Iterator[ReturnRow]:
    """Yield what a stream of entities says, in its order; memory: one invoice.

    The wires of a file together come to what its last block says. ``controls`` must be those that read ``items``.

    Raises:
        FormatFault: whatever the reader of ``items`` raises; an invoice that does not end; money outside an invoice.
    """
    include_amc = (controls or Controls()).acts_include_amc
    fold = _Fold(include_amc=include_amc)
    for item in items:
        if isinstance(item, Entity):
            yield from fold.take(item)
        elif isinstance(item, FileStart):
            fold = _Fold(include_amc=include_amc)
            yield item
        else:
            yield from fold.end()
            if fold.told != item.paid:
                raise FormatFault("file.sum", Place(format=FORMAT, offset=item.offset))
            yield item


class _Fold:
    def __init__(self, *, include_amc: bool) -> None:
        self._include_amc = include_amc
        self._payee = ""
        self.told = 0
        self._wire: Wire | None = None
        self._invoice: list[Entity] = []
        self._detailed: list[Entity] = []
        self._lot: Entity | None = None
        self._paid = self._invoices = self._movements = 0

    def take(self, entity: Entity) -> Iterator[ReturnRow]:
        if entity.type in INVOICE or entity.type in _OUTSIDE:
            yield from self._finish_invoice()
        if entity.type != "262":
            yield from self._finish_movement()
        if entity.type in ("070", "071"):
            yield from self._open_wire(entity)
        elif entity.type in INVOICE or (self._invoice and entity.type not in _OUTSIDE):
            self._invoice.append(entity)
            if len(self._invoice) > INVOICE_LIMIT:
                raise FormatFault("noemie.oversized", Place(format=FORMAT, offset=entity.offset, record=entity.number))
        elif entity.type in _MONEY:
            raise FormatFault("record.order", Place(format=FORMAT, offset=entity.offset, record=entity.number))
        elif entity.type in _OUTSIDE:
            self._context(entity)
        else:
            yield Aside(wire=self._wire, entity=entity)

    def end(self) -> Iterator[ReturnRow]:
        yield from self._finish_invoice()
        yield from self._finish_movement()
        yield from self._close_wire()

    def _context(self, entity: Entity) -> None:
        if entity.type in ("250", "261", "262"):
            self._detailed.append(entity)
        elif entity.type == "080":
            self._lot = entity
        elif entity.type == "040":
            self._payee = entity.text("payee_id")

    def _open_wire(self, entity: Entity) -> Iterator[ReturnRow]:
        yield from self._close_wire()
        day = entity.values.get("date") or entity.values.get("accounting_date")
        labels = (entity.text("wire_label_1"), entity.text("wire_label_2"))
        self._wire = Wire(
            day=day if isinstance(day, date) else None,
            labels=tuple(label for label in labels if label),
            paying_org=entity.text("paying_org"),
            payee=self._payee,
            offset=entity.offset,
            raw=entity.raw,
        )
        yield self._wire

    def _close_wire(self) -> Iterator[ReturnRow]:
        if self._wire is not None or self._invoices or self._movements:
            yield WireTotal(wire=self._wire, paid=self._paid, invoices=self._invoices, movements=self._movements)
        self.told += self._paid
        self._wire, self._paid, self._invoices, self._movements = None, 0, 0, 0

    def _finish_invoice(self) -> Iterator[ReturnRow]:
        if self._invoice:
            made = _invoice(tuple(self._invoice), self._wire, lot=self._lot, include_amc=self._include_amc)
            self._invoice = []
            self._paid += made.paid
            self._invoices += 1
            yield made

    def _finish_movement(self) -> Iterator[ReturnRow]:
        if self._detailed and self._detailed[0].type != "262":
            made = _movement(tuple(self._detailed), self._wire)
            self._paid += made.amount
            self._movements += 1
            yield made
        self._detailed = []


def _invoice(
    records: tuple[Entity, ...], wire: Wire | None, *, lot: Entity | None, include_amc: bool
) -> ReturnedInvoice:
    head = records[0]
    acts = tuple(_act(entity) for entity in records if entity.type == "210")
    lot_date = head.values.get("lot_date") or (lot.values.get("lot_date") if lot else None)
    return ReturnedInvoice(
        number=head.text("invoice_no"),
        complement=head.text("invoice_no_complement"),
        lot_no=head.text("lot_no") or (lot.text("lot_no") if lot else ""),
        lot_date=lot_date if isinstance(lot_date, date) else None,
        kind=head.text("invoice_type"),
        wire=wire,
        parts=_parts(records, acts, include_amc=include_amc),
        acts=acts,
        reasons=tuple(_reason(entity) for entity in records if entity.type in REASONS),
        comments=tuple(entity.text("text") for entity in records if entity.type == "295"),
        offset=head.offset,
        records=records,
    )


def _parts(
    records: tuple[Entity, ...], acts: tuple[ReturnedAct, ...], *, include_amc: bool
) -> tuple[ReturnedPart, ...]:
    given = tuple(_part(entity) for entity in records if entity.type in ("198", "199"))
    if given or not acts:
        return given
    at = records[0].offset
    amo = ReturnedPart(part="AMO", asked=None, paid=sum(act.refunded for act in acts), state="P", offset=at)
    amc = ReturnedPart(part="AMC", asked=None, paid=sum(act.amc_amount for act in acts), state="P", offset=at)
    return (amo, amc) if include_amc else (amo,)


def _part(entity: Entity) -> ReturnedPart:
    return ReturnedPart(
        part="AMO" if entity.type == "198" else "AMC",
        asked=entity.cents("asked"),
        paid=entity.signed("paid"),
        state=entity.text("state"),
        offset=entity.offset,
        amc_id=entity.text("amc_id"),
        member_id=entity.text("member_id"),
    )


def _act(entity: Entity) -> ReturnedAct:
    return ReturnedAct(
        refunded=entity.signed("refunded"),
        amc_amount=entity.cents("amc_amount"),
        expense=entity.cents("expense"),
        zones=entity.values,
    )


def _reason(entity: Entity) -> Reason:
    return Reason(
        code=entity.text("code"),
        label=entity.text("label"),
        part={"O": "AMO", "C": "AMC"}.get(entity.text("part"), ""),
        scope=entity.text("scope"),
        line=entity.text("line"),
    )


def _movement(records: tuple[Entity, ...], wire: Wire | None) -> Movement:
    head = records[0]
    return Movement(
        kind="retention" if head.type == "250" else "lump_sum",
        amount=head.signed("amount"),
        remaining=head.cents("remaining"),
        reference=head.text("debt_ref") or head.text("code"),
        reason=head.text("debt_kind"),
        operation=head.text("operation"),
        wire=wire,
        offset=head.offset,
        records=records,
    )
