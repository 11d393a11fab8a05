"""What the practice's software asks of third-party payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import msgspec

from caducee.errors import Finding
from caducee.model.patient import Patient
from caducee.model.practice import Actor, Practitioner
from caducee.services import ServiceKey
from caducee_paymed_tp.dashboard.figures import Dashboard
from caducee_paymed_tp.importing.booking import Imported
from caducee_paymed_tp.ledger.book import Claim
from caducee_paymed_tp.ledger.events import Entry, Unplaced
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.links import PaymentLink
from caducee_paymed_tp.model.money import Cost, Match
from caducee_paymed_tp.model.parts import InvoiceStatus, Part
from caducee_paymed_tp.model.unpaid import Action
from caducee_paymed_tp.reconciliation.showing import MatchDetail, OpenMoney
from caducee_paymed_tp.returns.correcting import Correction
from caducee_paymed_tp.unpaid.acting import NextAction


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one invoice stands, part by part. ``corrections``: what to do about what was refused."""

    invoice: Invoice
    status: InvoiceStatus
    claims: tuple[Claim, ...]
    corrections: tuple[Correction, ...] = ()


class OpenedLink(msgspec.Struct, frozen=True, kw_only=True):
    """A new link: ``address`` is sent to the patient by the practice."""

    link: PaymentLink
    address: str


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What was confirmed by itself, and what waits for a person, the surest first."""

    confirmed: tuple[Match, ...]
    proposed: tuple[Match, ...]


class ThirdPartyPayment(Protocol):
    """Third-party payment of this installation. ``kernel.use(TP)`` lends it. Amounts are cents."""

    async def take(self, invoice: Invoice, signed: bytes, *, acting: Actor) -> tuple[Finding, ...]:
        """Take an invoice that the approved module has signed; return warnings. The same one twice is one.

        Raises:
            TpInvalid: its number is used, or what it replaces was not refused; nothing was kept.
        """
        ...

    async def draft(self, invoice: Invoice, *, acting: Actor) -> tuple[Finding, ...]:
        """Take an invoice that is priced and not yet signed."""
        ...

    async def validate(self, invoice: str, signed: bytes, *, acting: Actor) -> None:
        """Give the signed form of a draft."""
        ...

    async def void(self, invoice: str, *, acting: Actor) -> None:
        """Give a draft up."""
        ...

    async def standing(self, invoice: str) -> Standing | None:
        """Return where an invoice stands."""
        ...

    async def history(self, invoice: str) -> tuple[Entry, ...]:
        """Return everything that ever happened to an invoice, with its causes."""
        ...

    async def send(self, *, acting: Actor) -> tuple[str, ...]:
        """Close lots of all that is ready and hand them to the outbox; return the names of the files."""
        ...

    async def resend(self, file_id: str, *, acting: Actor) -> str:
        """Send a refused or unanswered lot again, the same content in a new file.

        Raises:
            TransitionRefused: it was accepted, or waits for its receipt.
        """
        ...

    async def import_file(self, content: bytes, *, acting: Actor) -> Imported:
        """Import a return, a receipt or a bank statement, recognised by its content. Twice changes nothing.

        Raises:
            FormatUnknown, TpInvalid: nothing of it was kept.
        """
        ...

    async def collect(self, *, acting: Actor) -> tuple[Imported, ...]:
        """Fetch what the concentrator has, and import it. A file that cannot be read is quarantined, the others go on.

        Raises:
            CapabilityMissing: no concentrator is configured.
            ServiceError: as the concentrator.
        """
        ...

    async def quarantined(self) -> tuple[str, ...]:
        """Return the SHA-256 of the files that could not be read."""
        ...

    async def unplaced(self) -> tuple[Unplaced, ...]:
        """Return what payers said of invoices that are not here, or that cannot be: a person looks at it."""
        ...

    async def proposals(self) -> tuple[Match, ...]:
        """Return what could be the same money, the surest first."""
        ...

    async def reconcile(self, *, acting: Actor) -> Reconciled:
        """Confirm what is sure; return the rest."""
        ...

    async def confirm(self, match: Match, *, acting: Actor) -> None:
        """Confirm a match, proposed or made by hand.

        Raises:
            MatchRefused: its money is unknown or already matched.
        """
        ...

    async def undo(self, match_id: str, *, why: str, acting: Actor) -> None:
        """Take a confirmation back, by ``match.id``; both stay in the ledger.

        Raises:
            MatchRefused: there is none.
        """
        ...

    async def open_money(self) -> OpenMoney:
        """Return the wires that have not come and the credits that no wire explains, to match by hand."""
        ...

    async def detail(self, match: Match) -> MatchDetail:
        """Return both sides of a match, proposed or confirmed, to show to whoever decides.

        Raises:
            MatchRefused: it names something unknown.
        """
        ...

    async def unpaid(self) -> tuple[NextAction, ...]:
        """Look at the calendar, open and close cases; return what to do next, the most urgent first."""
        ...

    async def acted(self, invoice: str, part: Part, action: Action, *, acting: Actor) -> None:
        """Note that something was done about a case."""
        ...

    async def letter(
        self,
        invoice: str,
        part: Part,
        action: Action,
        *,
        author: Practitioner,
        patient: Patient,
        recipient: Sequence[str] = (),
    ) -> bytes:
        """Return the letter of an action, as PDF/A-1b.

        Raises:
            PatientNotAskable: it would ask the patient for what they do not owe.
            CapabilityMissing: the printing engine is not installed.
        """
        ...

    async def dispute(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Contest a part that was paid in part."""
        ...

    async def accept_loss(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Give up what is missing of a part that was paid in part."""
        ...

    async def abandon(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Give a part up."""
        ...

    async def turn_to_patient(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Ask the patient for what a payer does not owe.

        Raises:
            PatientNotAskable: never a part under compulsory third-party payment.
        """
        ...

    async def paid_at_desk(self, invoice: str, part: Part, amount: int, *, key: str, acting: Actor) -> None:
        """Note what the patient paid; the same ``key`` counts once."""
        ...

    async def open_link(self, invoice: str, part: Part, *, acting: Actor) -> OpenedLink:
        """Make a payment link for what the patient owes; the same one again while it is open and its amount holds.

        Raises:
            PatientNotAskable, CapabilityMissing, ServiceError.
            LinkRefused: a link of another amount is open.
        """
        ...

    async def follow_link(self, token: str) -> str:
        """Return the provider's page for the last part of a link's address: the patient is sent there.

        Raises:
            LinkRefused: the token is not genuine, or the link has expired, was paid or cancelled.
            CapabilityMissing, ServiceError.
        """
        ...

    async def cancel_link(self, link_id: str, *, acting: Actor) -> None:
        """Close a link: nobody can follow it any more. A payment that is under way still counts.

        Raises:
            LinkRefused: it is over already.
        """
        ...

    async def refund(self, link_id: str, amount: int, *, key: str, acting: Actor) -> None:
        """Ask the provider to give back ``amount``; the same ``key`` once. The book changes when it says that it did.

        Raises:
            LinkRefused: the link is not paid, or more is asked than was paid.
            CapabilityMissing, ServiceError.
        """
        ...

    async def webhook(self, body: bytes, signature: str) -> None:
        """Take a provider's message: verified, counted once.

        Raises:
            LinkRefused: it is not genuine, or not about one of our links.
        """
        ...

    async def book_cost(self, cost: Cost, *, key: str, acting: Actor) -> None:
        """Book a fee; the same ``key`` counts once."""
        ...

    async def summary(self, month: date) -> Dashboard:
        """Return the figures of the month of that day, beside those before it."""
        ...


TP: ServiceKey[ThirdPartyPayment] = ServiceKey("paymed_tp")
