"""A month of third-party payment as steps that may be done again: what was begun is begun anew after a kill.

The simulated concentrator and bank are walked once, with no kill; what they wrote is kept in ``script``, so that every
life meets the same files. A step is done again whole: its software notes it only after its end.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from caducee.model.environment import Environment
from caducee.model.practice import Actor
from caducee.outbox.stores.sqlite import SqliteStore, open_store
from caducee.plugins.state import PluginState
from caducee.testing import MovingClock
from caducee_paymed_tp.config import TpConfig
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.model.invoices import Invoice, Share
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.sending import Arl
from caducee_paymed_tp.payers.register import Payer
from caducee_paymed_tp.sending.port import NoConcentrator
from caducee_paymed_tp.service import TpService
from caducee_sandbox.tp.month import Month
from caducee_sandbox.tp.payers import CONCENTRATOR, CONCENTRATOR_NAME, PAYERS

LGC = Actor.automaton("lgc")
CONFIG = TpConfig(
    payers={
        **{habit.key: Payer(name=habit.name, kind=Part(habit.part), names=(habit.name,)) for habit in PAYERS},
        CONCENTRATOR: Payer(name=CONCENTRATOR_NAME),
    }
)
SCRIPT, DONE = "script", "done"


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What happens on one day: invoices of its patients, files that come, what is billed anew in the evening."""

    day: date
    billed: tuple[Invoice, ...]
    files: tuple[bytes, ...]
    corrected: tuple[Invoice, ...]


class Context:
    """What the service asks of its context, over the real store."""

    name = "paymed_tp"
    environment = Environment.SANDBOX
    log = logging.getLogger("test")
    config = CONFIG

    def __init__(self, store: SqliteStore, clock: MovingClock) -> None:
        self.state, self.clock = PluginState(store, self.name), clock


class Practice:
    """One process of the practice's software."""

    def __init__(self, store: SqliteStore, clock: MovingClock) -> None:
        context: Any = Context(store, clock)
        self.store, self.clock = store, clock
        self.tp = TpService(context, concentrator=NoConcentrator())

    async def at(self, day: date) -> None:
        """Move the clock to the morning of a day; a day that is past stays past."""
        behind = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) - self.clock.now()
        await self.clock.advance(max(0.0, behind.total_seconds()))

    async def take(self, invoices: tuple[Invoice, ...]) -> None:
        for one in invoices:
            await self.tp.take(one, b"signed", acting=LGC)

    async def send(self) -> None:
        """Send what is ready, and again what was refused at the door."""
        book = await self.tp.desk.ledger.book()
        for name in [one.file_id for one in book.transmissions.values() if one.arl is Arl.NEGATIVE]:
            claims = [claim for one in book.transmissions[name].lot.invoices for claim in book.parts(one)]
            if all(claim.state is State.NACKED for claim in claims):
                await self.tp.resend(name, acting=LGC)
        await self.tp.send(acting=LGC)

    async def read(self, files: tuple[bytes, ...]) -> None:
        for content in files:
            with suppress(FormatFault):  # the simulated payers send false totals now and then
                await self.tp.import_file(content, acting=LGC)
        await self.tp.reconcile(acting=LGC)
        await self.tp.unpaid()


@asynccontextmanager
async def practice(folder: Path, *, tenant: str = "cabinet") -> AsyncIterator[Practice]:
    """Open the practice over the store of that folder."""
    clock = MovingClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    async with open_store(folder / "data", tenant=tenant, key=bytes(32), clock=clock) as store:
        yield Practice(store, clock)


async def written(folder: Path, *, seed: int, invoices: int) -> Month:
    """Live the month once without a kill, in ``folder / "calm"``, and leave its script beside."""
    month, days, answered = Month(seed, invoices=invoices, advance=1), [], set()
    async with practice(folder / "calm") as one:
        for day in month.days():
            await one.at(day)
            billed = tuple(msgspec.convert(made, Invoice) for made in month.billed(day))
            await one.take(billed)
            await one.send()
            await _submit(one, month, day, answered)
            files = tuple(month.after(day))
            await one.read(files)
            corrected = await _corrections(one, (day - month.first).days)
            await one.take(corrected)
            days.append(Day(day=day, billed=billed, files=files, corrected=corrected))
    (folder / SCRIPT).write_bytes(msgspec.msgpack.encode(days))
    return month


async def _submit(one: Practice, month: Month, day: date, answered: set[str]) -> None:
    book = await one.tp.desk.ledger.book()
    for sent in book.transmissions.values():
        if sent.file_id not in answered:
            answered.add(sent.file_id)
            signed = [{"invoice": msgspec.to_builtins(book.invoices[name])} for name in sent.lot.invoices]
            lot = {"file_id": sent.file_id, "digest": sent.digest, "lot": msgspec.to_builtins(sent.lot)}
            month.concentrator.submit({**lot, "invoices": signed}, day)


async def _corrections(one: Practice, rank: int) -> tuple[Invoice, ...]:
    """Every second refused part is billed again under a new number, while there is time to see it answered."""
    book = await one.tp.desk.ledger.book()
    made = []
    for claim in book.claims.values() if rank <= 35 else ():
        old = book.invoices[claim.invoice]
        if claim.state is State.REJECTED and int(old.number) % 2 and not old.replaces:
            share = Share(part=claim.part, payer=claim.payer, asked=claim.asked, compulsory=claim.compulsory)
            number = f"{int(old.number) + (500_000 if claim.part is Part.AMO else 700_000):09d}"
            fields = {"id": f"{old.id}-{claim.part}", "number": number, "shares": (share,), "replaces": old.id}
            made.append(msgspec.structs.replace(old, **fields))
    return tuple(made)


def script(folder: Path) -> list[Day]:
    """Read the script."""
    return msgspec.msgpack.decode((folder / SCRIPT).read_bytes(), type=list[Day])


def done(folder: Path) -> int:
    """How many steps have ended, four for each day, as the practice's software has noted them."""
    path = folder / DONE
    return path.stat().st_size if path.exists() else 0


def note(folder: Path) -> None:
    """Note the end of a step. What is written outlives a SIGKILL."""
    descriptor = os.open(folder / DONE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, b".")
    os.close(descriptor)
