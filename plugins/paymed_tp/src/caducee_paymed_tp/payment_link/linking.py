"""Payment links of this practice, their provider's messages, and fees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from caducee.errors import CapabilityMissing
from caducee.model.practice import Actor
from caducee_paymed_tp.api import OpenedLink
from caducee_paymed_tp.config import LinkConfig
from caducee_paymed_tp.desk import Desk
from caducee_paymed_tp.errors import LinkRefused
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event
from caducee_paymed_tp.model.links import LinkStatus
from caducee_paymed_tp.model.money import Cost
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.payment_link import token
from caducee_paymed_tp.payment_link.paying import OPEN, events_of_message, forward, is_open, link_made, link_open
from caducee_paymed_tp.payment_link.provider import LABEL, Provider, read_webhook


class Links:
    """Makes links, takes messages, asks for refunds."""

    def __init__(self, desk: Desk, provider: Provider | None) -> None:
        self._desk = desk
        self._provider = provider

    async def open_link(self, invoice: str, part: Part, *, acting: Actor) -> OpenedLink:
        """Make a link, or give the open one again: kept first, then prepared at the provider, who takes it once."""
        settings, provider = self._link(), self._provided()
        now = self._desk.context.clock.now()
        link_id, expires = token.new_id(), (now + timedelta(hours=settings.hours)).replace(microsecond=0)

        def make(book: Book) -> Sequence[Event]:
            return link_made(book, invoice, part, link_id=link_id, expires=expires, now=now)

        await self._desk.ledger.add(f"link:{link_id}", by=acting.named, make=make)
        link = link_open((await self._desk.ledger.book()), invoice, part, now)
        assert link is not None
        checkout = await provider.create(link.id, amount=link.amount, label=LABEL, expires=link.expires)
        await self._moved(link.id, LinkStatus.SENT, acting.named, provider_reference=checkout.reference)
        key = self._desk.context.secret(settings.token_key, key="link.token_key")
        address = f"{settings.address.rstrip('/')}/{token.sign(link.id, link.expires, key=key)}"
        return OpenedLink(link=(await self._desk.ledger.book()).links[link.id], address=address)

    async def follow_link(self, said: str) -> str:
        """Return where the patient pays, and note that they came."""
        settings, provider = self._link(), self._provided()
        now = self._desk.context.clock.now()
        key = self._desk.context.secret(settings.token_key, key="link.token_key")
        link_id = token.verify(said, key=key, now=now)
        link = (await self._desk.ledger.book()).links.get(link_id)
        if link is None or not is_open(link, now):
            raise LinkRefused("it is over")
        checkout = await provider.create(link.id, amount=link.amount, label=LABEL, expires=link.expires)
        await self._moved(link.id, LinkStatus.OPENED, "patient", provider_reference=checkout.reference)
        return checkout.address

    async def cancel_link(self, link_id: str, *, acting: Actor) -> None:
        """Close a link that was not paid: nobody can follow it any more."""
        link = (await self._desk.ledger.book()).links.get(link_id)
        if link is None or link.status not in OPEN:
            raise LinkRefused("it is over")
        await self._moved(link_id, LinkStatus.CANCELLED, acting.named)

    async def _moved(self, link_id: str, status: LinkStatus, by: str, *, provider_reference: str = "") -> None:
        def make(book: Book) -> Sequence[Event]:
            if not forward(book.links[link_id].status, status):
                return []
            return [e.LinkMoved(id=link_id, status=status, provider_reference=provider_reference)]

        await self._desk.ledger.add(f"link_moved:{link_id}:{status}", by=by, make=make)

    def _provided(self) -> Provider:
        if self._provider is None:
            raise CapabilityMissing("no payment provider is configured: link.provider")
        return self._provider

    async def refund(self, link_id: str, amount: int, *, key: str, acting: Actor) -> None:
        """Ask the provider to give money back; its message then says that it did."""
        provider = self._provided()
        link = (await self._desk.ledger.book()).links.get(link_id)
        if link is None or link.status is not LinkStatus.PAID or not 0 < amount <= link.amount - link.refunded:
            raise LinkRefused("nothing to give back")
        async with self._desk.context.state.transaction() as tx:
            await tx.audit("tp.refund", actor=acting.named, detail=link_id)
        await provider.refund(link.provider_reference, amount=amount, key=key)

    async def webhook(self, body: bytes, signature: str) -> None:
        """Take a provider's message."""
        key = self._desk.context.secret(self._link().webhook_key, key="link.webhook_key")
        said = read_webhook(body, signature, key=key)
        now = self._desk.context.clock.now()
        make = partial(events_of_message, said=said, now=now)
        await self._desk.ledger.add(f"webhook:{said.id}", by="automaton:provider", make=make)

    def _link(self) -> LinkConfig:
        if self._desk.config.link is None:
            raise CapabilityMissing("[plugins.paymed_tp.link] is not configured")
        return self._desk.config.link

    async def book_cost(self, cost: Cost, *, key: str, acting: Actor) -> None:
        """Book a fee."""
        await self._desk.ledger.add(f"cost:{key}", by=acting.named, make=lambda _: [e.CostBooked(cost=cost)])
