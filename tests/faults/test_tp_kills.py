"""A month of third-party payment in a program that is killed, against the same month in one that is not."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import date
from pathlib import Path

import anyio
import msgspec
import pytest

from caducee_paymed_tp.dashboard.figures import Dashboard
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event
from caducee_paymed_tp.service import TpService
from tests.faults.supervisor import supervised
from tests.faults.tp_life import BORN, STEPS
from tests.faults.tp_month import LGC, practice, script, written

KILLS = max(15, int(os.environ.get("CADUCEE_KILLS", "20")) // 4)
INVOICES = int(os.environ.get("CADUCEE_TP_INVOICES", "1500"))
LIFE = Path(__file__).with_name("tp_life.py")
MARCH = date(2026, 3, 1)


class Left(msgspec.Struct, frozen=True):
    """All that a month leaves: the ledger, what it folds to, the figures, the lots in the outbox."""

    entries: list[tuple[str, tuple[Event, ...]]]
    book: Book
    figures: Dashboard
    lots: Counter[str]
    audit_breaks_at: str | None


async def left(folder: Path) -> Left:
    async with practice(folder) as one:
        days = script(folder if (folder / "script").exists() else folder.parent)
        await one.at(days[-1].day)
        tp = one.tp
        lots = Counter(row.reference for row in await one.store.deliveries(limit=1_000_000))
        entries = [(entry.key, entry.events) for entry in await tp.desk.ledger.entries()]
        figures = await tp.summary(MARCH)
        return Left(entries, await tp.desk.ledger.book(), figures, lots, (await one.store.verify_audit())[1])


async def imported_again(folder: Path) -> list[bool]:
    async with practice(folder) as one:
        files = [content for day in script(folder) for content in day.files]
        return [await _known(one.tp, content) for content in files]


async def _known(tp: TpService, content: bytes) -> bool:
    try:
        return (await tp.import_file(content, acting=LGC)).known
    except FormatFault:
        return True  # false totals: refused then as now


def moved(one: Left) -> Counter[str]:
    """Each movement of the bank and each notice by name, and how often the ledger counts it."""
    events = [event for _, events in one.entries for event in events]
    names = [event.booked.id for event in events if isinstance(event, e.MoneyBooked)]
    return Counter(names + [event.id for event in events if isinstance(event, e.NoticeCame)])


@pytest.mark.timeout(600 + 10 * KILLS)
def test_a_month_killed_at_random_ends_to_the_cent_as_one_that_was_not(tmp_path: Path) -> None:
    started = time.monotonic()
    month = anyio.run(lambda: written(tmp_path, seed=20261128, invoices=INVOICES))
    longest = max(0.2, 2 * (time.monotonic() - started) / KILLS)
    with supervised(LIFE, tmp_path) as supervisor:
        supervisor.kill_repeatedly(KILLS, longest=longest, seed=20261128)
        supervisor.finish()
    calm, killed = anyio.run(left, tmp_path / "calm"), anyio.run(left, tmp_path)
    begun = [int(line) for line in (tmp_path / BORN).read_text().split()]
    assert len({at for at in begun if 0 < at < STEPS * 71}) >= 3, "too few lives were cut off within the month"
    assert killed.entries == calm.entries
    assert killed.book.claims == calm.book.claims
    assert killed.figures == calm.figures
    assert killed.lots == calm.lots
    assert set(killed.lots.values()) == set(moved(killed).values()) == {1}
    assert killed.figures.bank.received == month.truth.balance
    assert sum(one.entry.amount for one in killed.book.entries.values()) == month.truth.balance
    assert killed.audit_breaks_at is None
    assert set(anyio.run(imported_again, tmp_path)) == {True}
    assert anyio.run(left, tmp_path).entries == killed.entries
