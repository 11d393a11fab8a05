"""Practices at once, each on a store of its own: ``CADUCEE_TP_PRACTICES`` of them (5,000 in a long run).

Every practice bills two hundred invoices. All return in full, on one wire a lot, so each must be settled to the cent.
Their days are mixed: one bills while another sends, imports or reconciles, some at the same moment, and every store
waits on disk for its next turn.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import anyio
import msgspec
import pytest

from caducee.outbox.stores.sqlite import SqliteStore, open_store
from caducee.plugins.state import PluginState
from caducee.testing import MovingClock
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.model.money import BankEntry, PaymentNotice, ReturnFile
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.sending import Receipt
from caducee_paymed_tp.service import TpService

from .concentrator import HeldConcentrator
from .conftest import CONFIG, DOCTOR, FakeContext
from .practice import PS, invoice, paid, statement

PRACTICES = int(os.environ.get("CADUCEE_TP_PRACTICES", "100"))
INVOICES = 200
WORKERS = 4

pytestmark = pytest.mark.anyio


def service(store: SqliteStore, clock: MovingClock) -> TpService:
    state: Any = PluginState(store, "paymed_tp")
    context: Any = FakeContext(CONFIG, state, clock)
    return TpService(context, concentrator=HeldConcentrator())


async def billed(tp: TpService, practice: int) -> int:
    """Take the invoices; return what they ask, in cents."""
    asked = 0
    for number in range(1, INVOICES + 1):
        one = invoice(number, amo=1000 + (practice * 31 + number * 7) % 4000, amc=0)
        asked += one.billed
        await tp.take(one, b"signed", acting=DOCTOR)
    return asked


def answers(book: Book) -> list[bytes]:
    """The receipts of the lots, a return with one wire a lot, and the statement of the bank."""
    receipts, notices, wires = [], [], []
    for rank, one in enumerate(book.transmissions.values(), start=1):
        receipts.append(Receipt(file_id=one.file_id, positive=True, digest=""))
        on, label = one.lot.closed + timedelta(days=3), f"TP {rank:03d} LOT {one.lot.number:03d} 260108"
        items = [paid(int(book.invoices[i].number), book.claims[i, Part.AMO].asked) for i in one.lot.invoices]
        notices.append(PaymentNotice(on=on, payer="CPAM751", labels=(label,), items=tuple(items)))
        day = on + timedelta(days=1)
        wires.append(BankEntry(booked=day, value=day, amount=notices[-1].total, label=f"VIR {label}"))
    returned = ReturnFile(digest="", ps=PS, payer="CPAM751", notices=tuple(notices))
    return [msgspec.json.encode(said) for said in (receipts, [returned], [statement(*wires, opening=0)])]


class Practice:
    """One practice: a turn opens its store, does one day's work, and closes it. ``records`` is what it has read."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder / str(number), number
        self.clock = MovingClock()
        self.days = [self.bills, self.sends, self.imports, self.reconciles, self.closes]
        self.asked = self.lots = self.records = 0

    async def turn(self) -> None:
        name = f"cabinet-{self.number}"
        async with open_store(self.folder, tenant=name, key=bytes(32), clock=self.clock) as store:
            await self.days.pop(0)(service(store, self.clock))
        if not self.days:
            shutil.rmtree(self.folder)

    async def bills(self, tp: TpService) -> None:
        self.asked = await billed(tp, self.number)

    async def sends(self, tp: TpService) -> None:
        self.lots = len(await tp.send(acting=DOCTOR))

    async def imports(self, tp: TpService) -> None:
        for content in answers(await tp.desk.ledger.book()):
            await tp.import_file(content, acting=DOCTOR)
        self.records = 2 * INVOICES + 3 * self.lots

    async def reconciles(self, tp: TpService) -> None:
        await tp.reconcile(acting=DOCTOR)

    async def closes(self, tp: TpService) -> None:
        book = await tp.desk.ledger.book()
        assert {claim.state for claim in book.claims.values()} == {State.SETTLED}
        assert sum(claim.come for claim in book.claims.values()) == self.asked


def resident() -> int:
    """Kibibytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


async def at_once(practices: list[Practice], held: list[int], rng: random.Random) -> None:
    """Every day of every practice, mixed. A practice keeps the order of its days, a worker its practices."""

    async def work(mine: list[Practice]) -> None:
        turns = [one for one in mine for _ in one.days]
        rng.shuffle(turns)
        for one in turns:
            await one.turn()
            held.append(resident())

    async with anyio.create_task_group() as group:
        for worker in range(WORKERS):
            group.start_soon(work, practices[worker::WORKERS])


@pytest.mark.timeout(600 + 20 * PRACTICES)
async def test_many_practices_at_once_settle_to_the_cent_in_no_more_memory_than_the_first_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    practices = [Practice(tmp_path, number) for number in range(PRACTICES)]
    held: list[int] = []
    started = time.monotonic()
    await at_once(practices, held, random.Random(1))
    seconds, records = time.monotonic() - started, sum(one.records for one in practices)
    fifth, around = len(held) // 5, max(1, len(held) // 50)
    early, late = median(held[fifth - around : fifth + around]), median(held[-around:])
    with capsys.disabled():
        rate = f"{records / seconds:.0f} records/s"
        print(f"\n{PRACTICES * INVOICES} invoices, {records} records, {rate}; KiB: {early:.0f} at a fifth, {late:.0f}")
    assert not any(one.days for one in practices)
    assert late <= 1.1 * early
