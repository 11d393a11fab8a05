"""Third-party payment, as the practice's software asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from functools import partial

import msgspec
from anyio import to_thread

from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import Parcel, PluginTransaction
from caducee.errors import CaduceeError, CapabilityMissing, Finding
from caducee.model.environment import Environment
from caducee.model.patient import Patient
from caducee.model.practice import Actor, Practitioner
from caducee_paymed_tp.api import OpenedLink, Reconciled, Standing
from caducee_paymed_tp.config import ADVANCE_DAYS, LinkConfig, TpConfig
from caducee_paymed_tp.dashboard.figures import Dashboard, dashboard
from caducee_paymed_tp.errors import LinkRefused, MatchRefused, PatientNotAskable, TpInvalid, TransitionRefused
from caducee_paymed_tp.importing.booking import Imported, counted, events_of_file, events_of_receipt
from caducee_paymed_tp.importing.recognising import recognise
from caducee_paymed_tp.intake import findings_of_invoice
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Entry, Event
from caducee_paymed_tp.ledger.folding.money import refuse_unless_free
from caducee_paymed_tp.ledger.history import history_of
from caducee_paymed_tp.ledger.store import Ledger
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.links import LinkStatus
from caducee_paymed_tp.model.money import Cost, Match, Outcome
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.unpaid import Action, CaseStep
from caducee_paymed_tp.payers.register import Payers
from caducee_paymed_tp.payment_link import token
from caducee_paymed_tp.payment_link.paying import events_of_message, link_made, turnable
from caducee_paymed_tp.payment_link.provider import LABEL, Provider, read_webhook
from caducee_paymed_tp.reconciliation.proposing import Rules, propose
from caducee_paymed_tp.returns.correcting import correction_of
from caducee_paymed_tp.sending.destination import Concentrator
from caducee_paymed_tp.sending.lots import again, lots_to_close
from caducee_paymed_tp.sending.port import Signed, Submission, TpConcentrator, encode
from caducee_paymed_tp.unpaid.acting import NextAction, next_action
from caducee_paymed_tp.unpaid.compulsory import marked
from caducee_paymed_tp.unpaid.letters import letter_for, print_letter
from caducee_paymed_tp.unpaid.scanning import events_of_the_day

SIGNED = "signed"
QUARANTINE = "quarantine"
_CURSOR = "cursor"


class TpService:
    """The ``ThirdPartyPayment`` of one installation."""

    def __init__(
        self,
        context: PluginContext,
        *,
        concentrator: TpConcentrator,
        provider: Provider | None = None,
    ) -> None:
        self._context = context
        self._config: TpConfig = context.config
        self._concentrator = concentrator
        self._provider = provider
        self._payers = Payers(self._config.payers)
        self._ledger = Ledger(context.state, context.clock)

    # -- invoices

    async def take(self, invoice: Invoice, signed: bytes, *, acting: Actor) -> tuple[Finding, ...]:
        """Take a signed invoice."""
        digest = hashlib.sha256(signed).hexdigest()
        return await self._take(msgspec.structs.replace(invoice, digest=digest), signed, acting=acting)

    async def draft(self, invoice: Invoice, *, acting: Actor) -> tuple[Finding, ...]:
        """Take an invoice that is not signed yet."""
        return await self._take(msgspec.structs.replace(invoice, digest=""), None, acting=acting)

    async def _take(self, invoice: Invoice, signed: bytes | None, *, acting: Actor) -> tuple[Finding, ...]:
        invoice = marked(invoice)

        def make(book: Book) -> Sequence[Event]:
            if book.invoices.get(invoice.id) == invoice:
                return ()
            if wrong := findings_of_invoice(book, invoice):
                raise TpInvalid(tuple(wrong))
            return [e.InvoiceTaken(invoice=invoice, draft=signed is None)]

        async def also(tx: PluginTransaction, events: Sequence[Event]) -> None:  # noqa: ARG001
            if signed is not None:
                await tx.put(SIGNED, invoice.id, signed)

        await self._ledger.add(f"take:{invoice.id}:{invoice.digest}", by=acting.named, make=make, also=also)
        return tuple(self._payers.warnings(invoice))

    async def validate(self, invoice: str, signed: bytes, *, acting: Actor) -> None:
        """Give the signed form of a draft."""
        digest = hashlib.sha256(signed).hexdigest()

        async def also(tx: PluginTransaction, events: Sequence[Event]) -> None:  # noqa: ARG001
            await tx.put(SIGNED, invoice, signed)

        events = [e.InvoiceValidated(invoice=invoice, digest=digest)]
        await self._act(f"validate:{invoice}:{digest}", invoice, events, acting, also=also)

    async def void(self, invoice: str, *, acting: Actor) -> None:
        """Give a draft up."""
        await self._act(f"void:{invoice}", invoice, [e.InvoiceVoided(invoice=invoice)], acting)

    async def standing(self, invoice: str) -> Standing | None:
        """Return where an invoice stands."""
        book = await self._ledger.book()
        if invoice not in book.invoices:
            return None
        claims, today = book.parts(invoice), self._today
        refused = [claim for claim in claims if claim.state is State.REJECTED]
        return Standing(
            invoice=book.invoices[invoice],
            status=book.status(invoice),
            claims=claims,
            corrections=tuple(correction_of(claim, on=today) for claim in refused),
        )

    async def history(self, invoice: str) -> tuple[Entry, ...]:
        """Return the entries that speak of an invoice, each with only what concerns it."""
        return history_of(invoice, await self._ledger.entries())

    # -- sending

    async def send(self, *, acting: Actor) -> tuple[str, ...]:
        """Close lots of what is ready."""
        now = self._context.clock.now()
        make = partial(lots_to_close, now=now, most=self._config.lot_size)
        key = f"send:{now.isoformat()}:{(await self._ledger.book()).number}"
        events = await self._ledger.add(key, by=acting.named, make=make, also=self._hand_over)
        return tuple(event.transmission.file_id for event in events if isinstance(event, e.LotClosed))

    async def resend(self, file_id: str, *, acting: Actor) -> str:
        """Send a lot again."""
        number = (await self._ledger.book()).number
        events = await self._ledger.add(
            f"resend:{file_id}:{number}",
            by=acting.named,
            make=lambda book: [again(book, file_id)],
            also=self._hand_over,
        )
        return next(event.transmission.file_id for event in events if isinstance(event, e.LotClosed))

    async def _hand_over(self, tx: PluginTransaction, events: Sequence[Event]) -> None:
        book = self._ledger.held
        for event in events:
            if not isinstance(event, e.LotClosed):
                continue
            one = event.transmission
            signed = [
                Signed(invoice=book.invoices[name], blob=await self._context.state.get(SIGNED, name) or b"")
                for name in one.lot.invoices
            ]
            submission = Submission(file_id=one.file_id, digest=one.digest, lot=one.lot, invoices=tuple(signed))
            await tx.deliver(
                Parcel(
                    key=f"lot:{one.file_id}",
                    kind=Concentrator.kind,
                    payload=encode(submission),
                    reference=one.file_id,
                    series=f"{one.lot.ps}/{one.lot.destination}",
                )
            )

    # -- what comes

    async def import_file(self, content: bytes, *, acting: Actor) -> Imported:
        """Import a file."""
        digest, said = await to_thread.run_sync(recognise, content)
        make = partial(events_of_file, said=said)
        events = await self._ledger.add(f"file:{digest}", by=acting.named, make=make, also=_tell_of_rejects)
        return counted(digest, events)

    async def collect(self, *, acting: Actor) -> tuple[Imported, ...]:
        """Fetch and import. The cursor moves only after everything before it was kept."""
        cursor = (await self._context.state.get(_CURSOR, "concentrator") or b"").decode()
        came = await self._concentrator.collect(cursor)
        done = []
        for receipt in came.receipts:
            key = f"receipt:{receipt.digest}:{receipt.offset}:{receipt.file_id}:{receipt.positive}"
            make = partial(events_of_receipt, receipt=receipt)
            done.append(counted(receipt.digest, await self._ledger.add(key, by=acting.named, make=make)))
        for content in came.files:
            done += await self._import_or_quarantine(content, acting)
        async with self._context.state.transaction() as tx:
            await tx.put(_CURSOR, "concentrator", came.next.encode())
        return tuple(done)

    async def _import_or_quarantine(self, content: bytes, acting: Actor) -> list[Imported]:
        try:
            return [await self.import_file(content, acting=acting)]
        except CaduceeError as error:
            if not error.code.startswith("tp."):
                raise
            async with self._context.state.transaction() as tx:
                await tx.put(QUARANTINE, hashlib.sha256(content).hexdigest(), content)
                await tx.event("quarantined", code=error.code)
            return []

    async def quarantined(self) -> tuple[str, ...]:
        """Return the names of the files that could not be read."""
        return tuple([one.key async for one in self._context.state.records(QUARANTINE)])

    # -- reconciliation

    async def proposals(self) -> tuple[Match, ...]:
        """Return what could be the same money."""
        book = await self._ledger.book()
        notices, entries = book.open_notices(), book.open_entries()
        work = partial(propose, notices, entries, payer_of=self._payers.of, rules=self._rules)
        return await to_thread.run_sync(work)

    async def reconcile(self, *, acting: Actor) -> Reconciled:
        """Confirm what is sure, in one entry."""
        found = await self.proposals()
        sure = [match for match in found if self._rules.confirms(match)]

        def make(book: Book) -> Sequence[Event]:
            return [e.Matched(id=_fresh(book, one), match=one) for one in sure if _is_free(book, one)]

        number = (await self._ledger.book()).number
        events = await self._ledger.add(f"reconcile:{number}", by=acting.named, make=make)
        confirmed = tuple(event.match for event in events if isinstance(event, e.Matched))
        return Reconciled(confirmed=confirmed, proposed=tuple(one for one in found if one not in confirmed))

    async def confirm(self, match: Match, *, acting: Actor) -> None:
        """Confirm a match."""

        def make(book: Book) -> Sequence[Event]:
            refuse_unless_free(book, match)
            return [e.Matched(id=_fresh(book, match), match=match)]

        number = (await self._ledger.book()).number
        await self._ledger.add(f"confirm:{match.id}:{number}", by=acting.named, make=make)

    async def undo(self, match_id: str, *, why: str, acting: Actor) -> None:
        """Take a confirmation back."""

        def make(book: Book) -> Sequence[Event]:
            if match_id not in book.matches:
                raise MatchRefused
            return [e.MatchUndone(id=match_id, why=why)]

        await self._ledger.add(f"undo:{match_id}", by=acting.named, make=make)

    @property
    def _rules(self) -> Rules:
        settings = self._config.reconciliation
        return Rules(window=settings.window, tolerance=settings.tolerance, confirm_at=settings.confirm_at)

    # -- unpaid

    async def unpaid(self) -> tuple[NextAction, ...]:
        """Let the calendar speak, then say what to do."""
        now = self._context.clock.now()
        delays = self._config.delays
        make = partial(events_of_the_day, now=now, delays=delays, payers=self._payers)
        number = (await self._ledger.book()).number
        await self._ledger.add(f"day:{now.isoformat()}:{number}", by="automaton:calendar", make=make)
        book = await self._ledger.book()
        found = [next_action(book, case, delays=delays) for case in book.cases.values()]
        return tuple(sorted((one for one in found if one), key=lambda one: (one.due, -one.owed, one.invoice)))

    async def acted(self, invoice: str, part: Part, action: Action, *, acting: Actor) -> None:
        """Note what was done."""
        step = CaseStep(action=action, on=self._today, by=acting.named)

        def make(book: Book) -> Sequence[Event]:
            if (invoice, part) not in book.cases:
                raise TransitionRefused("no_case", action)
            return [e.CaseStepped(invoice=invoice, part=part, step=step)]

        opened = (await self._ledger.book()).cases.get((invoice, part))
        key = f"acted:{invoice}:{part}:{action}:{opened.opened if opened else ''}"
        await self._ledger.add(key, by=acting.named, make=make)

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

        book = await self._ledger.book()
        case = book.cases.get((invoice, part))
        if case is None:
            raise TransitionRefused("no_case", action)
        claim = book.claims[invoice, part]
        payer = self._payers.get(claim.payer)
        letter = letter_for(
            case,
            action=action,
            invoice=book.invoices[invoice],
            claim=claim,
            author=author,
            patient=patient,
            recipient=tuple(recipient) or ((payer.name, *payer.address) if payer else ()),
            written=self._today,
        )
        environment = self._context.environment
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

        await self._ledger.add(await self._once("loss", invoice, part), by=acting.named, make=make)

    async def abandon(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Give a part up."""
        await self._move(invoice, e.LossAccepted(invoice=invoice, part=part, abandoned=True), acting)

    async def turn_to_patient(self, invoice: str, part: Part, *, acting: Actor) -> None:
        """Ask the patient, where that is allowed."""

        def make(book: Book) -> Sequence[Event]:
            if not turnable(book, invoice, part):
                raise PatientNotAskable
            return [e.TurnedToPatient(invoice=invoice, part=part)]

        await self._ledger.add(await self._once("turn", invoice, part), by=acting.named, make=make)

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

        await self._ledger.add(f"desk:{key}", by=acting.named, make=make)

    # -- payment links and fees

    async def open_link(self, invoice: str, part: Part, *, acting: Actor) -> OpenedLink:
        """Make a link: kept first, then prepared at the provider, who takes the same one once."""
        settings = self._link()
        if self._provider is None:
            raise CapabilityMissing("no payment provider is wired")
        link_id = token.new_id()
        expires = (self._context.clock.now() + timedelta(hours=settings.hours)).replace(microsecond=0)

        def make(book: Book) -> Sequence[Event]:
            return link_made(book, invoice, part, link_id=link_id, expires=expires)

        (made,) = await self._ledger.add(f"link:{link_id}", by=acting.named, make=make)
        assert isinstance(made, e.LinkMade)
        await self._provider.create(link_id, amount=made.link.amount, label=LABEL, expires=expires)
        key = self._context.secret(settings.token_key, key="link.token_key")
        address = f"{settings.address.rstrip('/')}/{token.sign(link_id, expires, key=key)}"
        return OpenedLink(link=made.link, address=address)

    async def refund(self, link_id: str, amount: int, *, key: str, acting: Actor) -> None:
        """Ask the provider to give money back; its message then says that it did."""
        if self._provider is None:
            raise CapabilityMissing("no payment provider is wired")
        link = (await self._ledger.book()).links.get(link_id)
        if link is None or link.status is not LinkStatus.PAID or not 0 < amount <= link.amount - link.refunded:
            raise LinkRefused("nothing to give back")
        async with self._context.state.transaction() as tx:
            await tx.audit("tp.refund", actor=acting.named, detail=link_id)
        await self._provider.refund(link.provider_reference, amount=amount, key=key)

    async def webhook(self, body: bytes, signature: str) -> None:
        """Take a provider's message."""
        key = self._context.secret(self._link().webhook_key, key="link.webhook_key")
        said = read_webhook(body, signature, key=key)
        now = self._context.clock.now()
        make = partial(events_of_message, said=said, now=now)
        await self._ledger.add(f"webhook:{said.id}", by="automaton:provider", make=make)

    def _link(self) -> LinkConfig:
        if self._config.link is None:
            raise CapabilityMissing("[plugins.paymed_tp.link] is not configured")
        return self._config.link

    async def book_cost(self, cost: Cost, *, key: str, acting: Actor) -> None:
        """Book a fee."""
        await self._ledger.add(f"cost:{key}", by=acting.named, make=lambda _: [e.CostBooked(cost=cost)])

    # -- dashboard

    async def summary(self, month: date) -> Dashboard:
        """Return the figures of a month."""
        specimen = self._context.environment is not Environment.PRODUCTION
        book = await self._ledger.book()
        return dashboard(
            book,
            month=month,
            today=self._today,
            payers=self._payers,
            specimen=specimen,
            advance=ADVANCE_DAYS[self._config.concentrator.advance],
        )

    # -- the common way of acting

    async def _act(
        self,
        key: str,
        invoice: str,
        events: Sequence[Event],
        acting: Actor,
        *,
        also: Callable[[PluginTransaction, Sequence[Event]], Awaitable[None]] | None = None,
    ) -> None:
        def make(book: Book) -> Sequence[Event]:
            if invoice not in book.invoices:
                raise TransitionRefused("unknown", "act")
            return events

        await self._ledger.add(key, by=acting.named, make=make, also=also)

    async def _move(self, invoice: str, event: e.Disputed | e.LossAccepted, acting: Actor) -> None:
        number = (await self._ledger.book()).number
        await self._act(
            f"move:{type(event).__name__}:{invoice}:{getattr(event, 'part', '')}:{number}", invoice, [event], acting
        )

    async def _once(self, what: str, invoice: str, part: Part) -> str:
        return f"{what}:{invoice}:{part}:{(await self._ledger.book()).number}"

    @property
    def _today(self) -> date:
        return self._context.clock.now().date()


async def _tell_of_rejects(tx: PluginTransaction, events: Sequence[Event]) -> None:
    for event in events:
        if isinstance(event, e.Answered) and event.item.outcome is Outcome.REJECTED:
            await tx.event("rejected", reference=event.invoice)


def _is_free(book: Book, match: Match) -> bool:
    try:
        refuse_unless_free(book, match)
    except MatchRefused:
        return False
    return True


def _fresh(book: Book, match: Match) -> str:
    """The same match may be confirmed, undone, and confirmed again: each time is another."""
    times = sum(1 for one in book.undone if one.id == match.id)
    return f"{match.id}-{times + 1}"
