"""What the events say of a practice up to one moment: documents and where they went, and what else was noted."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from caducee.outbox.contract import DeliveryState, EventRow, Store
from caducee.sharing.fact_kind import FactKind

_PAGE = 1000
_PLANNED = "delivery.planned"
_FACTS = frozenset(FactKind)


class Sent(msgspec.Struct, kw_only=True):
    """One delivery: its kind, where it stands, and the event that said so last."""

    kind: str
    state: str
    why: str
    seq: int


class Life(msgspec.Struct, kw_only=True):
    """One document that was handed over."""

    document_id: str
    type: str
    on: date
    seq: int
    why: str = ""
    reference: str = ""
    deliveries: dict[str, Sent] = {}

    def of_kind(self, kind: str) -> list[Sent]:
        """Return its deliveries of that kind."""
        return [sent for sent in self.deliveries.values() if sent.kind == kind]

    def reached(self, kind: str) -> bool:
        """Say whether all that goes that way has arrived: hidden and shown are two of them."""
        sent = self.of_kind(kind)
        ended = {DeliveryState.DELIVERED, DeliveryState.NOT_APPLICABLE}
        return all(one.state in ended for one in sent) and any(one.state == DeliveryState.DELIVERED for one in sent)


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, and the event it was read from."""

    kind: FactKind
    on: date
    seq: int
    code: str
    reference: str


class Practice(msgspec.Struct, kw_only=True):
    """Everything, in the order it happened. ``rows`` are the events themselves, by their ``seq``.

    ``authors`` says what the author of a document is (``10/SA07``), by what stands for the document.
    """

    documents: dict[str, Life] = {}
    noted: list[Noted] = []
    authors: dict[str, str] = {}
    rows: dict[int, EventRow] = {}

    def of(self, kind: FactKind, first: date, last: date) -> list[Noted]:
        """Return the facts of one kind in a period, both days included."""
        return [one for one in self.noted if one.kind is kind and first <= one.on <= last]

    def author_of(self, life: Life) -> str:
        """Return what the author of a document is (``10/SA07``); empty when no event says it."""
        return self.authors.get(life.reference, "")

    def take(self, row: EventRow) -> None:
        """Take the next event."""
        day = row.at.astimezone().date()
        if row.kind in _FACTS:
            kind = FactKind(row.kind)
            self.noted.append(Noted(kind=kind, on=day, seq=row.seq, code=row.code, reference=row.delivery_id))
            if kind is FactKind.AUTHORED:
                self.authors[row.delivery_id] = row.code
            if kind is FactKind.PUBLISHED and row.code:
                self.documents[row.document_id] = Life(
                    document_id=row.document_id,
                    type=row.code,
                    on=day,
                    seq=row.seq,
                    why=row.why,
                    reference=row.delivery_id,
                )
        elif row.document_id in self.documents and row.delivery_id:
            self._deliver(self.documents[row.document_id].deliveries, row)
        else:
            return
        self.rows[row.seq] = row

    def _deliver(self, deliveries: dict[str, Sent], row: EventRow) -> None:
        if row.kind == _PLANNED:
            deliveries[row.delivery_id] = Sent(kind=row.code, state=row.state, why=row.why, seq=row.seq)
        elif row.state and row.delivery_id in deliveries:
            sent = deliveries[row.delivery_id]
            sent.state, sent.why, sent.seq = row.state, row.why, row.seq


async def read_practice(store: Store, *, as_of: date) -> Practice:
    """Read the events up to the end of that day, where the practice is."""
    practice, after = Practice(documents={}, noted=[], authors={}, rows={}), 0
    while page := await store.events(after, _PAGE):
        for row in page:
            if row.at.astimezone().date() <= as_of:
                practice.take(row)
        after = page[-1].seq
    return practice


def year_of(as_of: date) -> tuple[date, date]:
    """Return the calendar year up to that day."""
    return date(as_of.year, 1, 1), as_of


def moment(row: EventRow) -> datetime:
    """Return when an event was, where the practice is."""
    return row.at.astimezone()
