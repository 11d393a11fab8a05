"""From entities to what a practice wants to know: which invoice was paid, rejected or deferred, in which wire.

Built from any mix of entities, because the composition of each reference is not public: an invoice begins at 100 or 102
and takes what follows it; a wire begins at 071, or at 070 where there is no 071.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from caducee_paymed_tp.formats.noemie.building import invoice_of, movement_of, wire_of
from caducee_paymed_tp.formats.noemie.controls import Controls
from caducee_paymed_tp.formats.noemie.entities import FORMAT, INVOICE, WIRE, Entity, FileStart
from caducee_paymed_tp.formats.noemie.reader import Item
from caducee_paymed_tp.formats.noemie.rows import Aside, ReturnRow, Wire, WireTotal
from caducee_paymed_tp.formats.quarantine import FormatFault, Place

INVOICE_LIMIT = 10_000
"""Entities of one invoice; beyond this the file is not what it says."""

_MONEY = frozenset({"198", "199", "210"})
_MOVEMENTS = frozenset({"250", "261"})
_OUTSIDE = frozenset({"020", "040", "070", "071", "080", "081", "990", "250", "261", "262"})


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
        self.told = 0
        self._payee = ""
        self._wire: Wire | None = None
        self._announced = ""
        self._shown = True
        self._invoice: list[Entity] = []
        self._movement: list[Entity] = []
        self._lot: Entity | None = None
        self._paid = self._invoices = self._movements = 0

    def take(self, entity: Entity) -> Iterator[ReturnRow]:
        if entity.type in INVOICE or entity.type in _OUTSIDE:
            yield from self._finish_invoice()
        if entity.type != "262":
            yield from self._finish_movement()
        if entity.type in INVOICE or (self._invoice and entity.type not in _OUTSIDE):
            self._invoice.append(entity)
            if len(self._invoice) > INVOICE_LIMIT:
                raise FormatFault("noemie.oversized", _place(entity))
        elif entity.type in _MONEY:
            raise FormatFault("record.order", _place(entity))
        elif entity.type in _OUTSIDE:
            yield from self._context(entity)
        else:
            yield from self._show()
            yield Aside(wire=self._wire, entity=entity)

    def end(self) -> Iterator[ReturnRow]:
        yield from self._finish_invoice()
        yield from self._finish_movement()
        yield from self._close_wire()

    def _context(self, entity: Entity) -> Iterator[ReturnRow]:
        if entity.type in WIRE:
            yield from self._announce(entity)
        elif entity.type in _MOVEMENTS or (entity.type == "262" and self._movement):
            self._movement.append(entity)
        elif entity.type == "262":
            yield from self._show()
            yield Aside(wire=self._wire, entity=entity)
        elif entity.type == "080":
            self._lot = entity
        elif entity.type in ("020", "040"):
            yield from self._pay_to(entity.text("payee_id") if entity.type == "040" else "")

    def _announce(self, entity: Entity) -> Iterator[ReturnRow]:
        """A 070 and a 071 with nothing between them are one wire, the 071."""
        together = not self._shown and self._announced != entity.type
        if together and entity.type == "070":
            return
        if not together:
            yield from self._close_wire()
        self._wire, self._announced, self._shown = wire_of(entity, self._payee), entity.type, False
        self._lot = None

    def _pay_to(self, payee: str) -> Iterator[ReturnRow]:
        """Another payee ends a wire that holds something; one that was only announced is theirs."""
        self._payee, self._lot = payee, None
        if self._shown:
            yield from self._close_wire()
        elif self._wire is not None:
            self._wire = msgspec.structs.replace(self._wire, payee=payee)

    def _show(self) -> Iterator[ReturnRow]:
        if self._wire is not None and not self._shown:
            yield self._wire
        self._shown = True

    def _close_wire(self) -> Iterator[ReturnRow]:
        yield from self._show()
        if self._wire is not None or self._invoices or self._movements:
            yield WireTotal(wire=self._wire, paid=self._paid, invoices=self._invoices, movements=self._movements)
        self.told += self._paid
        self._wire, self._paid, self._invoices, self._movements = None, 0, 0, 0

    def _finish_invoice(self) -> Iterator[ReturnRow]:
        if self._invoice:
            yield from self._show()
            made = invoice_of(tuple(self._invoice), self._wire, lot=self._lot, include_amc=self._include_amc)
            self._invoice = []
            self._paid += made.paid
            self._invoices += 1
            yield made

    def _finish_movement(self) -> Iterator[ReturnRow]:
        if self._movement:
            yield from self._show()
            made = movement_of(tuple(self._movement), self._wire)
            self._movement = []
            self._paid += made.amount
            self._movements += 1
            yield made


def _place(entity: Entity) -> Place:
    return Place(format=FORMAT, offset=entity.offset, record=entity.number)
