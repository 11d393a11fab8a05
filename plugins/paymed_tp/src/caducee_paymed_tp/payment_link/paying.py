"""What a link and its provider's messages change in the book. Pure."""

from __future__ import annotations

from datetime import datetime

from caducee_paymed_tp.errors import LinkRefused, PatientNotAskable
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import CostBooked, Event, LinkMade, LinkMoved, PatientPaid
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.links import LinkStatus, PaymentLink
from caducee_paymed_tp.model.money import Cost
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.payment_link.provider import Said
from caducee_paymed_tp.unpaid.acting import patient_may_be_asked

OPEN = frozenset({LinkStatus.CREATED, LinkStatus.SENT, LinkStatus.OPENED})
_PLAIN = {"opened": LinkStatus.OPENED, "expired": LinkStatus.EXPIRED, "cancelled": LinkStatus.CANCELLED}


_ORDER = (LinkStatus.CREATED, LinkStatus.SENT, LinkStatus.OPENED)


def is_open(link: PaymentLink, now: datetime) -> bool:
    """Say whether a link may still be followed."""
    return link.status in OPEN and link.expires > now


def forward(old: LinkStatus, new: LinkStatus) -> bool:
    """Say whether an open link goes on by this: it never goes back, and what is over stays so."""
    return old in OPEN and (new not in OPEN or _ORDER.index(new) > _ORDER.index(old))


def link_open(book: Book, invoice: str, part: Part, now: datetime) -> PaymentLink | None:
    """Return the link of a part that may still be followed."""
    of_part = (one for one in book.links.values() if one.invoice == invoice and book.link_part[one.id] is part)
    return next((one for one in of_part if is_open(one, now)), None)


def link_made(book: Book, invoice: str, part: Part, *, link_id: str, expires: datetime, now: datetime) -> list[Event]:
    """Return the events of a new link for what the patient owes of a part; none while one for it is open.

    Raises:
        PatientNotAskable: the patient may not be asked for it.
        LinkRefused: the link that is open asks another amount.
    """
    claim = book.claims.get((invoice, part))
    if claim is None or claim.state is not State.PATIENT_DUE or not patient_may_be_asked(claim):
        raise PatientNotAskable
    if (known := link_open(book, invoice, part, now)) is not None:
        if known.amount != claim.owed:
            raise LinkRefused("a link of another amount is open")
        return []
    return [LinkMade(link=PaymentLink(id=link_id, invoice=invoice, amount=claim.owed, expires=expires), part=part)]


def events_of_message(book: Book, said: Said, now: datetime) -> list[Event]:
    """Return what a provider's message changes. The same message, or one that comes too late, changes nothing.

    Money that came counts, also on a link that has expired here: the provider has it. ``paid`` twice under two names
    is one payment.

    Raises:
        LinkRefused: the link is unknown or the amount is not its own.
    """
    if said.id in book.said:
        return []
    link = book.links.get(said.link)
    if link is None:
        raise LinkRefused("unknown link")
    if said.status == "paid":
        return _paid(book, link, said, now)
    if said.status == "refunded":
        return _refunded(book, link, said)
    if not forward(link.status, _PLAIN[said.status]):
        return []
    return [LinkMoved(id=link.id, status=_PLAIN[said.status], said=said.id, provider_reference=said.reference)]


def _paid(book: Book, link: PaymentLink, said: Said, now: datetime) -> list[Event]:
    if link.status in (LinkStatus.PAID, LinkStatus.REFUNDED):
        return []
    if said.amount != link.amount:
        raise LinkRefused("another amount than the link's")
    part = book.link_part[link.id]
    moved = LinkMoved(id=link.id, status=LinkStatus.PAID, said=said.id, provider_reference=said.reference)
    events: list[Event] = [
        moved,
        PatientPaid(invoice=link.invoice, part=part, amount=said.amount, how="link"),
    ]
    if said.fee > 0:
        cost = Cost(kind="payment_link", amount=said.fee, on=now.date(), reference=link.id)
        events.append(CostBooked(cost=cost))
    return events


def _refunded(book: Book, link: PaymentLink, said: Said) -> list[Event]:
    if link.status is not LinkStatus.PAID:
        return []
    if not 0 < said.amount <= link.amount - link.refunded:
        raise LinkRefused("more than what was paid")
    whole = said.amount + link.refunded == link.amount
    status = LinkStatus.REFUNDED if whole else LinkStatus.PAID
    part = book.link_part[link.id]
    return [
        LinkMoved(id=link.id, status=status, said=said.id, refunded=said.amount),
        PatientPaid(invoice=link.invoice, part=part, amount=-said.amount, how="refund"),
    ]


def turnable(book: Book, invoice: str, part: Part) -> bool:
    """Say whether a payer's part may be turned to the patient now."""
    claim = book.claims.get((invoice, part))
    return claim is not None and may(claim.state, Step.TURN_TO_PATIENT) and patient_may_be_asked(claim)
