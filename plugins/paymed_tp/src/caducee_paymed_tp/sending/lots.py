"""Which invoices leave together: one professional, one destination, one security mode a lot. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime

from caducee_paymed_tp.errors import TransitionRefused
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event, LotClosed
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.parts import Part, Security, State
from caducee_paymed_tp.model.sending import Lot, Transmission

HIGHEST_LOT = 999
"""Lot numbers have three digits in B2."""


def lots_to_close(book: Book, now: datetime, *, most: int) -> tuple[Event, ...]:
    """Return a lot for all that is ready, ``most`` invoices in each."""
    groups: dict[tuple[str, str, Security], list[Invoice]] = defaultdict(list)
    for invoice in book.invoices.values():
        if _ready(book, invoice.id):
            groups[invoice.ps, invoice.destination, invoice.security].append(invoice)
    events: list[Event] = []
    numbers = _Numbers(book)
    for (ps, destination, security), invoices in sorted(groups.items()):
        for start in range(0, len(invoices), most):
            chosen = invoices[start : start + most]
            lot = Lot(
                number=numbers.next(ps),
                ps=ps,
                destination=destination,
                security=security,
                closed=now.date(),
                invoices=tuple(one.id for one in chosen),
            )
            events.append(LotClosed(transmission=_transmission(lot, chosen, attempt=1)))
    return tuple(events)


def again(book: Book, file_id: str) -> Event:
    """Return the same lot in a new file.

    Raises:
        TransitionRefused: the file is unknown, waits for its receipt, or was accepted.
    """
    known = book.transmissions.get(file_id)
    if known is None:
        raise TransitionRefused("unknown", "resend")
    claims = [claim for one in known.lot.invoices for claim in book.parts(one) if claim.part is not Part.PATIENT]
    for claim in claims:
        if not may(claim.state, Step.PUT_IN_LOT):
            raise TransitionRefused(claim.state, Step.PUT_IN_LOT)
    attempt = 1 + sum(1 for one in book.transmissions.values() if one.digest == known.digest)
    return LotClosed(transmission=_transmission(known.lot, [book.invoices[i] for i in known.lot.invoices], attempt))


def _ready(book: Book, invoice: str) -> bool:
    parts = [claim for claim in book.parts(invoice) if claim.part is not Part.PATIENT]
    return bool(parts) and all(claim.state is State.READY for claim in parts)


def _transmission(lot: Lot, invoices: list[Invoice], attempt: int) -> Transmission:
    content = [lot.ps, lot.destination, lot.security, str(lot.number), lot.closed.isoformat()]
    content += [f"{one.id}/{one.number}/{one.digest}/{one.billed}" for one in invoices]
    digest = hashlib.sha256("\0".join(content).encode()).hexdigest()
    return Transmission(file_id=f"{digest[:16]}-{attempt}", lot=lot, digest=digest)


class _Numbers:
    """The next lot number of each professional."""

    def __init__(self, book: Book) -> None:
        known = {(one.lot.ps, one.digest) for one in book.transmissions.values()}
        self._used: dict[str, int] = defaultdict(int)
        for ps, _ in known:
            self._used[ps] += 1

    def next(self, ps: str) -> int:
        self._used[ps] += 1
        return (self._used[ps] - 1) % HIGHEST_LOT + 1
