"""What ``publish()`` gives back: where each delivery stands, and waiting for it."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import msgspec

from caducee.documents.sentences import Explain, explain_opposition, explain_row
from caducee.errors import CaduceeError, Explanation
from caducee.outbox.contract import FINAL, DeliveryRow, DeliveryState, Store
from caducee.sharing.opposition import Opposition
from caducee.sharing.oppositions import OPPOSED, stopped_by

_POLL = 0.05


class UnknownTicket(CaduceeError):
    """No publication has this identifier in this store."""

    code = "ticket.unknown"
    sentence = "Ce document n'est pas dans ce stockage."
    remedy = "Vérifiez l'identifiant et le dossier de données."


class DeliveryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery: its row, what to tell the person at the desk, and what the patient is against if it stopped it."""

    row: DeliveryRow
    explanation: Explanation
    opposition: Opposition | None = None

    @property
    def state(self) -> DeliveryState:
        """Where it stands."""
        return self.row.state

    @property
    def why(self) -> str:
        """Why it waits or does not apply; empty otherwise."""
        return self.row.why


class Ticket:
    """A publication that can no longer be lost.

    It is only a view: closing the program loses nothing, and ``kernel.documents.ticket(document_id)`` gives it again.
    """

    def __init__(self, store: Store, document_id: str, *, explain: Explain) -> None:
        self._store = store
        self._explain = explain
        self.document_id = document_id

    async def deliveries(self) -> tuple[DeliveryStatus, ...]:
        """Return where each delivery stands now, in the order of the audience.

        Raises:
            UnknownTicket: the store does not hold this publication.
        """
        return await self._statuses(await self._rows())

    async def signed(self) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery that goes is prepared: signed, where its service wants a signature."""
        return await self._until(lambda row: row.prepared or row.state in FINAL)

    async def settled(self) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery has ended: delivered, rejected or not applicable. May wait for a person."""
        return await self._until(lambda row: row.state in FINAL)

    async def reached(self, state: DeliveryState) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery is in ``state``."""
        return await self._until(lambda row: row.state is state)

    async def _until(self, holds: Callable[[DeliveryRow], bool]) -> tuple[DeliveryStatus, ...]:
        while True:
            rows = await self._rows()
            if all(holds(row) for row in rows):
                return await self._statuses(rows)
            await anyio.sleep(_POLL)

    async def _rows(self) -> tuple[DeliveryRow, ...]:
        stored = await self._store.document(self.document_id)
        if stored is None:
            raise UnknownTicket(self.document_id)
        return stored.deliveries

    async def _statuses(self, rows: tuple[DeliveryRow, ...]) -> tuple[DeliveryStatus, ...]:
        return tuple([await self._status(row) for row in rows])

    async def _status(self, row: DeliveryRow) -> DeliveryStatus:
        against = await stopped_by(self._store, row.delivery_id) if row.why == OPPOSED else None
        if against is not None:
            return DeliveryStatus(row=row, explanation=explain_opposition(against), opposition=against)
        return DeliveryStatus(row=row, explanation=await explain_row(row, self._explain))
