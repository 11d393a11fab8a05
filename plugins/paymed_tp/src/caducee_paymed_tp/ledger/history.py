"""Everything that ever happened to one invoice, read from the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.events import Entry, Event


class _Trail:
    """The files, wires and matches that an invoice has to do with, found as the ledger goes on."""

    def __init__(self, invoice: str) -> None:
        self._invoice = invoice
        self._files: set[str] = set()
        self._notices: set[str] = set()
        self._matches: set[str] = set()

    def learn(self, event: Event) -> None:
        if isinstance(event, (e.Answered, e.Advanced)) and event.invoice == self._invoice and event.notice:
            self._notices.add(event.notice)

    def concerns(self, event: Event) -> bool:
        if isinstance(event, e.InvoiceTaken):
            return self._invoice in (event.invoice.id, event.invoice.replaces)
        if isinstance(event, e.LotClosed) and self._invoice in event.transmission.lot.invoices:
            self._files.add(event.transmission.file_id)
            return True
        if isinstance(event, (e.LotSent, e.ReceiptCame, e.ReceiptOverdue)):
            return event.file_id in self._files
        if isinstance(event, e.MoneyMissing):
            return event.notice in self._notices
        return self._of_money(event)

    def _of_money(self, event: Event) -> bool:
        if isinstance(event, e.NoticeCame):
            return event.id in self._notices
        if isinstance(event, e.Matched) and self._notices.intersection(event.match.notices):
            self._matches.add(event.id)
            return True
        if isinstance(event, e.MatchUndone):
            return event.id in self._matches
        return getattr(event, "invoice", None) == self._invoice


def history_of(invoice: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that concern an invoice, each with only the events that do."""
    trail, found = _Trail(invoice), []
    for entry in entries:
        for event in entry.events:
            trail.learn(event)
        about = tuple(event for event in entry.events if trail.concerns(event))
        if about:
            found.append(msgspec.structs.replace(entry, events=about))
    return tuple(found)
