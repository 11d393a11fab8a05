"""A month in a practice, to the cent: the ledger, the bank, the dashboard and the simulator's truth agree."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from caducee.contracts.state import PluginTransaction
from caducee.testing import MovingClock
from caducee.testing.state import MemoryState
from caducee_paymed_tp.config import TpConfig
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.model.invoices import Invoice, Share
from caducee_paymed_tp.model.money import Match, MatchKind
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.payers.register import Payer
from caducee_paymed_tp.sending.deliverer import LotDeliverer
from caducee_paymed_tp.sending.port import decode
from caducee_paymed_tp.service import TpService
from caducee_sandbox.tp.month import Month
from caducee_sandbox.tp.payers import CONCENTRATOR, CONCENTRATOR_NAME, PAYERS

from .concentrator import HeldConcentrator
from .conftest import DOCTOR, FakeContext
from .practice import rebuilt

pytestmark = pytest.mark.anyio
KILLS = 50
CONFIG = TpConfig(
    payers={
        **{habit.key: Payer(name=habit.name, kind=Part(habit.part), names=(habit.name,)) for habit in PAYERS},
        CONCENTRATOR: Payer(name=CONCENTRATOR_NAME),
    }
)


class Killed(BaseException):
    """The process died."""


class MortalState(MemoryState):
    """A store whose process dies now and then, just before or just after something became durable."""

    deadly = 0
    countdown = -1
    rng = random.Random(0)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PluginTransaction]:
        dies = self._dies()
        async with super().transaction() as tx:
            yield tx
            if dies == "before":
                raise Killed
        if dies == "after":
            raise Killed

    def _dies(self) -> str:
        cls = type(self)
        if cls.deadly <= 0:
            return ""
        cls.countdown -= 1
        if cls.countdown > 0:
            return ""
        cls.deadly -= 1
        cls.countdown = cls.rng.randrange(1, 60)
        return cls.rng.choice(("before", "after"))


class Desk:
    """The practice's software: starts again whatever was cut off, with a new service on the same store."""

    def __init__(self, month: Month, state: MemoryState) -> None:
        self.month, self.state = month, state
        self.clock = MovingClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
        self.files: list[bytes] = []
        self.set_aside: dict[str, str] = {}
        self.deaths = 0
        self._submitted: set[str] = set()
        self.restart()

    def restart(self) -> None:
        context: Any = FakeContext(CONFIG, self.state, self.clock)
        self.tp = TpService(context, concentrator=HeldConcentrator())
        self.lane = LotDeliverer(context, HeldConcentrator())

    async def until_done(self, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await work()
            except Killed:
                self.deaths += 1
                self.restart()
            else:
                return

    async def live(self) -> None:
        for day in self.month.days():
            for made in self.month.billed(day):
                invoice = msgspec.convert(made, Invoice)
                await self.until_done(lambda invoice=invoice: self.tp.take(invoice, b"signed", acting=DOCTOR))
            await self.until_done(self.resend)
            await self.until_done(lambda: self.tp.send(acting=DOCTOR))
            await self.until_done(lambda day=day: self.deliver(day))
            for content in self.month.after(day):
                await self.until_done(lambda content=content: self.read(content))
            await self.until_done(lambda: self.tp.reconcile(acting=DOCTOR))
            await self.until_done(self.tp.unpaid)
            for invoice in await self.corrected():
                await self.until_done(lambda invoice=invoice: self.tp.take(invoice, b"corrected", acting=DOCTOR))
            await self.clock.advance(86_400)

    async def read(self, content: bytes) -> None:
        """Import a file, or set it aside when it cannot be trusted."""
        try:
            await self.tp.import_file(content, acting=DOCTOR)
        except FormatFault as fault:
            self.set_aside[hashlib.sha256(content).hexdigest()] = fault.rule
        else:
            self.files.append(content)

    async def corrected(self) -> list[Invoice]:
        """Every second refused part is billed again, under a new number, during the first five weeks."""
        book = await self.tp.desk.ledger.book()
        if (self.clock.now().date() - self.month.first).days > 35:
            return []
        made = []
        for claim in book.claims.values():
            old = book.invoices[claim.invoice]
            if claim.state is State.REJECTED and int(old.number) % 2 and not old.replaces:
                share = Share(part=claim.part, payer=claim.payer, asked=claim.asked, compulsory=claim.compulsory)
                number = f"{int(old.number) + (500_000 if claim.part is Part.AMO else 700_000):09d}"
                fields = {"id": f"{old.id}-{claim.part}", "number": number, "shares": (share,), "replaces": old.id}
                made.append(msgspec.structs.replace(old, **fields))
        return made

    async def resend(self) -> None:
        book = await self.tp.desk.ledger.book()
        refused = [one.file_id for one in book.transmissions.values() if one.arl == "negative"]
        for name in refused:
            if all(
                claim.state is State.NACKED
                for one in book.transmissions[name].lot.invoices
                for claim in book.parts(one)
            ):
                await self.tp.resend(name, acting=DOCTOR)

    async def deliver(self, day: date) -> None:
        for parcel in self.state.parcels.values():
            lot = decode(parcel.payload)
            if lot.file_id not in self._submitted:
                self.month.concentrator.submit(msgspec.to_builtins(lot), day)
                await self.lane.send(_envelope(parcel), parcel.payload)
                self._submitted.add(lot.file_id)


def _envelope(parcel: Any) -> Any:
    from .envelopes import envelope_of

    return envelope_of(parcel)


async def places(tp: TpService) -> tuple[dict[tuple[str, int], str], dict[tuple[str, int], str]]:
    """Return the ledger's names of notices and bank entries, by file and rank."""
    notices, entries = {}, {}
    seen: Counter[tuple[str, str]] = Counter()
    for entry in await tp.desk.ledger.entries():
        for event in entry.events:
            kind, named = ("", {})
            if isinstance(event, e.NoticeCame):
                kind, named, name = "notice", notices, event.id
            elif isinstance(event, e.MoneyBooked):
                kind, named, name = "entry", entries, event.booked.id
            if kind:
                named[event.cause.file, seen[kind, event.cause.file]] = name
                seen[kind, event.cause.file] += 1
    return notices, entries


async def lived(seed: int, *, advance: int = 0, kills: int = 0, invoices: int = 1500) -> Desk:
    MortalState.deadly, MortalState.countdown, MortalState.rng = kills, 5, random.Random(seed)
    desk = Desk(Month(seed, advance=advance, invoices=invoices), MortalState())
    await desk.live()
    return desk


@pytest.mark.parametrize(("seed", "advance"), [(1, 0), (2, 1), (3, 6)])
async def test_a_month_killed_fifty_times_agrees_to_the_cent(seed: int, advance: int):
    desk = await lived(seed, advance=advance, kills=KILLS)
    assert desk.deaths == KILLS
    truth, tp = desk.month.truth, desk.tp
    kinds = {"exact", "grouped", "split", "silent", *(["advance"] if advance else [])}
    assert {wire.kind for wire in truth.wires} == kinds
    assert all((truth.spoiled, truth.missing_notices, truth.orphan_entries, truth.retained, truth.refused))
    assert len({claim.payer for claim in (await tp.desk.ledger.book()).claims.values()}) == 14
    assert desk.set_aside == dict.fromkeys(truth.spoiled, "file.sum")
    notices, entries = await places(tp)
    book = await tp.desk.ledger.book()
    true = {
        (frozenset(notices[place] for place in wire.notices), frozenset(entries[place] for place in wire.entries)): wire
        for wire in truth.wires
    }
    found = {(frozenset(match.notices), frozenset(match.entries)) for match in book.matches.values()}
    decidable = {pair for pair, wire in true.items() if wire.decidable}
    assert found <= set(true), "an automatic match is false"
    assert len(found & decidable) >= 0.98 * len(decidable)
    for pair in true:
        if pair not in found:
            match = Match(kind=MatchKind.MANUAL, notices=tuple(pair[0]), entries=tuple(pair[1]))
            await tp.confirm(match, acting=DOCTOR)
    book = await tp.desk.ledger.book()
    assert {(book.invoices[c.invoice].number, c.part.value): c.money for c in book.claims.values() if c.money} == {
        key: cents for key, cents in truth.paid.items() if cents
    }
    await agrees_with_bank_and_dashboard(desk)


async def agrees_with_bank_and_dashboard(desk: Desk) -> None:
    book = await desk.tp.desk.ledger.book()
    truth = desk.month.truth
    figures = await desk.tp.summary(date(2026, 3, 1))
    assert figures.bank.received == truth.balance
    assert figures.bank.matched == sum(truth.paid.values()) + truth.retained
    money = figures.money
    corrected = [claim for claim in book.claims.values() if claim.state is State.CORRECTED]
    assert corrected
    assert money.billed == sum(claim.asked for claim in book.claims.values()) - sum(c.asked for c in corrected)
    assert money.billed == money.paid + money.waiting + money.rejected + money.late + money.given_up
    assert money.paid == sum(truth.paid.values())
    assert figures.bank.overpaid == 0
    assert sum(line.money.billed for line in figures.payers) == money.billed
    refused = {
        (book.invoices[c.invoice].number, c.part.value)
        for c in book.claims.values()
        if c.state in (State.REJECTED, State.CORRECTED)
    }
    assert refused == truth.refused


async def test_the_same_month_imported_again_changes_nothing():
    desk = await lived(4, invoices=300)
    before = [(entry.key, entry.events) for entry in await desk.tp.desk.ledger.entries()]
    for content in desk.files:
        assert (await desk.tp.import_file(content, acting=DOCTOR)).known
    assert [(entry.key, entry.events) for entry in await desk.tp.desk.ledger.entries()] == before


async def test_a_month_is_rebuilt_identically_from_its_ledger():
    desk = await lived(5, invoices=300)
    again, held = rebuilt(await desk.tp.desk.ledger.entries()), await desk.tp.desk.ledger.book()
    assert again.claims == held.claims
    assert again.matches == held.matches
    assert again.cases == held.cases
