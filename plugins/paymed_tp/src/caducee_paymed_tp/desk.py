"""What every piece of the service works with: the context, the ledger, the payers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from caducee.contracts.plugin import PluginContext
from caducee.model.practice import Actor
from caducee_paymed_tp.config import TpConfig
from caducee_paymed_tp.errors import TransitionRefused
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event
from caducee_paymed_tp.ledger.store import Also, Ledger
from caducee_paymed_tp.payers.register import Payers


class Desk:
    """One ledger, and the common way of acting on one invoice."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.config: TpConfig = context.config
        self.payers = Payers(self.config.payers)
        self.ledger = Ledger(context.state, context.clock)

    @property
    def today(self) -> date:
        """The day of the clock."""
        return self.context.clock.now().date()

    async def once(self, *what: object) -> str:
        """Return a key for an act on the ledger as it stands now."""
        return ":".join(map(str, (*what, (await self.ledger.book()).number)))

    async def act(
        self, key: str, invoice: str, events: Sequence[Event], acting: Actor, *, also: Also | None = None
    ) -> None:
        """Append events about an invoice of ours.

        Raises:
            TransitionRefused: the invoice is unknown, or cannot go there.
        """

        def make(book: Book) -> Sequence[Event]:
            if invoice not in book.invoices:
                raise TransitionRefused("unknown", "act")
            return events

        await self.ledger.add(key, by=acting.named, make=make, also=also)
