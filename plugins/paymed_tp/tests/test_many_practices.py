"""Practices one after another, each on a store of its own: ``CADUCEE_TP_PRACTICES`` of them (5,000 in a long run).

Every practice bills two hundred invoices. All return in full, on one wire a lot, so each must be settled to the cent.
"""

from __future__ import annotations

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

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


async def lived(folder: Path, practice: int) -> int:
    """Live one practice to its end; return how many records it has read."""
    clock = MovingClock()
    async with open_store(folder, tenant=f"cabinet-{practice}", key=bytes(32), clock=clock) as store:
        tp = service(store, clock)
        asked = await billed(tp, practice)
        lots = len(await tp.send(acting=DOCTOR))
        for content in answers(await tp.desk.ledger.book()):
            await tp.import_file(content, acting=DOCTOR)
        await tp.reconcile(acting=DOCTOR)
    async with open_store(folder, tenant=f"cabinet-{practice}", key=bytes(32), clock=clock) as store:
        book = await service(store, clock).desk.ledger.book()
    assert {claim.state for claim in book.claims.values()} == {State.SETTLED}
    assert sum(claim.come for claim in book.claims.values()) == asked
    return 2 * INVOICES + 3 * lots


def resident() -> int:
    """Kibibytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.mark.timeout(600 + 20 * PRACTICES)
async def test_many_practices_settle_to_the_cent_and_the_last_needs_no_more_memory_than_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    held, records, started = [], 0, time.monotonic()
    for practice in range(PRACTICES):
        folder = tmp_path / str(practice)
        records += await lived(folder, practice)
        shutil.rmtree(folder)
        held.append(resident())
    with capsys.disabled():
        seconds = time.monotonic() - started
        print(f"\n{PRACTICES * INVOICES} invoices, {records} records, {records / seconds:.0f} a second; {held[-1]} KiB")
    fifth, around = len(held) // 5, max(1, len(held) // 50)
    assert median(held[-around:]) <= 1.1 * median(held[fifth - around : fifth + around])
