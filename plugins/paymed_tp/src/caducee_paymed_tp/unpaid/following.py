"""What is done about what is not paid, and what the patient pays at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from anyio import to_thread

from caducee.errors import Finding
from caducee.model.patient import Patient
from caducee.model.practice import Actor, Practitioner
from caducee_paymed_tp.desk import Desk
from caducee_paymed_tp.errors import PatientNotAskable, TpInvalid, TransitionRefused
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.unpaid import Action, CaseStep
from caducee_paymed_tp.payment_link.paying import turnable
from caducee_paymed_tp.unpaid.acting import NextAction, next_action
from caducee_paymed_tp.unpaid.letters import letter_for, print_letter
from caducee_paymed_tp.unpaid.scanning import events_of_the_day


class Following:
    """Cases and what is done about them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def unpaid(self) -> tuple[NextAction, ...]:
        """Let the calendar speak, then say what to do."""
        now = self._desk.context.clock.now()
        delays = self._desk.config.delays
        make = partial(events_of_the_day, now=now, delays=delays, payers=self._desk.payers)
        number = (await self._desk.ledger.book()).number
        await self._desk.ledger.add(f"day:{now.isoformat()}:{number}", by="automaton:calendar", make=make)
        book = await self._desk.ledger.book()
        found = [next_action(book, case, delays=delays) for case in book.cases.values()]
        return tuple(sorted((one for one in found if one), key=lambda one: (one.due, -one.owed, one.invoice)))

    async def acted(self, invoice: str, part: Part, action: Action, *, acting: Actor) -> None:
        """Note what was done."""
        step = CaseStep(action=action, on=self._desk.today, by=acting.named)

        def make(book: Book) -> Sequence[Event]:
            if (invoice, part) not in book.cases:
                raise TransitionRefused("no_case", action)
            return [e.CaseStepped(invoice=invoice, part=part, step=step)]

        opened = (await self._desk.ledger.book()).cases.get((invoice, part))
        key = f"acted:{invoice}:{part}:{action}:{opened.opened if opened else ''}"
        await self._desk.ledger.add(key, by=acting.named, make=make)

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
        """Print the letter of an action."""
        from caducee.paper import TypstPaper

        book = await self._desk.ledger.book()
        case = book.cases.get((invoice, part))
        if case is None:
            raise TransitionRefused("no_case", action)
        claim = book.claims[invoice, part]
        payer = self._desk.payers.get(claim.payer)
        letter = letter_for(
            case,
            action=action,
            invoice=book.invoices[invoice],
            claim=claim,
            author=author,
            patient=patient,
            recipient=tuple(recipient) or ((payer.name, *payer.address) if payer else ()),
            written=self._desk.today,
        )
        environment = self._desk.context.environment
        return await to_thread.run_sync(partial(print_letter, letter, paper=TypstPaper(), environment=environment))

    async def dispute(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Contest a part."""
        await self._move(invoice, e.Disputed(invoice=invoice, part=part), acting)

    async def accept_loss(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Give up what is missing."""

        def make(book: Book) -> Sequence[Event]:
            claim = book.claims.get((invoice, part))
            if claim is None or claim.state not in (State.PARTIAL, State.DISPUTED):
                raise TransitionRefused(claim.state if claim else "unknown", "accept_loss")
            return [e.LossAccepted(invoice=invoice, part=part)]

        await self._desk.ledger.add(await self._desk.once("loss", invoice, part), by=acting.named, make=make)

    async def abandon(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Give a part up."""
        await self._move(invoice, e.LossAccepted(invoice=invoice, part=part, abandoned=True), acting)

    async def turn_to_patient(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Ask the patient, where that is allowed."""

        def make(book: Book) -> Sequence[Event]:
            if not turnable(book, invoice, part):
                raise PatientNotAskable
            return [e.TurnedToPatient(invoice=invoice, part=part)]

        await self._desk.ledger.add(await self._desk.once("turn", invoice, part), by=acting.named, make=make)

    async def paid_at_desk(self, invoice: str, part: Part, amount: int, *, key: str, acting: Actor) -> None:
        """Note what the patient paid."""

        def make(book: Book) -> Sequence[Event]:
            claim = book.claims.get((invoice, part))
            if claim is None or claim.state is not State.PATIENT_DUE:
                raise PatientNotAskable
            if not 0 < amount <= claim.owed:
                message = "Le montant doit être positif et ne pas dépasser ce qui est dû."
                raise TpInvalid((Finding(field="amount", rule="tp.amount", message=message),))
            return [e.PatientPaid(invoice=invoice, part=part, amount=amount, how="desk")]

        await self._desk.ledger.add(f"desk:{key}", by=acting.named, make=make)

    async def _move(self, invoice: str, event: e.Disputed | e.LossAccepted, acting: Actor) -> None:
        key = await self._desk.once("move", type(event).__name__, invoice, event.part)
        await self._desk.act(key, invoice, [event], acting)
